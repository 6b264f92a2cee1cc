//! API keys that are about to end: who is told, when, and how often.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::house::House;
use crate::owner::Owner;

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn the_maker_and_the_admins_are_told_two_weeks_and_three_days_before_a_key_ends() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let path = format!("/api/v1/operators/{}", ada.colleague);
    let role = |role: &str| ada.patch(&path, json!({ "role": role }));
    let _ = house.ask(&role("admin")).await.expect(StatusCode::OK);
    let (helper, ..) = house.sign_in("helper@canary-ada.test").await;
    let made = json!({ "name": "Reports", "scopes": ["events:read"], "expires_in_days": 30 });
    let maker = Owner { token: helper, ..ada.clone() };
    let made = house.ask(&maker.post("/api/v1/api-keys", made)).await.expect(StatusCode::CREATED);
    let id = made["api_key"]["id"].as_str().unwrap().to_owned();
    // No longer an admin, and still the one who made it.
    let _ = house.ask(&role("user")).await.expect(StatusCode::OK);
    let short = json!({ "name": "Short", "scopes": ["events:read"], "expires_in_days": 2 });
    let _ = house.ask(&ada.post("/api/v1/api-keys", short)).await.expect(StatusCode::CREATED);
    let identity = house.product.identity.clone();
    let remind = || async { lk_identity::api_key::expiring::remind(&identity).await.unwrap() };
    let about = async |days: &str| {
        let mut told = 0;
        for email in [ada.email.as_str(), "helper@canary-ada.test"] {
            let letters = house.letters(email).await;
            let subject = format!("An API key of canary-ada workspace ends in {days} days");
            let about = letters.iter().filter(|letter| letter.contains(&subject));
            told += about.filter(|letter| letter.contains("“Reports”")).count();
        }
        told
    };
    assert_eq!(remind().await, 0);
    house.clock.advance(DAY * 16 - Duration::from_secs(1));
    assert_eq!(remind().await, 0, "16 days before");
    house.clock.advance(Duration::from_secs(1));
    assert_eq!((remind().await, about("14").await), (1, 2));
    assert_eq!((remind().await, about("14").await), (0, 2), "once");
    assert_eq!(house.last_entry().await["action"], "api_key.end_told");
    house.clock.advance(DAY * 11);
    assert_eq!((remind().await, about("3").await), (1, 2));
    house.clock.advance(DAY);
    assert_eq!(remind().await, 0, "once");

    // Rotated, it has a new time, and is told of anew.
    let (token, ..) = house.sign_in(&ada.email).await;
    let ada = Owner { token, ..ada.clone() };
    let rotate =
        ada.post(format!("/api/v1/api-keys/{id}/rotate"), json!({ "expires_in_days": 20 }));
    let _ = house.ask(&rotate).await.expect(StatusCode::OK);
    assert_eq!(remind().await, 0);
    house.clock.advance(DAY * 6);
    assert_eq!(remind().await, 1);
    let (token, ..) = house.sign_in(&ada.email).await;
    let ada = Owner { token, ..ada };
    let revoke = ada.signed(&Method::DELETE, format!("/api/v1/api-keys/{id}"));
    assert_eq!(house.ask(&revoke).await.status, StatusCode::NO_CONTENT);
    house.clock.advance(DAY * 11);
    assert_eq!(remind().await, 0, "of what was revoked nobody is told");
}
