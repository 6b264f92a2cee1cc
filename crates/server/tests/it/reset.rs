//! A forgotten password: the same words for everybody, a link that works once, sessions that end.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{Ask, House};
use crate::sample::with_password;

fn ask(email: &str) -> Ask {
    Ask::new(&Method::POST, "/api/v1/auth/reset").json(json!({ "email": email }))
}

fn finish(token: &str, password: &str) -> Ask {
    Ask::new(&Method::POST, "/api/v1/auth/reset/finish")
        .json(json!({ "token": token, "password": password }))
}

fn sign_in(email: &str, password: &str) -> Ask {
    Ask::new(&Method::POST, "/api/v1/auth/sign-in")
        .json(json!({ "email": email, "password": password }))
}

const NEW: &str = "another long enough sentence";

#[tokio::test]
async fn a_reset_ends_every_session_and_the_new_password_is_the_one_that_counts() {
    let house = House::new().await;
    let (email, password) = with_password(&house).await;
    let old = house.ask(&sign_in(&email, &password)).await.expect(StatusCode::OK);
    let old = old["access_token"].as_str().unwrap().to_owned();
    let me =
        || Ask::new(&Method::GET, "/api/v1/me").header("authorization", format!("Bearer {old}"));
    assert_eq!(house.ask(&me()).await.status, StatusCode::OK);
    let _ = house.ask(&ask(&email.to_uppercase())).await.expect(StatusCode::ACCEPTED);
    let token = house.mailed(&email, "reset").await;
    assert_eq!(house.ask(&finish(&token, NEW)).await.status, StatusCode::NO_CONTENT);

    let refused = house.ask(&me()).await.refused(StatusCode::UNAUTHORIZED);
    assert_eq!(refused, "session_ended");
    let ended = "select data from outbox where kind = 'session.ended'";
    let ended = house.database.rows(ended).await;
    assert!(!ended.is_empty() && ended.iter().all(|e| e["data"]["reason"] == "password_changed"));
    let wrong = house.ask(&sign_in(&email, &password)).await;
    assert_eq!(wrong.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_credentials");
    assert_eq!(house.ask(&sign_in(&email, NEW)).await.status, StatusCode::OK);
    assert!(house.letters(&email).await.iter().any(|letter| letter.contains("was changed")));
}

#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answer_and_leave_the_same_rows() {
    let house = House::new().await;
    let (email, _) = with_password(&house).await;
    let counts = || async {
        let query = "select (select count(*) from mails) as mails, (select count(*) from one_time_links) as links,
                            (select count(*) from audit_written) as entries";
        house.database.rows(query).await.remove(0)
    };
    let grown = |before: &Value, after: &Value| {
        ["mails", "links", "entries"]
            .map(|of| after[of].as_i64().unwrap() - before[of].as_i64().unwrap())
    };
    let start = counts().await;
    let known = house.ask(&ask(&email)).await;
    let middle = counts().await;
    let unknown = house.ask(&ask("nobody@example.test")).await;
    let end = counts().await;
    assert_eq!((known.status, &known.bytes), (unknown.status, &unknown.bytes));
    let names = |answer: &lk_testkit::Answer| {
        let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    assert_eq!(names(&known), names(&unknown));
    assert_eq!(grown(&start, &middle), [1, 1, 1]);
    assert_eq!(grown(&middle, &end), [1, 1, 1]);
    assert!(house.mailbox("nobody@example.test").await.is_empty());
}

#[tokio::test]
async fn a_link_works_once_and_for_half_an_hour() {
    let house = House::new().await;
    let (email, _) = with_password(&house).await;
    let not_valid = |answer: lk_testkit::Answer| {
        assert_eq!(answer.refused(StatusCode::UNPROCESSABLE_ENTITY), "link_not_valid");
    };
    let _ = house.ask(&ask(&email)).await;
    let late = house.mailed(&email, "reset").await;
    house.clock.advance(Duration::from_secs(30 * 60));
    not_valid(house.ask(&finish(&late, NEW)).await);
    let _ = house.ask(&ask(&email)).await;
    let first = house.mailed(&email, "reset").await;
    house.clock.advance(Duration::from_secs(1));
    let _ = house.ask(&ask(&email)).await;
    let second = house.mailed(&email, "reset").await;
    assert_ne!(first, second);
    assert_eq!(house.ask(&finish(&second, NEW)).await.status, StatusCode::NO_CONTENT);
    not_valid(house.ask(&finish(&second, NEW)).await);
    // What was asked for before is over with it.
    not_valid(house.ask(&finish(&first, NEW)).await);
    not_valid(house.ask(&finish("nonsense", NEW)).await);
}

#[tokio::test]
async fn of_two_who_use_one_link_at_once_one_succeeds() {
    let house = House::new().await;
    let (email, _) = with_password(&house).await;
    for round in 0..20 {
        house.clock.advance(Duration::from_secs(3600));
        let _ = house.ask(&ask(&email)).await.expect(StatusCode::ACCEPTED);
        let token = house.mailed(&email, "reset").await;
        let one = finish(&token, &format!("first of two sentences {round}"));
        let two = finish(&token, &format!("second of two sentences {round}"));
        let (one, two) = tokio::join!(house.ask(&one), house.ask(&two));
        let done = [&one, &two].iter().filter(|a| a.status == StatusCode::NO_CONTENT).count();
        assert_eq!(done, 1, "{} {}", one.status, two.status);
    }
    let entries = house.entries().await;
    let resets = entries.iter().filter(|e| e["action"] == "person.password_reset").count();
    assert_eq!(resets, 20);
}

#[tokio::test]
async fn nobody_fills_somebody_elses_mailbox() {
    let house = House::new().await;
    let (email, _) = with_password(&house).await;
    let mails = || async { house.mailbox(&email).await.len() };
    let before = mails().await;
    for _ in 0..9 {
        let _ = house.ask(&ask(&email)).await.expect(StatusCode::ACCEPTED);
        house.clock.advance(Duration::from_secs(60));
    }
    assert_eq!(mails().await, before + 4);
    house.clock.advance(Duration::from_secs(3600));
    let _ = house.ask(&ask(&email)).await.expect(StatusCode::ACCEPTED);
    assert_eq!(mails().await, before + 5);
}

#[tokio::test]
async fn a_weak_new_password_is_refused_and_the_link_stays_good() {
    let house = House::new().await;
    let (email, _) = with_password(&house).await;
    let _ = house.ask(&ask(&email)).await;
    let token = house.mailed(&email, "reset").await;
    for (weak, code) in [
        ("short", "password_length"),
        ("Password123456", "password_is_common"),
        ("newcomer-canary", "password_is_known_words"),
        (&*format!("it is {email}"), "password_is_address"),
    ] {
        let answer = house.ask(&finish(&token, weak)).await;
        assert_eq!(answer.refused(StatusCode::UNPROCESSABLE_ENTITY), code, "{weak}");
    }
    assert_eq!(house.ask(&finish(&token, NEW)).await.status, StatusCode::NO_CONTENT);
}
