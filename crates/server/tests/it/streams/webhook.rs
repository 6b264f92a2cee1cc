//! By webhook: what is sent, to whom it belongs, and how it is known to be ours.

use aws_lc_rs::hmac;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::receiver::{Delivery, Manner, Receiver};
use super::{HOUR, STREAMS, told};
use crate::house::House;

#[tokio::test]
async fn a_stream_has_every_entry_of_its_workspace_in_order_and_none_of_another() {
    let house = House::new().await;
    let (ada, mallory) = (house.watcher("Ada").await, house.watcher("Mallory").await);
    let (here, there) = (Receiver::webhook().await, Receiver::webhook().await);
    let (stream, _) = house.stream(&ada, &here, "beginning").await;
    house.stream(&mallory, &there, "beginning").await;
    for _ in 0..110 {
        house.rename(&ada).await;
    }
    house.rename(&mallory).await;
    let batches = house.carry().await;
    let (of_ada, of_mallory) = (house.numbered(&ada).await, house.numbered(&mallory).await);
    assert!(of_ada.len() > 110 && of_ada.iter().zip(1..).all(|((number, _), at)| *number == at));
    assert_eq!(told(&here.events()), of_ada);
    assert_eq!(told(&there.events()), of_mallory);
    let sizes: Vec<_> = here.deliveries().iter().map(|each| each.events.len()).collect();
    assert_eq!(sizes, [100, of_ada.len() - 100]);
    assert_eq!(batches, 3);
    for delivery in here.deliveries() {
        let text = String::from_utf8(delivery.body).unwrap();
        for trace in mallory.traces() {
            assert!(!text.contains(trace), "{trace}");
        }
        assert!(!text.contains("203.0.113.7\""), "addresses are masked");
    }
    let shown = house.shown(&ada, &stream).await;
    assert_eq!((&shown["state"], &shown["behind"]), (&json!("active"), &json!(0)));
    assert_eq!(shown["last_number"], json!(of_ada.len()));
    // The same events as the export's, but for the number.
    let exported = house.ask(&ada.get("/api/v1/audit/export?format=ocsf")).await;
    let exported = String::from_utf8(exported.bytes).unwrap();
    let mut event = here.events()[20].clone();
    event["metadata"].as_object_mut().unwrap().remove("sequence");
    assert!(exported.lines().any(|line| serde_json::from_str::<Value>(line).unwrap() == event));
}

#[tokio::test]
async fn with_either_wall_down_a_stream_has_nothing_of_another_workspace_and_with_none_it_has() {
    for (predicates, row_security) in [(true, false), (false, true), (false, false)] {
        let house = House::new().await;
        let (ada, mallory) = (house.watcher("Ada").await, house.watcher("Mallory").await);
        let here = Receiver::webhook().await;
        house.stream(&ada, &here, "beginning").await;
        house.rename(&mallory).await;
        while house.product.sequencer.round().await.unwrap() > 0 {}
        if !predicates {
            house.db.take_predicates_down();
        }
        if !row_security {
            house.database.take_row_security_down().await;
        }
        house.product.carrier.round().await.unwrap();
        let (came, all) = (told(&here.events()), house.numbered(&ada).await);
        if predicates || row_security {
            assert_eq!(came, all, "predicates: {predicates}");
        } else {
            let foreign = house.numbered(&mallory).await;
            assert!(foreign.iter().any(|entry| came.contains(entry)), "the test is blind");
        }
    }
}

#[tokio::test]
async fn a_stream_from_now_on_has_nothing_of_before() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    while house.product.sequencer.round().await.unwrap() > 0 {}
    let before = house.numbered(&ada).await.len();
    let here = Receiver::webhook().await;
    house.stream(&ada, &here, "now").await;
    house.carry().await;
    let events = here.events();
    assert_eq!(told(&events), house.numbered(&ada).await[before..]);
    assert_eq!(events[0]["metadata"]["event_code"], "audit_stream.created");
    assert_eq!((house.carry().await, here.deliveries().len()), (0, 1), "nothing new");
}

/// Whether one of the signatures is that of what came, by the specification alone.
fn good(delivery: &Delivery, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let header = |name: &str| delivery.headers[name].clone();
    let mut signed = format!("{}.{}.", header("webhook-id"), header("webhook-timestamp"));
    signed.push_str(std::str::from_utf8(&delivery.body).unwrap());
    header("webhook-signature").split(' ').any(|signature| {
        let tag = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
        hmac::verify(&key, signed.as_bytes(), &tag).is_ok()
    })
}

#[tokio::test]
async fn each_delivery_is_signed_and_what_was_changed_on_the_way_is_not_good() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    let here = Receiver::webhook().await;
    let (stream, secret) = house.stream(&ada, &here, "beginning").await;
    assert_eq!(house.carry().await, 1);
    let delivery = here.deliveries().remove(0);
    assert_eq!(delivery.path, "/hook?x=1");
    assert_eq!(delivery.headers["content-type"], "application/json");
    let at = house.clock.now().unix_seconds().to_string();
    assert_eq!(delivery.headers["webhook-timestamp"], at);
    assert!(good(&delivery, &secret));
    let mut body = delivery.clone();
    body.body[40] ^= 1;
    let mut id = delivery.clone();
    id.headers.insert("webhook-id".to_owned(), "other".to_owned());
    let mut time = delivery.clone();
    time.headers.insert("webhook-timestamp".to_owned(), "1".to_owned());
    for changed in [body, id, time] {
        assert!(!good(&changed, &secret));
    }
    // With a new secret both sign for a day, then the new one alone.
    let rotate = ada.signed(&Method::POST, format!("{STREAMS}/{stream}/rotate"));
    let rotated = house.ask(&rotate).await.expect(StatusCode::OK);
    let new = rotated["secret"].as_str().unwrap().to_owned();
    assert_ne!(new, secret);
    assert!(rotated["stream"]["old_secret_ends_at"].is_string());
    here.forgets();
    // A stream without anything new is left alone for two seconds.
    house.clock.advance(Duration::from_secs(2));
    assert_eq!(house.carry().await, 1);
    let delivery = here.deliveries().remove(0);
    assert!(good(&delivery, &secret) && good(&delivery, &new));
    here.forgets();
    house.clock.advance(HOUR * 24);
    let ada = house.returned(&ada).await;
    house.rename(&ada).await;
    house.carry().await;
    let delivery = here.deliveries().remove(0);
    assert!(!good(&delivery, &secret) && good(&delivery, &new));
    // What was shown once is nowhere else.
    let all = house.ask(&ada.get(STREAMS)).await;
    let entries = serde_json::to_string(&house.entries().await).unwrap();
    let rows = house.database.rows("select * from audit_streams").await;
    let rows = serde_json::to_string(&rows).unwrap();
    for text in [&*String::from_utf8_lossy(&all.bytes), &*entries, &*rows] {
        for secret in [&secret, &new] {
            assert!(!text.contains(secret.strip_prefix("whsec_").unwrap()), "{text}");
        }
    }
}

#[tokio::test]
async fn a_test_event_says_that_it_is_one_and_leaves_the_stream_where_it_is() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    let here = Receiver::webhook().await;
    let (stream, secret) = house.stream(&ada, &here, "beginning").await;
    let test = ada.signed(&Method::POST, format!("{STREAMS}/{stream}/test"));
    let outcome = house.ask(&test).await.expect(StatusCode::OK);
    assert_eq!(outcome, json!({ "delivered": true, "error": null }));
    let delivery = here.deliveries().remove(0);
    assert!(good(&delivery, &secret));
    assert_eq!(delivery.events[0]["unmapped"]["test"], true);
    assert_eq!(delivery.events[0]["metadata"]["event_code"], "audit_stream.tested");
    assert!(delivery.events[0]["metadata"]["sequence"].is_null());
    assert_eq!(house.shown(&ada, &stream).await["last_number"], 0);
    here.behaves(Manner::Answers(401));
    let outcome = house.ask(&test).await.expect(StatusCode::OK);
    assert_eq!(outcome, json!({ "delivered": false, "error": "the receiver answered 401" }));
    assert_eq!(house.shown(&ada, &stream).await["state"], "active");
}
