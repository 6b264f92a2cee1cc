//! Leak reports: whoever finds a key can end it, and learns nothing from the answer.

use std::time::Duration;

use axum::http::StatusCode;
use lk_base::id::ApiKeyId;
use lk_crypto::ApiKey;
use serde_json::{Value, json};

use crate::api_keys::made;
use crate::house::House;
use crate::owner::Owner;

#[tokio::test]
async fn a_leak_report_ends_the_key_and_tells_those_who_run_the_workspace() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let lost = house.key(&ada, json!({ "name": "Nightly export" })).await;
    let _ = house.shows(&lost.key).await.expect(StatusCode::OK);
    let real = house.report(&format!(" {}\n", lost.key)).await;
    assert_eq!(real.status, StatusCode::ACCEPTED);
    let entry = house.last_entry().await;
    let uuid =
        |id: &str| serde_json::to_value(lk_base::id::Id::uuid(id.parse::<ApiKeyId>().unwrap()));
    assert_eq!(entry["action"], "api_key.leak_reported");
    assert_eq!(entry["target_id"], uuid(&lost.id).unwrap());
    assert_eq!(entry["actor_kind"], "nobody");
    assert!(!entry.to_string().contains(lost.key.rsplit_once('_').unwrap().1));
    assert_eq!(house.shows(&lost.key).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.listed(&ada, &lost.id).await["state"], "leaked");
    let letters = house.letters(&ada.email).await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].contains("Nightly export") && !letters[0].contains(&lost.key));
    // Not to users, not to other workspaces, and not again.
    assert!(house.mailbox(&format!("helper@{}.test", ada.canary)).await.is_empty());
    assert!(house.mailbox(&mallory.email).await.is_empty());
    let again = house.report(&lost.key).await;
    assert_eq!(house.letters(&ada.email).await.len(), 1);

    let unknown = ApiKey::random(house.clock.new_id::<ApiKeyId>()).expose().to_owned();
    let other_secret = ApiKey::random(ada.api_key.parse().unwrap()).expose().to_owned();
    for text in [unknown.as_str(), &other_secret, "lk_nonsense", "", "\u{1F511}"] {
        let before = house.entries().await.len();
        let made_up = house.report(text).await;
        assert_eq!((made_up.status, &made_up.bytes), (real.status, &real.bytes), "{text}");
        assert_eq!(house.entries().await.len(), before + 1);
        assert_eq!(house.last_entry().await["target_id"], Value::Null);
    }
    assert_eq!((again.status, &again.bytes), (real.status, &real.bytes));
    let _ = house.shows(&ada.key).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_secret_that_was_rotated_away_is_no_leak_and_one_in_its_overlap_is() {
    let house = House::new().await;
    let mut ada = house.owner("Ada").await;
    let first = house.key(&ada, json!({})).await;
    let path = format!("/api/v1/api-keys/{}/rotate", first.id);
    let rotate = async |who: &Owner, days: u32| {
        let ask = who.post(&path, json!({ "overlap_days": days }));
        made(&house.ask(&ask).await.expect(StatusCode::OK))
    };
    let second = rotate(&ada, 1).await;
    house.clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(house.report(&first.key).await.status, StatusCode::ACCEPTED);
    let _ = house.shows(&second.key).await.expect(StatusCode::OK);
    (ada.token, ..) = house.sign_in(&ada.email).await;
    let third = rotate(&ada, 7).await;
    assert_eq!(house.report(&second.key).await.status, StatusCode::ACCEPTED);
    assert_eq!(house.shows(&third.key).await.status, StatusCode::UNAUTHORIZED);
}
