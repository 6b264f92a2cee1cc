//! Somebody lost every second factor: a colleague helps, a day passes, and nobody does it alone.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use lk_authz::Role;
use serde_json::{Value, json};

use super::person;
use crate::app::{App, Newcomer};
use crate::house::{Ask, House};
use crate::owner::Owner;
use crate::sample::give_password;

const DAY: Duration = Duration::from_secs(24 * 3600);
const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const LIST: &str = "/api/v1/factor-helps";

/// The owner's colleague, with a password and an app.
async fn enrolled(house: &House, ada: &Owner) -> (Newcomer, App) {
    let mut bob = house.helper(ada, Role::User).await;
    bob.password = give_password(house, &bob.email).await;
    let (app, _) = house.enrol(&bob).await;
    (bob, app)
}

async fn ask(house: &House, who: &Newcomer) -> StatusCode {
    let challenge = house.challenge(who).await;
    let ask = Ask::new(&Method::POST, "/api/v1/auth/second-factor/help");
    house.ask(&ask.json(json!({ "challenge": challenge }))).await.status
}

async fn approve(house: &House, ada: &Owner) -> lk_testkit::Answer {
    let path = format!("/api/v1/operators/{}/factor-help", ada.colleague);
    house.ask(&ada.post(path, json!({}))).await
}

async fn told(house: &House, email: &str, words: &str) {
    let letters = house.letters(email).await;
    assert!(letters.iter().any(|letter| letter.contains(words)), "{words}: {letters:?}");
}

async fn outcome(house: &House, who: &Newcomer) -> Value {
    house.password(&who.email, &who.password).await.expect(StatusCode::OK)["outcome"].clone()
}

/// The owner's session again, after a while.
async fn later(house: &House, ada: &Owner, time: Duration) -> Owner {
    house.clock.advance(time);
    super::with_session(ada, &house.again(&person(ada)).await)
}

#[tokio::test]
async fn a_colleague_helps_and_a_day_later_a_new_factor_is_enrolled_before_all_else() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let (bob, _) = enrolled(&house, &ada).await;
    assert_eq!(ask(&house, &bob).await, StatusCode::ACCEPTED);
    let listed = house.ask(&ada.get(LIST)).await.expect(StatusCode::OK);
    assert_eq!(listed["data"][0]["operator_id"], json!(ada.colleague));
    assert_eq!(listed["data"][0]["ripe_at"], Value::Null);
    told(&house, &bob.email, "Somebody who knows your password").await;
    told(&house, &ada.email, "Helper lost every second factor").await;
    assert_eq!(ask(&house, &bob).await, StatusCode::ACCEPTED);
    assert_eq!(house.letters(&ada.email).await.len(), 1, "asked again, nothing more is written");

    let approved = approve(&house, &ada).await.expect(StatusCode::OK);
    assert_eq!(approved["ripe_at"], json!(house.clock.now().plus(DAY)));
    let entry = house.last_entry().await;
    assert_eq!(entry["action"], "factor.help_approved");
    told(&house, &bob.email, "A colleague of yours approved it").await;
    house.clock.advance(DAY - Duration::from_secs(1));
    assert_eq!(outcome(&house, &bob).await, "second_factor_needed", "a day is a day");
    house.clock.advance(Duration::from_secs(1));
    let session = house.password(&bob.email, &bob.password).await.expect(StatusCode::OK);
    assert_eq!(session["outcome"], "session");
    assert_eq!(session["permissions"], json!(["session.own"]), "nothing but enrolling");
    assert_eq!(session["second_factor_required"], true);
    let did = house.entries().await;
    assert!(did.iter().any(|entry| entry["action"] == "factor.all_removed"));
    told(&house, &bob.email, "Every second factor was removed").await;

    let token = session["access_token"].as_str().unwrap().to_owned();
    let bob = Newcomer { token, ..bob };
    let refused = house.ask(&bob.get("/api/v1/operators")).await;
    assert_eq!(refused.refused(StatusCode::FORBIDDEN), "second_factor_required");
    house.enrol(&bob).await;
    assert_eq!(house.ask(&bob.get("/api/v1/operators")).await.status, StatusCode::OK);
    assert_eq!(outcome(&house, &bob).await, "second_factor_needed", "it worked once");
}

#[tokio::test]
async fn without_a_word_of_another_person_nothing_happens_ever() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let (bob, _) = enrolled(&house, &ada).await;
    let nobody_asked = approve(&house, &ada).await;
    assert_eq!(nobody_asked.refused(REFUSED), "no_help_asked");
    assert_eq!(ask(&house, &bob).await, StatusCode::ACCEPTED);
    house.clock.advance(DAY * 3);
    assert_eq!(outcome(&house, &bob).await, "second_factor_needed");
    let ada = later(&house, &ada, DAY * 5).await;
    let late = approve(&house, &ada).await;
    assert_eq!(late.refused(REFUSED), "no_help_asked", "nobody waits for longer than a week");
}

#[tokio::test]
async fn nobody_approves_for_themselves_and_only_a_super_admin_who_proved_it_does() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let path = |id: &str| format!("/api/v1/operators/{id}/factor-help");
    let own = house.ask(&ada.post(path(&ada.operator), json!({}))).await;
    assert_eq!(own.refused(REFUSED), "yourself");
    let (bob, _) = enrolled(&house, &ada).await;
    assert_eq!(ask(&house, &bob).await, StatusCode::ACCEPTED);
    let as_user = house.ask(&bob.post(&path(&ada.colleague), json!({}))).await;
    assert_eq!(as_user.refused(StatusCode::FORBIDDEN), "forbidden");
    assert_eq!(house.ask(&bob.get(LIST)).await.refused(StatusCode::FORBIDDEN), "forbidden");
    let mallory = house.owner("Mallory").await;
    let foreign = house.ask(&mallory.post(path(&ada.colleague), json!({}))).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let mut late = person(&ada);
    house.pass(601, &mut late).await;
    let unproved = house.ask(&late.post(&path(&ada.colleague), json!({}))).await;
    assert_eq!(unproved.refused(StatusCode::FORBIDDEN), "step_up_needed");
    house.clock.advance(DAY * 2);
    assert_eq!(outcome(&house, &bob).await, "second_factor_needed", "none of it counted");
}

#[tokio::test]
async fn one_word_of_the_person_ends_it_before_and_after_it_was_approved() {
    for approved in [false, true] {
        let house = House::new().await;
        let ada = house.owner("Ada").await;
        let (bob, _) = enrolled(&house, &ada).await;
        assert_eq!(ask(&house, &bob).await, StatusCode::ACCEPTED);
        let challenge = house.challenge(&bob).await;
        if approved {
            let _ = approve(&house, &ada).await.expect(StatusCode::OK);
        }
        let token = house.mailed(&bob.email, "cancel-help").await;
        let cancel = || {
            Ask::new(&Method::POST, "/api/v1/auth/second-factor/cancel-help")
                .json(json!({ "token": token }))
        };
        assert_eq!(house.ask(&cancel()).await.status, StatusCode::NO_CONTENT);
        assert_eq!(house.ask(&cancel()).await.refused(REFUSED), "link_not_valid");
        let again = Ask::new(&Method::POST, "/api/v1/auth/second-factor/help");
        let again = house.ask(&again.json(json!({ "challenge": challenge }))).await;
        assert_eq!(again.refused(REFUSED), "challenge_not_valid", "whoever waits is out");
        house.clock.advance(DAY * 2);
        assert_eq!(outcome(&house, &bob).await, "second_factor_needed");
        let ada = later(&house, &ada, Duration::from_secs(1)).await;
        assert_eq!(approve(&house, &ada).await.refused(REFUSED), "no_help_asked");
    }
}

#[tokio::test]
async fn a_factor_that_is_found_again_or_a_new_password_ends_it_too() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let (bob, app) = enrolled(&house, &ada).await;
    assert_eq!(ask(&house, &bob).await, StatusCode::ACCEPTED);
    let _ = approve(&house, &ada).await.expect(StatusCode::OK);
    house.clock.advance(Duration::from_secs(60));
    let challenge = house.challenge(&bob).await;
    let found = house.second(&challenge, json!({ "code": app.code(&house, 0) })).await;
    let token = found.expect(StatusCode::OK)["access_token"].as_str().unwrap().to_owned();
    house.clock.advance(DAY * 2);
    assert_eq!(outcome(&house, &bob).await, "second_factor_needed");

    assert_eq!(ask(&house, &bob).await, StatusCode::ACCEPTED);
    let ada = later(&house, &ada, Duration::from_secs(1)).await;
    let _ = approve(&house, &ada).await.expect(StatusCode::OK);
    drop(token);
    let reset = Ask::new(&Method::POST, "/api/v1/auth/reset").json(json!({ "email": bob.email }));
    let _ = house.ask(&reset).await.expect(StatusCode::ACCEPTED);
    let token = house.mailed(&bob.email, "reset").await;
    let password = "another long enough sentence";
    let finish = json!({ "token": token, "password": password });
    let finish = Ask::new(&Method::POST, "/api/v1/auth/reset/finish").json(finish);
    assert_eq!(house.ask(&finish).await.status, StatusCode::NO_CONTENT);
    let bob = Newcomer { password: password.to_owned(), ..bob };
    house.clock.advance(DAY * 2);
    assert_eq!(outcome(&house, &bob).await, "second_factor_needed");
}
