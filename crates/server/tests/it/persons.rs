//! One's own password and address: what it takes to change them, and who is told.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::app::Newcomer;
use crate::house::{Ask, House};
use crate::owner::{Owner, cookie};
use crate::sample::{give_password, with_password};

const NEW: &str = "another long enough sentence";

fn change_password(owner: &Owner, current: &str, new: &str) -> Ask {
    owner.post("/api/v1/me/password", json!({ "current": current, "password": new }))
}

fn change_email(owner: &Owner, email: &str, password: &str) -> Ask {
    owner.post("/api/v1/me/email", json!({ "email": email, "password": password }))
}

fn with_token(path: &str, token: &str) -> Ask {
    Ask::new(&Method::POST, path).json(json!({ "token": token }))
}

fn sign_in(email: &str, password: &str) -> Ask {
    Ask::new(&Method::POST, "/api/v1/auth/sign-in")
        .json(json!({ "email": email, "password": password }))
}

const CONFIRM: &str = "/api/v1/auth/email/confirm";
const UNDO: &str = "/api/v1/auth/email/undo";

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_all_other_sessions() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let password = give_password(&house, &ada.email).await;
    let (other, ..) = house.sign_in(&ada.email).await;
    let wrong = house.ask(&change_password(&ada, "not the password at all", NEW)).await;
    assert_eq!(wrong.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_password");
    let done = house.ask(&change_password(&ada, &password, NEW)).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT);
    let gone =
        Ask::new(&Method::GET, "/api/v1/me").header("authorization", format!("Bearer {other}"));
    assert_eq!(house.ask(&gone).await.refused(StatusCode::UNAUTHORIZED), "session_ended");
    assert_eq!(house.ask(&ada.get("/api/v1/me")).await.status, StatusCode::OK);
    assert!(house.letters(&ada.email).await.iter().any(|letter| letter.contains("was changed")));
}

#[tokio::test]
async fn password_and_address_are_changed_only_in_a_session_that_was_proven_lately() {
    let house = House::new().await;
    let mut ada = house.newcomer().await;
    house.pass(601, &mut ada).await;
    for (path, body) in [
        ("/api/v1/me/password", json!({ "current": ada.password, "password": NEW })),
        ("/api/v1/me/email", json!({ "email": "ada@elsewhere.test", "password": ada.password })),
    ] {
        let refused = house.ask(&ada.post(path, body)).await;
        assert_eq!(refused.refused(StatusCode::FORBIDDEN), "step_up_needed", "{path}");
    }
}

#[tokio::test]
async fn each_wrong_password_in_a_session_leaves_an_entry() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let wrong = "not the password at all";
    for ask in [change_password(&ada, wrong, NEW), change_email(&ada, "a@b.test", wrong)] {
        let refused = house.ask(&ask).await;
        assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_password");
    }
    let entries = house.entries().await;
    let failed = entries.iter().filter(|entry| entry["action"] == "auth.step_up_failed").count();
    assert_eq!(failed, 2);
}

#[tokio::test]
async fn of_two_changes_at_once_from_one_password_one_succeeds() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let password = give_password(&house, &ada.email).await;
    let (token, ..) = house.sign_in(&ada.email).await;
    let mut elsewhere = change_password(&ada, &password, "the second of two sentences");
    elsewhere.headers = vec![("authorization".to_owned(), format!("Bearer {token}"))];
    let here = change_password(&ada, &password, "the first of two sentences");
    let (one, two) = tokio::join!(house.ask(&here), house.ask(&elsewhere));
    let done = [&one, &two].iter().filter(|a| a.status == StatusCode::NO_CONTENT).count();
    assert_eq!(done, 1, "{} {}", one.status, two.status);
}

#[tokio::test]
async fn a_link_for_one_thing_opens_no_other_and_goes_on_opening_its_own() {
    const RESET: &str = "/api/v1/auth/reset";
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let password = give_password(&house, &ada.email).await;
    let new = "ada@elsewhere.test";
    let _ = house.ask(&change_email(&ada, new, &password)).await.expect(StatusCode::ACCEPTED);
    let confirm = house.mailed(new, "confirm-email").await;
    let forgot = Ask::new(&Method::POST, RESET).json(json!({ "email": ada.email }));
    let _ = house.ask(&forgot).await.expect(StatusCode::ACCEPTED);
    let reset = house.mailed(&ada.email, "reset").await;
    let finish = |token: &str| {
        let body = json!({ "token": token, "password": NEW });
        Ask::new(&Method::POST, format!("{RESET}/finish")).json(body)
    };
    for ask in [
        finish(&confirm),
        with_token(CONFIRM, &reset),
        with_token(UNDO, &reset),
        with_token(UNDO, &confirm),
    ] {
        let refused = house.ask(&ask).await.refused(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused, "link_not_valid", "{}", ask.path);
    }
    assert_eq!(house.ask(&with_token(CONFIRM, &confirm)).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_new_address_counts_once_it_is_confirmed_and_both_addresses_are_told() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let password = give_password(&house, &ada.email).await;
    let new = "ada@elsewhere.test";
    let wrong = house.ask(&change_email(&ada, new, "not the password at all")).await;
    assert_eq!(wrong.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_password");
    let _ = house.ask(&change_email(&ada, new, &password)).await.expect(StatusCode::ACCEPTED);
    let me = house.ask(&ada.get("/api/v1/me")).await.expect(StatusCode::OK);
    assert_eq!(me["person"]["email"], ada.email);
    let token = house.mailed(new, "confirm-email").await;
    assert_eq!(house.ask(&with_token(CONFIRM, &token)).await.status, StatusCode::NO_CONTENT);
    let again = house.ask(&with_token(CONFIRM, &token)).await;
    assert_eq!(again.refused(StatusCode::UNPROCESSABLE_ENTITY), "link_not_valid");
    let me = house.ask(&ada.get("/api/v1/me")).await.expect(StatusCode::OK);
    assert_eq!(me["person"]["email"], new);
    let colleagues = house.ask(&ada.get("/api/v1/operators")).await.expect(StatusCode::OK);
    assert!(colleagues.to_string().contains(new) && !colleagues.to_string().contains(&ada.email));
    assert!(house.letters(&ada.email).await.iter().any(|letter| letter.contains("was changed")));
}

#[tokio::test]
async fn an_old_address_is_taken_back_for_three_days_and_whoever_changed_it_is_out() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let password = give_password(&house, &ada.email).await;
    for address in ["second@mallory.test", "third@mallory.test"] {
        house.clock.advance(Duration::from_secs(60));
        let _ =
            house.ask(&change_email(&ada, address, &password)).await.expect(StatusCode::ACCEPTED);
        let token = house.mailed(address, "confirm-email").await;
        assert_eq!(house.ask(&with_token(CONFIRM, &token)).await.status, StatusCode::NO_CONTENT);
    }
    let undo = house.mailed(&ada.email, "undo-email").await;
    // An address in between gets no key of its own: it would open the login to who moved it there.
    let between = house.letters("second@mallory.test").await;
    assert!(between.iter().any(|letter| letter.contains("was changed")), "{between:?}");
    assert!(between.iter().all(|letter| !letter.contains("undo-email#")), "{between:?}");
    assert_eq!(house.ask(&with_token(UNDO, &undo)).await.status, StatusCode::NO_CONTENT);
    let out = house.ask(&ada.get("/api/v1/me")).await;
    assert_eq!(out.refused(StatusCode::UNAUTHORIZED), "session_ended");
    let known = house.ask(&sign_in(&ada.email, &password)).await;
    assert_eq!(known.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_credentials");
    let token = house.mailed(&ada.email, "reset").await;
    let finish = Ask::new(&Method::POST, "/api/v1/auth/reset/finish")
        .json(json!({ "token": token, "password": NEW }));
    assert_eq!(house.ask(&finish).await.status, StatusCode::NO_CONTENT);
    let email = house.database.rows("select email from persons where name = 'Ada'").await;
    assert_eq!(email, [json!({ "email": ada.email })]);
}

#[tokio::test]
async fn an_app_that_came_with_the_change_of_address_goes_and_an_older_one_stays() {
    for is_older in [false, true] {
        let house = House::new().await;
        let ada = house.newcomer().await;
        if is_older {
            house.enrol(&ada).await;
            house.clock.advance(Duration::from_secs(25 * 3600));
        }
        let (token, cookie, _) = house.sign_in(&ada.email).await;
        let thief = Newcomer { token, cookie, ..ada };
        let new = "mine@mallory.test";
        let change = json!({ "email": new, "password": thief.password });
        let _ =
            house.ask(&thief.post("/api/v1/me/email", change)).await.expect(StatusCode::ACCEPTED);
        let token = house.mailed(new, "confirm-email").await;
        assert_eq!(house.ask(&with_token(CONFIRM, &token)).await.status, StatusCode::NO_CONTENT);
        if !is_older {
            house.enrol(&thief).await;
        }
        let undo = house.mailed(&thief.email, "undo-email").await;
        assert_eq!(house.ask(&with_token(UNDO, &undo)).await.status, StatusCode::NO_CONTENT);
        for table in ["totp_factors", "recovery_codes"] {
            let left = house.database.rows(&format!("select 1 from {table}")).await;
            assert_eq!(left.is_empty(), !is_older, "{table}");
        }
    }
}

#[tokio::test]
async fn a_change_of_address_that_was_asked_for_does_not_outlive_the_password() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let password = give_password(&house, &ada.email).await;
    let asked = house.ask(&change_email(&ada, "mine@mallory.test", &password)).await;
    let _ = asked.expect(StatusCode::ACCEPTED);
    let token = house.mailed("mine@mallory.test", "confirm-email").await;
    let done = house.ask(&change_password(&ada, &password, NEW)).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT);
    let late = house.ask(&with_token(CONFIRM, &token)).await;
    assert_eq!(late.refused(StatusCode::UNPROCESSABLE_ENTITY), "link_not_valid");
}

#[tokio::test]
async fn after_three_days_the_new_address_stays() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let password = give_password(&house, &ada.email).await;
    let _ = house.ask(&change_email(&ada, "ada@elsewhere.test", &password)).await;
    let token = house.mailed("ada@elsewhere.test", "confirm-email").await;
    let _ = house.ask(&with_token(CONFIRM, &token)).await;
    let undo = house.mailed(&ada.email, "undo-email").await;
    house.clock.advance(Duration::from_secs(72 * 3600));
    let late = house.ask(&with_token(UNDO, &undo)).await;
    assert_eq!(late.refused(StatusCode::UNPROCESSABLE_ENTITY), "link_not_valid");
}

#[tokio::test]
async fn an_address_with_a_login_gets_the_same_answer_and_a_mail_without_a_key() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let password = give_password(&house, &ada.email).await;
    let (taken, _) = with_password(&house).await;
    let free = house.ask(&change_email(&ada, "free@elsewhere.test", &password)).await;
    let used = house.ask(&change_email(&ada, &taken, &password)).await;
    assert_eq!((free.status, free.bytes), (used.status, used.bytes));
    let letters = house.letters(&taken).await;
    assert!(letters.iter().any(|letter| letter.contains("has one already")), "{letters:?}");
    assert!(letters.iter().all(|letter| !letter.contains("confirm-email#")), "{letters:?}");
}

#[tokio::test]
async fn a_sign_in_in_a_new_browser_is_told_when_its_kind_or_its_network_is_new() {
    let house = House::new().await;
    let (email, password) = with_password(&house).await;
    let ask = |agent: &str| {
        Ask::new(&Method::POST, "/api/v1/auth/sign-in")
            .header("user-agent", agent)
            .json(json!({ "email": email, "password": password }))
    };
    let mails = || async { house.mailbox(&email).await.len() };
    let before = mails().await;
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let first = house.ask(&ask(firefox)).await;
    assert_eq!((first.status, mails().await), (StatusCode::OK, before + 1));
    let _ = house.ask(&ask(firefox)).await.expect(StatusCode::OK);
    assert_eq!(mails().await, before + 1, "the same kind from the same network");
    let letters = house.letters(&email).await;
    let told = |letter: &String| letter.contains("Firefox on Linux, from 203.0.113.***");
    assert!(letters.iter().any(told), "{letters:?}");
    // The person's own browser is known wherever it is; another one of its kind is not.
    let away = ask(firefox).header("cookie", cookie(&first)).from("198.51.100.7");
    let _ = house.ask(&away).await.expect(StatusCode::OK);
    assert_eq!(mails().await, before + 1);
    let copied = ask(firefox).from("192.0.2.9");
    let _ = house.ask(&copied).await.expect(StatusCode::OK);
    let letters = house.letters(&email).await;
    let told = |letter: &String| letter.contains("Firefox on Linux, from 192.0.2.***");
    assert_eq!(letters.iter().filter(|letter| told(letter)).count(), 1, "{letters:?}");
}
