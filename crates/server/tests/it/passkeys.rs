//! Passkeys: enrolling, signing in with and without the password, proving again, removing, lying.

use std::time::Duration;

use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use crate::app::Newcomer;
use crate::device::{Device, encoded};
use crate::house::House;

const ENROL: &str = "/api/v1/factors/passkeys";
const BEGIN: &str = "/api/v1/factors/passkeys/begin";
const STEP_UP: &str = "/api/v1/auth/step-up";
const RENEW: &str = "/api/v1/factors/recovery-codes";
const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const REFUSED: &str = "passkey_not_accepted";

fn remove(id: &str) -> String {
    format!("{ENROL}/{id}/remove")
}

impl House {
    async fn own_factors(&self, who: &Newcomer) -> Value {
        self.ask(&who.get("/api/v1/factors")).await.expect(StatusCode::OK)
    }

    async fn did(&self, action: &str) -> usize {
        self.entries().await.iter().filter(|entry| entry["action"] == action).count()
    }
}

#[tokio::test]
async fn a_passkey_signs_in_without_a_password_and_the_session_says_so() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let mut device = Device::new();
    let begun = house.begin_passkey(&ada).await;
    assert_eq!(begun["rp_id"], "app.leadkeep.test");
    assert_eq!(begun["user_name"], ada.email);
    device.user_handle = begun["user_id"].clone();
    let enrolled = house.ask(&ada.post(ENROL, device.create(&begun))).await;
    let enrolled = enrolled.expect(StatusCode::CREATED);
    assert_eq!(enrolled["passkey"]["name"], "A Key");
    assert_eq!(enrolled["recovery_codes"].as_array().unwrap().len(), 10);
    let asked = house.ask_to_sign_in().await;
    assert_eq!(asked["credentials"], json!([]), "a stranger learns of nobody's passkeys");
    let entered = house.enter(device.get(&asked)).await;
    assert!(entered.headers.contains_key(header::SET_COOKIE));
    let session = entered.expect(StatusCode::OK);
    assert_eq!(session["person"]["email"], ada.email);
    let listed = house.ask(&ada.get("/api/v1/sessions")).await.expect(StatusCode::OK);
    let all = listed["data"].as_array().unwrap();
    let new = all.iter().find(|each| each["id"] == session["session_id"]).unwrap();
    assert_eq!(new["factors"], json!(["passkey"]));
    assert!(house.own_factors(&ada).await["passkeys"][0]["last_used_at"].is_string());
    let letters = house.letters(&ada.email).await;
    assert!(letters.iter().any(|letter| letter.contains("passkey was enrolled")), "{letters:?}");
}

#[tokio::test]
async fn after_the_password_a_passkey_is_the_second_factor() {
    let house = House::new().await;
    let (ada, bob) = (house.newcomer().await, house.newcomer().await);
    let (mut device, _) = house.passkey(&ada).await;
    let (mut other, _) = house.passkey(&bob).await;
    let first = house.password(&ada.email, &ada.password).await.expect(StatusCode::OK);
    assert_eq!((&first["outcome"], &first["app"]), (&json!("second_factor_needed"), &json!(false)));
    let challenge = first["challenge"].as_str().unwrap();
    assert_eq!(first["passkey"]["credentials"][0]["id"], encoded(&device.id));
    assert_eq!(first["passkey"]["credentials"][0]["transports"], json!(["internal"]));
    // Somebody else's passkey, and what was asked for something else.
    let theirs = json!({ "passkey": other.get(&first["passkey"]) });
    assert_eq!(house.second(challenge, theirs).await.refused(UNPROCESSABLE), REFUSED);
    let elsewhere = json!({ "passkey": device.get(&house.ask_to_sign_in().await) });
    assert_eq!(house.second(challenge, elsewhere).await.refused(UNPROCESSABLE), REFUSED);
    // The wrong answer has spent what was asked.
    let late = json!({ "passkey": device.get(&first["passkey"]) });
    assert_eq!(house.second(challenge, late).await.refused(UNPROCESSABLE), REFUSED);
    let again = house.password(&ada.email, &ada.password).await.expect(StatusCode::OK);
    let right = json!({ "passkey": device.get(&again["passkey"]) });
    // Not with the challenge of the other sign-in.
    let crossed = house.second(challenge, right).await;
    assert_eq!(crossed.refused(UNPROCESSABLE), REFUSED);
    let again = house.password(&ada.email, &ada.password).await.expect(StatusCode::OK);
    let right = json!({ "passkey": device.get(&again["passkey"]) });
    let entered = house.second(again["challenge"].as_str().unwrap(), right).await;
    assert_eq!(entered.status, StatusCode::OK);
    let entry = house.entries().await.pop().unwrap();
    assert_eq!(entry["change"]["new"]["factors"], json!(["password", "passkey"]));
}

#[tokio::test]
async fn an_answer_works_once_for_five_minutes_and_of_two_at_once_one_gets_in() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let (mut device, _) = house.passkey(&ada).await;
    for _ in 0..20 {
        let answer = device.get(&house.ask_to_sign_in().await);
        let (one, two) = tokio::join!(house.enter(answer.clone()), house.enter(answer.clone()));
        let mut statuses = [one.status, two.status];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::OK, UNPROCESSABLE]);
        assert_eq!(house.enter(answer).await.refused(UNPROCESSABLE), REFUSED);
    }
    let asked = house.ask_to_sign_in().await;
    house.clock.advance(Duration::from_secs(300));
    assert_eq!(house.enter(device.get(&asked)).await.refused(UNPROCESSABLE), REFUSED);
    let made_up = json!({ "challenge": "AAAA" });
    assert_eq!(house.enter(device.get(&made_up)).await.refused(UNPROCESSABLE), REFUSED);
}

#[tokio::test]
async fn an_answer_that_lies_is_refused_and_entered() {
    let house = House::new().await;
    let (ada, bob) = (house.newcomer().await, house.newcomer().await);
    let (mut device, _) = house.passkey(&ada).await;
    let (other, _) = house.passkey(&bob).await;
    let handle = device.user_handle.clone();
    let mut tries = 0;
    let mut lies = async |device: &mut Device| {
        tries += 1;
        let answer = device.get(&house.ask_to_sign_in().await);
        assert_eq!(house.enter(answer).await.refused(UNPROCESSABLE), REFUSED, "lie {tries}");
    };
    device.origin = "https://evil.test".to_owned();
    lies(&mut device).await;
    device.origin = "https://app.leadkeep.test:444".to_owned();
    lies(&mut device).await;
    crate::house::DASHBOARD.clone_into(&mut device.origin);
    device.party = "leadkeep.test".to_owned();
    lies(&mut device).await;
    device.party = "app.leadkeep.test".to_owned();
    device.get = "webauthn.create";
    lies(&mut device).await;
    device.get = "webauthn.get";
    for flags in [0, 1, 4, 0x0d, 0x15] {
        // Nobody there, nobody verified, or another kind of passkey than was enrolled.
        device.flags = flags;
        lies(&mut device).await;
    }
    device.flags = 5;
    for user_handle in [Value::Null, other.user_handle.clone()] {
        device.user_handle = user_handle;
        lies(&mut device).await;
    }
    device.user_handle = handle;
    let id = std::mem::replace(&mut device.id, b"unknown".to_vec());
    lies(&mut device).await;
    device.id.clone_from(&other.id);
    lies(&mut device).await;
    device.id = id;
    let asked = house.ask_to_sign_in().await;
    let mut tampered = device.get(&asked);
    tampered["signature"] = device.get(&asked)["signature"].clone();
    assert_eq!(house.enter(tampered).await.refused(UNPROCESSABLE), REFUSED);
    assert_eq!(house.did("auth.sign_in_failed").await, tries + 1);
    let answer = device.get(&house.ask_to_sign_in().await);
    assert_eq!(house.enter(answer).await.status, StatusCode::OK, "and the truth is taken");
}

#[tokio::test]
async fn a_passkey_that_counts_backwards_is_refused_and_its_person_told() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let (mut device, _) = house.passkey(&ada).await;
    device.count = 7;
    let answer = device.get(&house.ask_to_sign_in().await);
    assert_eq!(house.enter(answer).await.status, StatusCode::OK);
    for copied in [7, 3] {
        device.count = copied;
        let answer = device.get(&house.ask_to_sign_in().await);
        assert_eq!(house.enter(answer).await.refused(UNPROCESSABLE), REFUSED);
    }
    let letters = house.letters(&ada.email).await;
    assert_eq!(letters.iter().filter(|letter| letter.contains("seems to be copied")).count(), 2);
    device.count = 8;
    let answer = device.get(&house.ask_to_sign_in().await);
    assert_eq!(house.enter(answer).await.status, StatusCode::OK);
}

#[tokio::test]
async fn stepping_up_takes_a_passkey_alone_or_the_password_with_another_proof() {
    let house = House::new().await;
    let mut ada = house.newcomer().await;
    let (mut device, id) = house.passkey(&ada).await;
    house.pass(601, &mut ada).await;
    let late = house.ask(&ada.post(BEGIN, json!({}))).await;
    assert_eq!(late.refused(StatusCode::FORBIDDEN), "step_up_needed");
    let password = ada.post(STEP_UP, json!({ "password": ada.password }));
    assert_eq!(house.ask(&password).await.refused(UNPROCESSABLE), "one_proof_needed");
    let code = ada.post(STEP_UP, json!({ "recovery_code": "0000" }));
    assert_eq!(house.ask(&code).await.refused(UNPROCESSABLE), "password_needed");
    // What is asked in one session is not answered in another.
    let bob = house.newcomer().await;
    house.passkey(&bob).await;
    let foreign = device.get(&house.ask_passkey(&bob).await);
    let foreign = ada.post(STEP_UP, json!({ "passkey": foreign }));
    assert_eq!(house.ask(&foreign).await.refused(UNPROCESSABLE), REFUSED);
    let both = json!({ "passkey": device.get(&house.ask_passkey(&ada).await), "password": "x" });
    assert_eq!(
        house.ask(&ada.post(STEP_UP, both)).await.refused(UNPROCESSABLE),
        "one_proof_needed"
    );
    let right = json!({ "passkey": device.get(&house.ask_passkey(&ada).await) });
    let right = ada.post(STEP_UP, right);
    assert_eq!(house.ask(&right).await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.ask(&right).await.refused(UNPROCESSABLE), REFUSED, "it works once");
    // What was just shown counts for a minute, as a code does.
    assert_eq!(house.ask(&ada.post(RENEW, json!({}))).await.status, StatusCode::OK);
    house.clock.advance(Duration::from_secs(61));
    let unproved = house.ask(&ada.post(&remove(&id), json!({}))).await;
    assert_eq!(unproved.refused(UNPROCESSABLE), "one_proof_needed");
}

#[tokio::test]
async fn a_second_factor_beside_the_first_takes_a_proof() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let (mut device, _) = house.passkey(&ada).await;
    for path in [BEGIN, "/api/v1/factors/totp"] {
        let without = house.ask(&ada.post(path, json!({}))).await;
        assert_eq!(without.refused(UNPROCESSABLE), "one_proof_needed", "{path}");
    }
    let proof = json!({ "passkey": device.get(&house.ask_passkey(&ada).await) });
    let begun = house.ask(&ada.post(BEGIN, proof)).await.expect(StatusCode::OK);
    assert_eq!(begun["exclude"].as_array().unwrap().len(), 1);
    let second = Device::new();
    let enrolled = house.ask(&ada.post(ENROL, second.create(&begun))).await;
    let enrolled = enrolled.expect(StatusCode::CREATED);
    assert_eq!(enrolled["recovery_codes"], json!([]), "the codes there are stay");
    let again = house.ask(&ada.post(ENROL, second.create(&begun))).await;
    assert_eq!(again.refused(UNPROCESSABLE), REFUSED, "what was asked is spent");
    // The same key once more, under a challenge of its own.
    let proof = json!({ "passkey": device.get(&house.ask_passkey(&ada).await) });
    let begun = house.ask(&ada.post(BEGIN, proof)).await.expect(StatusCode::OK);
    let twice = house.ask(&ada.post(ENROL, second.create(&begun))).await;
    assert_eq!(twice.refused(UNPROCESSABLE), REFUSED);
    assert_eq!(house.own_factors(&ada).await["passkeys"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_passkey_made_without_its_person_or_elsewhere_is_not_enrolled() {
    let house = House::new().await;
    let (ada, bob) = (house.newcomer().await, house.newcomer().await);
    let mut device = Device::new();
    for flags in [0, 1, 4] {
        device.flags = flags;
        let begun = house.begin_passkey(&ada).await;
        let refused = house.ask(&ada.post(ENROL, device.create(&begun))).await;
        assert_eq!(refused.refused(UNPROCESSABLE), REFUSED);
    }
    device.flags = 5;
    device.origin = "https://evil.test".to_owned();
    let begun = house.begin_passkey(&ada).await;
    let refused = house.ask(&ada.post(ENROL, device.create(&begun))).await;
    assert_eq!(refused.refused(UNPROCESSABLE), REFUSED);
    crate::house::DASHBOARD.clone_into(&mut device.origin);
    let bobs = house.begin_passkey(&bob).await;
    let refused = house.ask(&ada.post(ENROL, device.create(&bobs))).await;
    assert_eq!(refused.refused(UNPROCESSABLE), REFUSED, "another session asked for it");
    let mut broken = device.create(&house.begin_passkey(&ada).await);
    broken["attestation_object"] = json!("oWhhdXRoRGF0YUA");
    assert_eq!(house.ask(&ada.post(ENROL, broken)).await.refused(UNPROCESSABLE), REFUSED);
    let mut nonsense = device.create(&house.begin_passkey(&ada).await);
    nonsense["client_data"] = json!("***");
    let nonsense = house.ask(&ada.post(ENROL, nonsense)).await;
    assert_eq!(nonsense.refused(StatusCode::BAD_REQUEST), "malformed");
    assert_eq!(house.own_factors(&ada).await["passkeys"], json!([]));
}

#[tokio::test]
async fn with_the_last_factor_the_recovery_codes_go_and_an_admin_reaches_nothing() {
    let house = House::guarded().await;
    let owner = house.owner("Ada").await;
    let promote =
        owner.patch(format!("/api/v1/operators/{}", owner.colleague), json!({ "role": "admin" }));
    let _ = house.ask(&promote).await.expect(StatusCode::OK);
    let email = format!("helper@{}.test", owner.canary);
    let (token, cookie, _) = house.sign_in(&email).await;
    let bob = Newcomer { email, password: String::new(), token, cookie };
    let listed = async || house.ask(&bob.get("/api/v1/operators")).await.status;
    assert_eq!(listed().await, StatusCode::FORBIDDEN);
    let (mut device, id) = house.passkey(&bob).await;
    assert_eq!(listed().await, StatusCode::OK);
    // Not with somebody else's id, nor theirs with this one.
    let (other, theirs) = (house.newcomer().await, house.newcomer().await);
    let (_, foreign) = house.passkey(&theirs).await;
    let missing = house.ask(&bob.post(&remove(&foreign), json!({}))).await;
    assert_eq!(missing.refused(StatusCode::NOT_FOUND), "not_found");
    let missing = house.ask(&other.post(&remove(&id), json!({}))).await;
    assert_eq!(missing.refused(StatusCode::NOT_FOUND), "not_found");
    let proof = json!({ "passkey": device.get(&house.ask_passkey(&bob).await) });
    let removed = house.ask(&bob.post(&remove(&id), proof)).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    assert_eq!(listed().await, StatusCode::FORBIDDEN);
    assert_eq!(house.own_factors(&bob).await["recovery_codes_left"], 0);
    let gone = device.get(&house.ask_to_sign_in().await);
    assert_eq!(house.enter(gone).await.refused(UNPROCESSABLE), REFUSED);
    assert_eq!(house.did("factor.passkey_removed").await, 1);
}

#[tokio::test]
async fn the_application_cannot_change_the_public_key_of_a_passkey() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    house.passkey(&ada).await;
    let platform = house.db.setting(lk_base::id::WorkspaceId::PLATFORM, 60.0).await.unwrap();
    let as_application = |change: &str| {
        format!(
            "do $$ begin
               set local role lk_app;
               set local lk.workspace = '{platform}';
               update passkeys set {change};
               if not found then raise exception 'no passkey was seen'; end if;
             end $$"
        )
    };
    let refused = |change: &str| {
        format!(
            "do $$ begin
               set local role lk_app;
               set local lk.workspace = '{platform}';
               begin
                 update passkeys set {change};
                 raise exception 'it was permitted';
               exception when insufficient_privilege then null;
               end;
             end $$"
        )
    };
    house.database.run(&as_application("sign_count = 7")).await;
    for change in ["public_key = ''::bytea", "credential_id = '1'::bytea", "person_id = person_id"]
    {
        house.database.run(&refused(change)).await;
    }
    let kept = house.database.rows("select sign_count from passkeys").await;
    assert_eq!(kept[0]["sign_count"], 7, "what it counts it does write");
}
