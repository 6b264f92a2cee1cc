//! By syslog over TLS: how it is framed, when it counts as delivered, who is trusted.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::receiver::{Manner, Receiver, frames};
use super::{HOUR, STREAMS, told};
use crate::house::House;

#[tokio::test]
async fn by_syslog_every_entry_is_a_message_in_order() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    let here = Receiver::syslog().await;
    let (stream, secret) = house.stream(&ada, &here, "beginning").await;
    assert_eq!(secret, "", "the receiver is known by its certificate");
    assert_eq!(house.carry().await, 1);
    assert_eq!(told(&here.events()), house.numbered(&ada).await);
    let messages = frames(&here.deliveries()[0].body);
    let event = &here.events()[0];
    let head = format!(
        "<110>1 {} app.leadkeep.test leadkeep - {} [meta sequenceId=\"1\"] {{",
        event["metadata"]["original_time"].as_str().unwrap(),
        event["metadata"]["event_code"].as_str().unwrap(),
    );
    assert!(messages[0].starts_with(&head), "{}", messages[0]);
    let rotate = ada.signed(&Method::POST, format!("{STREAMS}/{stream}/rotate"));
    assert_eq!(house.ask(&rotate).await.refused(super::REFUSED), "stream_has_no_secret");
}

#[tokio::test]
async fn what_the_receiver_does_not_confirm_is_not_delivered() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    let here = Receiver::syslog().await;
    let (stream, _) = house.stream(&ada, &here, "beginning").await;
    here.behaves(Manner::Vanishes);
    assert_eq!(house.carry().await, 0);
    let shown = house.shown(&ada, &stream).await;
    assert_eq!(shown["last_number"], 0);
    assert!(shown["last_error"].as_str().unwrap().contains("close_notify"), "{shown}");
    here.behaves(Manner::Takes);
    house.clock.advance(HOUR);
    assert_eq!(house.carry().await, 1);
    let came = here.deliveries();
    assert_eq!((came.len(), &came[0].body), (2, &came[1].body));
}

#[tokio::test]
async fn whoever_nobody_vouches_for_gets_nothing() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    let (here, other) = (Receiver::syslog().await, Receiver::syslog().await);
    let mut streams = Vec::new();
    // With the public authorities, with that of somebody else, and under another name.
    for (address, authority) in [
        (here.address(), String::new()),
        (here.address(), other.authority.clone()),
        (here.address().replace("127.0.0.1", "localhost"), here.authority.clone()),
    ] {
        let made = json!({
            "name": "SIEM", "kind": "syslog", "address": address, "authority": authority,
            "start": "beginning",
        });
        let made = house.ask(&ada.post(STREAMS, made)).await.expect(StatusCode::CREATED);
        streams.push(made["stream"]["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(house.carry().await, 0);
    for stream in &streams {
        let shown = house.shown(&ada, stream).await;
        let error = shown["last_error"].as_str().unwrap();
        assert!(error.contains("certificate"), "{error}");
    }
    assert_eq!(here.deliveries().len(), 0);
}
