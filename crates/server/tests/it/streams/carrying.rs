//! What happens when a receiver is down, when the carrier dies, when somebody pauses or removes.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use lk_net::{Outbound, Plain, Reach};
use serde_json::json;

use super::receiver::{Manner, Receiver};
use super::{HOUR, STREAMS, told};
use crate::house::House;

#[tokio::test]
async fn what_a_receiver_missed_comes_when_it_is_back_in_order_and_the_first_batch_again() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    let here = Receiver::webhook().await;
    let (stream, _) = house.stream(&ada, &here, "beginning").await;
    here.behaves(Manner::Answers(503));
    assert_eq!(house.carry().await, 0);
    let shown = house.shown(&ada, &stream).await;
    assert_eq!((&shown["state"], &shown["last_number"]), (&json!("failing"), &json!(0)));
    assert_eq!(shown["last_error"], "the receiver answered 503");
    assert!(shown["next_attempt_at"].is_string());
    assert!(shown["behind"].as_i64().unwrap() > 5 && shown["behind_since"].is_string());
    house.rename(&ada).await;
    assert_eq!((house.carry().await, here.deliveries().len()), (0, 1), "not before its time");
    house.clock.advance(HOUR);
    house.carry().await;
    assert_eq!(here.deliveries().len(), 2, "one attempt at a time");
    here.behaves(Manner::Takes);
    house.clock.advance(HOUR);
    assert_eq!(house.carry().await, 2);
    let came = here.deliveries();
    let batch = |at: usize| (came[at].headers["webhook-id"].clone(), came[at].body.clone());
    assert_eq!(batch(0), batch(1), "the same batch under the same id");
    assert_eq!(batch(0), batch(2));
    let taken: Vec<_> = came[2..].iter().flat_map(|each| told(&each.events)).collect();
    assert_eq!(taken, house.numbered(&ada).await);
    let shown = house.shown(&house.refreshed(&ada).await, &stream).await;
    assert_eq!((&shown["state"], &shown["failing_since"]), (&json!("active"), &json!(null)));
    assert_eq!(shown["next_attempt_at"], json!(null));
}

#[tokio::test]
async fn after_a_crash_between_delivery_and_note_the_same_batch_comes_again_under_the_same_id() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    let here = Receiver::webhook().await;
    house.stream(&ada, &here, "beginning").await;
    while house.product.sequencer.round().await.unwrap() > 0 {}
    here.behaves(Manner::Hangs);
    let carrier = house.product.carrier.clone();
    let carrying = tokio::spawn(async move { carrier.round().await });
    here.came().await;
    carrying.abort();
    assert!(carrying.await.unwrap_err().is_cancelled());
    here.behaves(Manner::Takes);
    house.rename(&ada).await;
    assert_eq!(house.carry().await, 0, "whoever took it has it until the lease ends");
    house.clock.advance(Duration::from_secs(61));
    assert_eq!(house.carry().await, 2);
    let came = here.deliveries();
    assert_eq!(came.len(), 3);
    assert_eq!(came[0].headers["webhook-id"], came[1].headers["webhook-id"]);
    assert_eq!(came[0].body, came[1].body);
    let taken: Vec<_> = came[1..].iter().flat_map(|each| told(&each.events)).collect();
    assert_eq!(taken, house.numbered(&ada).await, "nothing lost, nothing out of order");
}

/// Does some steps of the work and no more, as somebody who is killed; whether it came to its end.
async fn some_steps<F: Future>(mut left: usize, work: F) -> bool {
    let mut work = std::pin::pin!(work);
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        work.as_mut().poll(context).map(|_| true)
    })
    .await
}

#[tokio::test]
async fn whoever_is_killed_at_whichever_step_loses_nothing_and_puts_nothing_out_of_order() {
    let house = House::new().await;
    let mut ada = house.watcher("Ada").await;
    let here = Receiver::webhook().await;
    house.stream(&ada, &here, "beginning").await;
    let mut killed = 0;
    for steps in 1..=60 {
        house.rename(&ada).await;
        while house.product.sequencer.round().await.unwrap() > 0 {}
        house.clock.advance(Duration::from_secs(61));
        killed += usize::from(!some_steps(steps, house.product.carrier.round()).await);
        ada = house.refreshed(&ada).await;
    }
    assert!(killed >= 10, "nobody was killed");
    house.clock.advance(Duration::from_secs(61));
    house.carry().await;
    let (mut bodies, mut all) = (HashMap::new(), Vec::new());
    for delivery in here.deliveries() {
        let id = delivery.headers["webhook-id"].clone();
        if let Some(before) = bodies.insert(id, delivery.body.clone()) {
            assert_eq!(before, delivery.body, "what comes twice is the same");
        } else {
            all.extend(told(&delivery.events));
        }
    }
    assert_eq!(all, house.numbered(&ada).await);
}

#[tokio::test]
async fn two_who_carry_at_once_send_each_entry_once() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    let here = Receiver::webhook().await;
    for _ in 0..3 {
        house.stream(&ada, &here, "beginning").await;
    }
    while house.product.sequencer.round().await.unwrap() > 0 {}
    let carrier = Arc::new(house.product.carrier.clone());
    let rounds = (0..4).map(|_| {
        let carrier = Arc::clone(&carrier);
        tokio::spawn(async move { carrier.round().await.unwrap() })
    });
    let rounds: Vec<_> = rounds.collect();
    let mut delivered = 0;
    for round in rounds {
        delivered += round.await.unwrap();
    }
    assert_eq!((delivered, here.deliveries().len()), (3, 3));
}

#[tokio::test]
async fn a_paused_stream_sends_nothing_and_goes_on_where_it_stopped() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    let here = Receiver::webhook().await;
    let (stream, _) = house.stream(&ada, &here, "beginning").await;
    assert_eq!(house.carry().await, 1);
    let about = format!("{STREAMS}/{stream}");
    let turn = async |paused: bool| {
        house.ask(&ada.patch(&about, json!({ "paused": paused }))).await.expect(StatusCode::OK)
    };
    let shown = turn(true).await;
    assert_eq!((&shown["state"], &shown["paused_because"]), (&json!("paused"), &json!("by_hand")));
    here.forgets();
    house.rename(&ada).await;
    house.clock.advance(Duration::from_secs(120));
    assert_eq!((house.carry().await, here.deliveries().len()), (0, 0));
    assert_eq!(turn(false).await["state"], "active");
    assert_eq!(house.carry().await, 1);
    let rest = told(&here.events());
    let all = house.numbered(&ada).await;
    assert_eq!(rest, all[all.len() - rest.len()..]);
    assert_eq!(rest.len(), 3, "two turns, and what was entered in between");
    let entry = house.last_entry().await;
    assert_eq!(entry["action"], "audit_stream.changed");
    assert_eq!(
        (&entry["change"]["old"]["paused"], &entry["change"]["new"]["paused"]),
        (&json!(true), &json!(false))
    );
}

#[tokio::test]
async fn a_removed_stream_sends_nothing_more() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    let here = Receiver::webhook().await;
    let (stream, _) = house.stream(&ada, &here, "beginning").await;
    let gone = ada.signed(&Method::DELETE, format!("{STREAMS}/{stream}"));
    assert_eq!(house.ask(&gone).await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.ask(&gone).await.status, StatusCode::NOT_FOUND);
    house.clock.advance(HOUR);
    assert_eq!((house.carry().await, here.deliveries().len()), (0, 0));
    assert_eq!(house.database.rows("select * from audit_stream_directory").await.len(), 0);
    let entry = house.last_entry().await;
    assert_eq!(entry["change"]["old"]["host"], "127.0.0.1");
}

#[tokio::test]
async fn after_three_days_without_success_it_is_paused_entered_and_told_of() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    let here = Receiver::webhook().await;
    let (stream, _) = house.stream(&ada, &here, "beginning").await;
    here.behaves(Manner::Answers(500));
    house.carry().await;
    for _ in 0..71 {
        house.clock.advance(HOUR);
        house.carry().await;
    }
    assert_eq!(house.letters(&ada.email).await, Vec::<String>::new(), "71 hours");
    house.clock.advance(HOUR);
    house.carry().await;
    let entry = house.last_entry().await;
    assert_eq!(entry["action"], "audit_stream.paused");
    assert_eq!(entry["actor_kind"], "system");
    assert_eq!(entry["change"]["new"]["reason"], "failing");
    let letters = house.letters(&ada.email).await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].contains("“SIEM”") && letters[0].contains("three days"), "{letters:?}");
    let asked = here.deliveries().len();
    house.clock.advance(HOUR * 24);
    here.behaves(Manner::Takes);
    house.carry().await;
    assert_eq!(here.deliveries().len(), asked, "nothing more is sent");
    let ada = house.returned(&ada).await;
    let shown = house.shown(&ada, &stream).await;
    assert_eq!((&shown["state"], &shown["paused_because"]), (&json!("paused"), &json!("failing")));
    here.forgets();
    let resume = ada.patch(format!("{STREAMS}/{stream}"), json!({ "paused": false }));
    let _ = house.ask(&resume).await.expect(StatusCode::OK);
    house.carry().await;
    assert_eq!(told(&here.events()), house.numbered(&ada).await, "nothing is lost");
}

#[tokio::test]
async fn a_receiver_that_is_gone_for_good_is_not_asked_again() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    let here = Receiver::webhook().await;
    let (stream, _) = house.stream(&ada, &here, "beginning").await;
    here.behaves(Manner::Answers(410));
    house.carry().await;
    assert_eq!(house.shown(&ada, &stream).await["paused_because"], "gone");
    assert_eq!(house.letters(&ada.email).await.len(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_leaks_nothing_of_where_it_leads() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    let here = Receiver::webhook().await;
    let (stream, _) = house.stream(&ada, &here, "beginning").await;
    here.behaves(Manner::Answers(307));
    house.carry().await;
    assert_eq!(here.deliveries().len(), 1);
    let error = house.shown(&ada, &stream).await["last_error"].as_str().unwrap().to_owned();
    assert!(error.contains("(307)") && !error.contains("elsewhere\""), "{error}");
}

/// The address is looked at again with every delivery: what was public may be private today.
#[tokio::test]
async fn a_private_address_is_reached_neither_by_webhook_nor_by_syslog() {
    let mut house = House::new().await;
    let ada = house.watcher("Ada").await;
    let (webhook, syslog) = (Receiver::webhook().await, Receiver::syslog().await);
    let mut streams = Vec::new();
    for receiver in [&webhook, &syslog] {
        streams.push(house.stream(&ada, receiver, "beginning").await.0);
    }
    let closed = Reach::new(|_| false).plain(Plain::Loopback);
    house.reopen(|plan| plan.outbound = Outbound::new(closed, None).unwrap()).await;
    let ada = house.returned(&ada).await;
    assert_eq!(house.carry().await, 0);
    for stream in &streams {
        let shown = house.shown(&ada, stream).await;
        let error = shown["last_error"].as_str().unwrap();
        assert!(error.contains("may not be reached"), "{error}");
    }
    for receiver in [&webhook, &syslog] {
        assert_eq!(receiver.deliveries().len(), 0);
        let again = json!({
            "name": "SIEM", "kind": receiver.kind(), "address": receiver.address(), "start": "now",
        });
        let answer = house.ask(&ada.post(STREAMS, again)).await;
        assert_eq!(answer.refused(super::REFUSED), "stream_not_reachable");
    }
}
