//! Second factors: enrolling, signing in with a code, recovering, proving again, removing.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use serde_json::json;

use crate::app::Newcomer;
use crate::house::{Ask, House};

const TOTP: &str = "/api/v1/factors/totp";
const CONFIRM: &str = "/api/v1/factors/totp/confirm";
const REMOVE: &str = "/api/v1/factors/totp/remove";
const RENEW: &str = "/api/v1/factors/recovery-codes";
const STEP_UP: &str = "/api/v1/auth/step-up";
const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const LATER: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_password_and_a_code_begin_a_session_that_says_so() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let (app, _) = house.enrol(&ada).await;
    house.clock.advance(LATER);
    let first = house.password(&ada.email, &ada.password).await;
    assert!(!first.headers.contains_key(header::SET_COOKIE), "the password alone gives no cookie");
    let challenge = house.challenge(&ada).await;
    let answer = house.second(&challenge, json!({ "code": app.code(&house, 0) })).await;
    assert!(answer.headers.contains_key(header::SET_COOKIE));
    let session = answer.expect(StatusCode::OK)["session_id"].as_str().unwrap().to_owned();
    let listed = house.ask(&ada.get("/api/v1/sessions")).await.expect(StatusCode::OK);
    let new = listed["data"].as_array().unwrap().iter().find(|each| each["id"] == *session);
    assert_eq!(new.unwrap()["factors"], json!(["password", "totp"]));
    let entry = house.entries().await.pop().unwrap();
    assert_eq!(entry["action"], "auth.signed_in");
    assert_eq!(entry["change"]["new"]["factors"], json!(["password", "totp"]));
}

#[tokio::test]
async fn a_code_works_once_also_for_another_sign_in() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let (app, _) = house.enrol(&ada).await;
    // The code that confirmed the enrolment is used, too.
    let challenge = house.challenge(&ada).await;
    let replayed = house.second(&challenge, json!({ "code": app.code(&house, 0) })).await;
    assert_eq!(replayed.refused(UNPROCESSABLE), "wrong_code");

    house.clock.advance(LATER);
    let code = json!({ "code": app.code(&house, 0) });
    let (one, two) = (house.challenge(&ada).await, house.challenge(&ada).await);
    assert_eq!(house.second(&one, code.clone()).await.status, StatusCode::OK);
    assert_eq!(house.second(&two, code).await.refused(UNPROCESSABLE), "wrong_code");
    // Nor does an older one, which was never used.
    let older = house.second(&two, json!({ "code": app.code(&house, -1) })).await;
    assert_eq!(older.refused(UNPROCESSABLE), "wrong_code");
    assert_eq!(
        house.second(&two, json!({ "code": app.code(&house, 1) })).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_challenge_works_once_for_five_minutes_and_five_wrong_codes() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let (app, _) = house.enrol(&ada).await;
    house.clock.advance(LATER);
    let used = house.challenge(&ada).await;
    assert_eq!(
        house.second(&used, json!({ "code": app.code(&house, 0) })).await.status,
        StatusCode::OK
    );
    let again = house.second(&used, json!({ "code": app.code(&house, 1) })).await;
    assert_eq!(again.refused(UNPROCESSABLE), "challenge_not_valid");

    let late = house.challenge(&ada).await;
    house.clock.advance(Duration::from_secs(300));
    let expired = house.second(&late, json!({ "code": app.code(&house, 0) })).await;
    assert_eq!(expired.refused(UNPROCESSABLE), "challenge_not_valid");

    let guessed = house.challenge(&ada).await;
    for _ in 0..5 {
        let wrong = house.second(&guessed, json!({ "code": app.wrong(&house) })).await;
        assert_eq!(wrong.refused(UNPROCESSABLE), "wrong_code");
    }
    let right = house.second(&guessed, json!({ "code": app.code(&house, 0) })).await;
    assert_eq!(right.refused(UNPROCESSABLE), "challenge_not_valid");
    let unknown = house.second("no such challenge", json!({ "code": "000000" })).await;
    assert_eq!(unknown.refused(UNPROCESSABLE), "challenge_not_valid");
    let entries = house.entries().await;
    let failed = entries.iter().filter(|entry| entry["action"] == "auth.second_factor_failed");
    assert_eq!(failed.count(), 5);
    // Whoever it was knew the password: that is told.
    let letters = house.letters(&ada.email).await;
    let told = letters.iter().filter(|letter| letter.contains("five wrong codes"));
    assert_eq!(told.count(), 1, "{letters:?}");
}

#[tokio::test]
async fn twenty_wrong_codes_in_an_hour_are_the_limit_and_a_recovery_code_still_works() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let (app, recovery) = house.enrol(&ada).await;
    house.clock.advance(LATER);
    for _ in 0..4 {
        let challenge = house.challenge(&ada).await;
        for _ in 0..5 {
            let wrong = house.second(&challenge, json!({ "code": app.wrong(&house) })).await;
            assert_eq!(wrong.refused(UNPROCESSABLE), "wrong_code");
        }
    }
    let challenge = house.challenge(&ada).await;
    let right = json!({ "code": app.code(&house, 0) });
    let limited = house.second(&challenge, right).await;
    assert_eq!(limited.refused(StatusCode::TOO_MANY_REQUESTS), "rate_limited");
    assert_eq!(limited.headers[header::RETRY_AFTER], "3600");
    let saved = house.second(&challenge, json!({ "recovery_code": recovery[0] })).await;
    assert_eq!(saved.status, StatusCode::OK);
    house.clock.advance(Duration::from_secs(3600));
    let challenge = house.challenge(&ada).await;
    let right = json!({ "code": app.code(&house, 0) });
    assert_eq!(house.second(&challenge, right).await.status, StatusCode::OK);
}

#[tokio::test]
async fn each_recovery_code_works_once_however_it_is_written() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let (_, recovery) = house.enrol(&ada).await;
    assert_eq!(recovery.len(), 10);
    for code in &recovery[..2] {
        let challenge = house.challenge(&ada).await;
        let typed = json!({ "recovery_code": code.to_uppercase().replace('-', " ") });
        assert_eq!(house.second(&challenge, typed.clone()).await.status, StatusCode::OK);
        let challenge = house.challenge(&ada).await;
        assert_eq!(house.second(&challenge, typed).await.refused(UNPROCESSABLE), "wrong_code");
    }
    let factors = house.ask(&ada.get("/api/v1/factors")).await.expect(StatusCode::OK);
    assert_eq!(factors["recovery_codes_left"], 8);
    // Renewing them takes a proof, or a stolen session could make the keys to the rest.
    let without = house.ask(&ada.post(RENEW, json!({}))).await;
    assert_eq!(without.refused(UNPROCESSABLE), "one_proof_needed");
    let bad = json!({ "recovery_code": recovery[0] });
    assert_eq!(house.ask(&ada.post(RENEW, bad)).await.refused(UNPROCESSABLE), "wrong_code");
    let good = json!({ "recovery_code": recovery[2] });
    let renewed = house.ask(&ada.post(RENEW, good)).await.expect(StatusCode::OK);
    let challenge = house.challenge(&ada).await;
    let old = house.second(&challenge, json!({ "recovery_code": recovery[5] })).await;
    assert_eq!(old.refused(UNPROCESSABLE), "wrong_code");
    let new = json!({ "recovery_code": renewed["recovery_codes"][9] });
    assert_eq!(house.second(&challenge, new).await.status, StatusCode::OK);
}

#[tokio::test]
async fn somebody_elses_codes_are_wrong() {
    let house = House::new().await;
    let (ada, mallory) = (house.newcomer().await, house.newcomer().await);
    let (_, _) = house.enrol(&ada).await;
    let (app, recovery) = house.enrol(&mallory).await;
    house.clock.advance(LATER);
    let challenge = house.challenge(&ada).await;
    for proof in [json!({ "code": app.code(&house, 0) }), json!({ "recovery_code": recovery[0] })] {
        assert_eq!(house.second(&challenge, proof).await.refused(UNPROCESSABLE), "wrong_code");
    }
}

#[tokio::test]
async fn changing_factors_needs_a_proof_of_the_last_ten_minutes() {
    let house = House::new().await;
    let mut ada = house.newcomer().await;
    house.pass(599, &mut ada).await;
    let app = house.begin(&ada.post(TOTP, json!({}))).await;
    house.pass(2, &mut ada).await;
    for (path, body) in [
        (TOTP, json!({})),
        (CONFIRM, json!({ "code": app.code(&house, 0) })),
        (REMOVE, json!({ "code": app.code(&house, 0) })),
        (RENEW, json!({})),
    ] {
        let refused = house.ask(&ada.post(path, body)).await;
        assert_eq!(refused.refused(StatusCode::FORBIDDEN), "step_up_needed", "{path}");
    }
    // Reading asks for nothing, and the password opens the rest again.
    assert_eq!(house.ask(&ada.get("/api/v1/factors")).await.status, StatusCode::OK);
    let proof = json!({ "password": ada.password });
    assert_eq!(house.ask(&ada.post(STEP_UP, proof)).await.status, StatusCode::NO_CONTENT);
    let confirm = ada.post(CONFIRM, json!({ "code": app.code(&house, 0) }));
    assert_eq!(house.ask(&confirm).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_link_of_the_command_line_asks_for_no_code_and_says_so() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    house.enrol(&ada).await;
    let (.., standing) = house.sign_in(&ada.email).await;
    let listed = house.ask(&ada.get("/api/v1/sessions")).await.expect(StatusCode::OK);
    let all = listed["data"].as_array().unwrap();
    let new = all.iter().find(|each| each["id"] == standing["session_id"]).unwrap();
    assert_eq!(new["factors"], json!(["link"]));
}

#[tokio::test]
async fn who_lost_app_and_codes_changes_them_in_a_session_begun_by_a_link_while_it_is_fresh() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    house.enrol(&ada).await;
    let (token, cookie, _) = house.sign_in(&ada.email).await;
    let mut by_link = Newcomer { token, cookie, ..ada };
    house.pass(601, &mut by_link).await;
    let late = house.ask(&by_link.post(REMOVE, json!({}))).await;
    assert_eq!(late.refused(StatusCode::FORBIDDEN), "step_up_needed");
    let (token, cookie, _) = house.sign_in(&by_link.email).await;
    let by_link = Newcomer { token, cookie, ..by_link };
    let removed = house.ask(&by_link.post(REMOVE, json!({}))).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let entry = house.entries().await.pop().unwrap();
    assert_eq!(entry["change"]["new"]["by"], json!(["link"]));
}

#[tokio::test]
async fn each_change_of_a_factor_is_told_by_mail() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let (app, _) = house.enrol(&ada).await;
    let renewed = house.ask(&ada.post(RENEW, json!({ "code": app.code(&house, 1) }))).await;
    assert_eq!(renewed.status, StatusCode::OK);
    house.clock.advance(LATER);
    let removed = house.ask(&ada.post(REMOVE, json!({ "code": app.code(&house, 0) }))).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let letters = house.letters(&ada.email).await;
    for what in ["app was enrolled", "New recovery codes were made", "app was removed"] {
        assert!(letters.iter().any(|letter| letter.contains(what)), "{what}: {letters:?}");
    }
}

#[tokio::test]
async fn accepting_an_invitation_is_no_way_around_the_code() {
    let house = House::new().await;
    let (ada, bob) = (house.newcomer().await, house.owner("Bob").await);
    let (app, _) = house.enrol(&ada).await;
    house.clock.advance(LATER);
    let invite = bob.post("/api/v1/invitations", json!({ "email": ada.email, "role": "user" }));
    let invited = house.ask(&invite).await.expect(StatusCode::CREATED);
    let token = invited["link"].as_str().unwrap().split_once('#').unwrap().1;
    let accept = json!({ "token": token, "password": ada.password });
    let accept = Ask::new(&Method::POST, "/api/v1/invitations/accept").json(accept);
    let answer = house.ask(&accept).await;
    assert!(!answer.headers.contains_key(header::SET_COOKIE));
    let body = answer.expect(StatusCode::CREATED);
    assert_eq!(body["outcome"], "second_factor_needed");
    let code = json!({ "code": app.code(&house, 0) });
    let answer = house.second(body["challenge"].as_str().unwrap(), code).await;
    let session = answer.expect(StatusCode::OK);
    assert_eq!(session["workspaces"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_code_removes_the_app_and_nothing_else_does() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let nothing = house.ask(&ada.post(REMOVE, json!({ "code": "123456" }))).await;
    assert_eq!(nothing.refused(UNPROCESSABLE), "no_factor");
    assert_eq!(house.ask(&ada.post(RENEW, json!({}))).await.refused(UNPROCESSABLE), "no_factor");
    let (app, recovery) = house.enrol(&ada).await;
    house.clock.advance(LATER);
    let twice = house.ask(&ada.post(TOTP, json!({}))).await;
    assert_eq!(twice.refused(UNPROCESSABLE), "factor_exists");
    for (proof, code) in [
        (json!({}), "one_proof_needed"),
        (json!({ "code": app.wrong(&house) }), "wrong_code"),
        (json!({ "recovery_code": "0000-0000-0000-0000-0000-0000" }), "wrong_code"),
        (json!({ "code": app.code(&house, 0), "recovery_code": recovery[0] }), "one_proof_needed"),
    ] {
        assert_eq!(house.ask(&ada.post(REMOVE, proof)).await.refused(UNPROCESSABLE), code);
    }
    let removed = house.ask(&ada.post(REMOVE, json!({ "code": app.code(&house, 0) }))).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    for table in ["totp_factors", "recovery_codes"] {
        let left = house.database.rows(&format!("select 1 from {table}")).await;
        assert_eq!(left.len(), 0, "{table}");
    }
    let signed_in = house.password(&ada.email, &ada.password).await.expect(StatusCode::OK);
    assert_eq!(signed_in["outcome"], "session");
}

#[tokio::test]
async fn an_app_that_was_never_confirmed_asks_for_nothing() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let lost = house.begin(&ada.post(TOTP, json!({}))).await;
    let app = house.begin(&ada.post(TOTP, json!({}))).await;
    let signed_in = house.password(&ada.email, &ada.password).await.expect(StatusCode::OK);
    assert_eq!(signed_in["outcome"], "session");
    let old = house.ask(&ada.post(CONFIRM, json!({ "code": lost.code(&house, 0) }))).await;
    assert_eq!(old.refused(UNPROCESSABLE), "wrong_code");
    let new = house.ask(&ada.post(CONFIRM, json!({ "code": app.code(&house, 0) }))).await;
    assert_eq!(new.status, StatusCode::OK);
    let again = house.ask(&ada.post(CONFIRM, json!({ "code": app.code(&house, 1) }))).await;
    assert_eq!(again.refused(UNPROCESSABLE), "enrolment_not_begun");
}

#[tokio::test]
async fn stepping_up_takes_the_password_and_the_code() {
    let house = House::new().await;
    let mut ada = house.newcomer().await;
    let wrong = house.ask(&ada.post(STEP_UP, json!({ "password": "not the password" }))).await;
    assert_eq!(wrong.refused(UNPROCESSABLE), "wrong_password");
    let (app, recovery) = house.enrol(&ada).await;
    house.pass(601, &mut ada).await;
    let without = house.ask(&ada.post(STEP_UP, json!({ "password": ada.password }))).await;
    assert_eq!(without.refused(UNPROCESSABLE), "one_proof_needed");
    let bad = json!({ "password": ada.password, "code": app.wrong(&house) });
    assert_eq!(house.ask(&ada.post(STEP_UP, bad)).await.refused(UNPROCESSABLE), "wrong_code");
    let renew = ada.post(RENEW, json!({}));
    assert_eq!(house.ask(&renew).await.refused(StatusCode::FORBIDDEN), "step_up_needed");
    let good = json!({ "password": ada.password, "recovery_code": recovery[0] });
    let good = ada.post(STEP_UP, good);
    assert_eq!(house.ask(&good).await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.ask(&good).await.refused(UNPROCESSABLE), "wrong_code");
    // The code just shown counts for a minute, since it cannot be shown twice.
    let needed = async |ada: &Newcomer| {
        house.ask(&ada.get("/api/v1/factors")).await.expect(StatusCode::OK)["proof_needed"].clone()
    };
    assert_eq!(needed(&ada).await, false);
    assert_eq!(house.ask(&renew).await.status, StatusCode::OK);
    house.clock.advance(LATER);
    assert_eq!(needed(&ada).await, true);
    assert_eq!(house.ask(&renew).await.refused(UNPROCESSABLE), "one_proof_needed");
    let entries = house.entries().await;
    for action in ["auth.step_up_failed", "auth.second_factor_failed", "auth.stepped_up"] {
        assert!(entries.iter().any(|entry| entry["action"] == action), "{action}");
    }
}
