//! How staff gets in, and how long it stays.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use lk_authz::StaffRole;
use lk_base::text::Email;
use lk_testkit::Answer;
use serde_json::json;

use super::badge::{Badge, PASSWORD, from_page, sign_in_with};
use crate::house::{Ask, House, PRIVATE};

const ME: &str = "/api/staff/v1/me";

async fn code_of(house: &House, ask: &Ask) -> (StatusCode, String) {
    let answer = house.ask(ask).await;
    (answer.status, answer.refused(answer.status))
}

fn ended() -> (StatusCode, String) {
    (StatusCode::UNAUTHORIZED, "session_ended".to_owned())
}

#[tokio::test]
async fn a_link_sets_password_and_factor_together_and_works_once() {
    let house = House::new().await;
    let (email, token) = house.staff_link(StaffRole::SuperAdmin).await;
    let app = house.staff_app(&token).await;
    let enrol = |password: &str, code: String| {
        let body = json!({ "token": token, "password": password, "code": code });
        from_page("/api/staff/v1/auth/enrol", body)
    };
    // Neither half alone is enough, and trying does not use the link up.
    let wrong = house.ask(&enrol(PASSWORD, app.wrong(&house))).await;
    assert_eq!(wrong.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_code");
    let weak = house.ask(&enrol("passwordpassword", app.code(&house, 0))).await;
    assert_eq!(weak.refused(StatusCode::UNPROCESSABLE_ENTITY), "password_is_common");
    let early = house.ask(&sign_in_with(&email, PASSWORD, &app.code(&house, 0))).await;
    assert_eq!(early.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_credentials");

    let right = enrol(PASSWORD, app.code(&house, 0));
    let badge = Badge::of(email.clone(), app, &house.ask(&right).await, StatusCode::CREATED);
    let me = house.ask(&badge.get(ME)).await.expect(StatusCode::OK);
    assert_eq!(
        (me["staff"]["state"].as_str(), me["staff"]["role"].as_str()),
        (Some("active"), Some("super_admin"))
    );
    let told = house.letters(&email).await;
    assert!(told.iter().any(|letter| letter.contains("a new password and a new app")), "{told:?}");
    let again = house.ask(&right).await;
    assert_eq!(again.refused(StatusCode::UNPROCESSABLE_ENTITY), "link_not_valid");
    let look = from_page("/api/staff/v1/auth/link", json!({ "token": token }));
    let look = house.ask(&look).await;
    assert_eq!(look.refused(StatusCode::UNPROCESSABLE_ENTITY), "link_not_valid");

    // The code that enrolled the app is used up; the next one is not.
    let used = house.ask(&sign_in_with(&email, PASSWORD, &badge.app.code(&house, 0))).await;
    assert_eq!(used.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_credentials");
    let next = sign_in_with(&email, PASSWORD, &badge.app.code(&house, 1));
    let _ = house.ask(&next).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_link_is_good_for_half_an_hour_and_a_newer_one_ends_it() {
    let house = House::new().await;
    let (email, first) = house.staff_link(StaffRole::Support).await;
    let address = Email::parse(&email).unwrap();
    let second = lk_staff::link::for_member(&house.product.staff, &address).await.unwrap().unwrap();
    let second = second.expose().split_once('#').unwrap().1.to_owned();
    let look = |token: &str| from_page("/api/staff/v1/auth/link", json!({ "token": token }));
    let refused =
        async |token: &str| house.ask(&look(token)).await.refused(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused(&first).await, "link_not_valid");
    let _ = house.ask(&look(&second)).await.expect(StatusCode::OK);
    house.clock.advance(Duration::from_secs(30 * 60));
    assert_eq!(refused(&second).await, "link_not_valid");
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same() {
    let house = House::new().await;
    let boss = house.staff(StaffRole::SuperAdmin).await;
    let active = house.staff(StaffRole::Support).await;
    let stopped = house.staff(StaffRole::Support).await;
    let stop = boss.post(format!("/api/staff/v1/staff/{}/disable", stopped.id), json!({}));
    assert_eq!(house.ask(&stop).await.status, StatusCode::NO_CONTENT);
    let (invited, _) = house.staff_link(StaffRole::Support).await;
    let tries: [(&str, &str, String); 5] = [
        ("nobody@house.test", PASSWORD, active.app.code(&house, 1)),
        (&active.email, "another long sentence", active.app.code(&house, 1)),
        (&active.email, PASSWORD, active.app.wrong(&house)),
        (&stopped.email, PASSWORD, stopped.app.code(&house, 1)),
        (&invited, PASSWORD, active.app.code(&house, 1)),
    ];
    let mut answers: Vec<Answer> = Vec::new();
    for (email, password, code) in &tries {
        answers.push(house.ask(&sign_in_with(email, password, code)).await);
    }
    for answer in &answers {
        assert_eq!(answer.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_credentials");
        assert_eq!(answer.bytes, answers[0].bytes);
    }
    let failed = house.staff_entries().await;
    let failed = failed.iter().filter(|one| one["action"] == "staff.sign_in_failed");
    assert_eq!(failed.count(), tries.len());
    let right = sign_in_with(&active.email, PASSWORD, &active.app.code(&house, 1));
    let _ = house.ask(&right).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn of_two_at_once_with_one_code_one_gets_in() {
    let house = House::new().await;
    for round in 0..20 {
        let badge = house.staff(StaffRole::Support).await;
        let ask = sign_in_with(&badge.email, PASSWORD, &badge.app.code(&house, 1));
        let (one, two) = tokio::join!(house.ask(&ask), house.ask(&ask));
        let won = [one, two].iter().filter(|answer| answer.status == StatusCode::OK).count();
        assert_eq!(won, 1, "round {round}");
    }
}

#[tokio::test]
async fn a_session_needs_both_its_halves() {
    let house = House::new().await;
    let (grace, other) =
        (house.staff(StaffRole::Support).await, house.staff(StaffRole::Support).await);
    let _ = house.ask(&grace.get(ME)).await.expect(StatusCode::OK);
    let with = |token: &str, cookie: &str| {
        Ask::new(&Method::GET, ME)
            .header("authorization", format!("Bearer {token}"))
            .header("cookie", cookie)
    };
    assert_eq!(code_of(&house, &with(&grace.token, &other.cookie)).await, ended());
    assert_eq!(code_of(&house, &with(&grace.token, "__Host-lk_staff=")).await, ended());
    for half in ["authorization", "cookie"] {
        let mut ask = grace.get(ME);
        ask.headers.retain(|(name, _)| name != half);
        assert_eq!(house.ask(&ask).await.status, StatusCode::UNAUTHORIZED, "without {half}");
    }
}

#[tokio::test]
async fn without_password_or_factor_a_session_is_worth_nothing() {
    let house = House::new().await;
    for taken in ["delete from staff_factors", "update staff set password = null"] {
        let grace = house.staff(StaffRole::SuperAdmin).await;
        let _ = house.ask(&grace.get(ME)).await.expect(StatusCode::OK);
        house.database.run(taken).await;
        assert_eq!(code_of(&house, &grace.get(ME)).await, ended(), "{taken}");
        let again = sign_in_with(&grace.email, PASSWORD, &grace.app.code(&house, 1));
        let again = house.ask(&again).await;
        assert_eq!(again.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_credentials");
    }
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_without_use_and_after_eight_hours_with_it() {
    let house = House::new().await;
    let (idle, busy) =
        (house.staff(StaffRole::Support).await, house.staff(StaffRole::Support).await);
    let twenty_minutes = Duration::from_secs(20 * 60);
    for turn in 1..24 {
        house.clock.advance(twenty_minutes);
        let answer = house.ask(&busy.get(ME)).await;
        assert_eq!(answer.status, StatusCode::OK, "after {} minutes", turn * 20);
    }
    house.clock.advance(twenty_minutes);
    assert_eq!(code_of(&house, &busy.get(ME)).await, ended());
    assert_eq!(code_of(&house, &idle.get(ME)).await, ended());

    let short = house.staff(StaffRole::Support).await;
    house.clock.advance(Duration::from_secs(30 * 60));
    assert_eq!(code_of(&house, &short.get(ME)).await, ended());
}

#[tokio::test]
async fn what_asks_for_a_fresh_proof_wants_password_and_code_again() {
    let house = House::new().await;
    let boss = house.staff(StaffRole::SuperAdmin).await;
    house.clock.advance(Duration::from_secs(11 * 60));
    let make = json!({ "email": "new@house.test", "name": "New", "role": "support" });
    let make = boss.post("/api/staff/v1/staff", make);
    let late = (StatusCode::FORBIDDEN, "step_up_needed".to_owned());
    assert_eq!(code_of(&house, &make).await, late);
    let step_up = |password: &str, code: String| {
        boss.post("/api/staff/v1/auth/step-up", json!({ "password": password, "code": code }))
    };
    for (password, code) in
        [("another long sentence", boss.app.code(&house, 0)), (PASSWORD, boss.app.wrong(&house))]
    {
        let wrong = house.ask(&step_up(password, code)).await;
        assert_eq!(wrong.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_credentials");
    }
    assert_eq!(code_of(&house, &make).await, late);
    let _ = house.ask(&step_up(PASSWORD, boss.app.code(&house, 0))).await.expect(StatusCode::OK);
    let _ = house.ask(&make).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn guesses_are_limited_and_known_and_unknown_logins_alike() {
    let house = House::strict().await;
    let grace = house.staff(StaffRole::Support).await;
    for email in [grace.email.as_str(), "nobody@house.test"] {
        let mut refused = 0;
        for n in 0..8 {
            // Each from an address of its own on this machine, so that the address is not what ends it.
            let guess = sign_in_with(email, "a guess of a sentence", "000000")
                .from(format!("127.0.0.{}", 10 + n / 4));
            refused += usize::from(house.ask(&guess).await.status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert_eq!(refused, 0, "{email}: eight guesses from two addresses");
        let mut left = 0;
        for n in 0..8 {
            let guess =
                sign_in_with(email, "a guess of a sentence", "000000").from(format!("127.0.1.{n}"));
            left += usize::from(house.ask(&guess).await.status != StatusCode::TOO_MANY_REQUESTS);
        }
        assert_eq!(left, 2, "{email}: ten guesses at once, wherever they come from");
    }
    house.clock.advance(Duration::from_secs(60 * 60));
    let right = sign_in_with(&grace.email, PASSWORD, &grace.app.code(&house, 0));
    let _ = house.ask(&right).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn one_address_has_five_guesses_at_a_login_of_staff_and_leaves_the_others_theirs() {
    let house = House::strict().await;
    let (grace, other) =
        (house.staff(StaffRole::Support).await, house.staff(StaffRole::Support).await);
    let guess = |email: &str, from: &str| {
        sign_in_with(email, "a guess of a sentence", "000000").from(from.to_owned())
    };
    for n in 0..6 {
        let status = house.ask(&guess(&grace.email, "127.0.0.10")).await.status;
        assert_eq!(status == StatusCode::TOO_MANY_REQUESTS, n == 5, "guess {n} was {status}");
    }
    let elsewhere = house.ask(&guess(&grace.email, "127.0.0.11")).await;
    assert_eq!(elsewhere.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_credentials");
    let another = house.ask(&guess(&other.email, "127.0.0.10")).await;
    assert_eq!(another.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_credentials");
}

#[tokio::test]
async fn an_operators_token_is_none_of_staff_and_the_other_way_round() {
    let house = House::new().await;
    let (ada, grace) = (house.owner("Ada").await, house.staff(StaffRole::SuperAdmin).await);
    for token in [&ada.token, &ada.key] {
        let ask = Ask::new(&Method::GET, ME)
            .header("authorization", format!("Bearer {token}"))
            .header("cookie", format!("{}; {}", ada.cookie, grace.cookie));
        assert_eq!(house.ask(&ask).await.status, StatusCode::UNAUTHORIZED);
    }
    let ask = Ask::new(&Method::GET, "/api/v1/me")
        .header("authorization", format!("Bearer {}", grace.token))
        .header("cookie", &grace.cookie);
    assert_eq!(house.ask(&ask).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn another_page_in_the_same_browser_cannot_even_ask() {
    let house = House::new().await;
    let grace = house.staff(StaffRole::SuperAdmin).await;
    let foreign = (StatusCode::FORBIDDEN, "foreign_origin".to_owned());
    for (name, value) in [
        ("origin", "http://127.0.0.1:9999"),
        ("origin", "https://127.0.0.1:8450"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let mut ask = grace.get(ME);
        ask.headers.retain(|(name, _)| name != "origin");
        assert_eq!(code_of(&house, &ask.header(name, value)).await, foreign, "{name}: {value}");
    }
    let mut plain = grace.get(ME);
    plain.headers.retain(|(name, _)| name != "origin");
    let _ = house
        .ask(&plain.clone().header("sec-fetch-site", "same-origin"))
        .await
        .expect(StatusCode::OK);
    let _ = house.ask(&plain.header("origin", PRIVATE)).await.expect(StatusCode::OK);
}
