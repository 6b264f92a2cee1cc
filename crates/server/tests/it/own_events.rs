//! What a person sees of their own login: what they did, what was tried, and nobody else's.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::Newcomer;
use crate::house::House;

async fn actions(house: &House, who: &Newcomer) -> Vec<String> {
    let listed = house.ask(&who.get("/api/v1/me/events")).await.expect(StatusCode::OK);
    let name = |event: &Value| event["action"].as_str().unwrap().to_owned();
    listed["data"].as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn one_sees_what_happened_to_ones_own_login_the_newest_first() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    house.clock.advance(std::time::Duration::from_secs(1));
    let wrong = json!({ "password": "not the password" });
    let _ = house.ask(&ada.post("/api/v1/auth/step-up", wrong)).await;
    house.clock.advance(std::time::Duration::from_secs(1));
    house.enrol(&ada).await;
    house.clock.advance(std::time::Duration::from_secs(1));
    let _ = house.challenge(&ada).await;
    let mine = actions(&house, &ada).await;
    assert_eq!(
        mine,
        [
            "auth.second_factor_asked",
            "factor.totp_enrolled",
            "auth.step_up_failed",
            "auth.signed_in",
        ]
    );
    let listed = house.ask(&ada.get("/api/v1/me/events")).await.expect(StatusCode::OK);
    let first = &listed["data"][0];
    assert_eq!(first["workspace"], Value::Null, "no session had a workspace yet");
    let last = &listed["data"][3];
    assert!(last["workspace"].is_string());
}

#[tokio::test]
async fn nobody_sees_what_happened_to_somebody_elses() {
    let house = House::new().await;
    let (ada, mallory) = (house.newcomer().await, house.newcomer().await);
    house.enrol(&ada).await;
    assert_eq!(actions(&house, &mallory).await, ["auth.signed_in"]);
}

#[tokio::test]
async fn a_wrong_password_is_shown_to_the_one_whose_it_is_and_the_answer_tells_nothing() {
    let house = House::new().await;
    let (ada, mallory) = (house.newcomer().await, house.newcomer().await);
    house.clock.advance(std::time::Duration::from_secs(1));
    let wrong = house.password(&ada.email, "not the password at all").await;
    let unknown = house.password("nobody@example.test", "not the password at all").await;
    assert_eq!((wrong.status, wrong.bytes), (unknown.status, unknown.bytes));
    assert_eq!(actions(&house, &ada).await, ["auth.sign_in_failed", "auth.signed_in"]);
    let listed = house.ask(&ada.get("/api/v1/me/events")).await.expect(StatusCode::OK);
    assert_eq!(listed["data"][0]["masked_ip"], "203.0.113.***");
    assert_eq!(actions(&house, &mallory).await, ["auth.signed_in"]);
    let entries = house.entries().await;
    let failed: Vec<_> =
        entries.iter().filter(|entry| entry["action"] == "auth.sign_in_failed").collect();
    assert_eq!(failed.len(), 2, "one entry each");
    assert_eq!(failed[1]["target_id"], Value::Null);
}
