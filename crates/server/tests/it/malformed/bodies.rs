//! Every operation that takes a body, with every body of the corpus.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Method, StatusCode};
use futures_util::{StreamExt, stream};
use serde_json::json;

use super::corpus::bodies;
use super::{is_refused, still_serves, valid};
use crate::house::{Ask, House};

#[tokio::test]
async fn every_operation_refuses_every_malformed_body() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let corpus = bodies();
    let mut refused = 0;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if operation.method == Method::GET {
            continue;
        }
        // One valid call serves for the whole corpus: what is refused uses nothing up.
        let mut ask = valid(&house, operation, &ada).await;
        ask.body = None;
        for bad in &corpus {
            let ask = match bad.kind {
                Some(kind) => ask.clone().header("content-type", kind),
                None => ask.clone(),
            };
            let answer = house.ask_with(&ask, Body::from(bad.bytes.clone())).await;
            is_refused(&answer, &format!("{} with {}", operation.id, bad.what));
            refused += 1;
        }
    }
    assert!(refused > 1_000, "the sweep is blind: {refused}");
    still_serves(&house, &ada).await;
}

#[tokio::test]
async fn a_body_of_a_hundred_megabytes_is_refused_before_it_is_read() {
    const PART: usize = 64 * 1024;
    const PARTS: usize = 1_600;
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if operation.method == Method::GET {
            continue;
        }
        let mut ask =
            valid(&house, operation, &ada).await.header("content-type", "application/json");
        ask.body = None;
        let (taken, part) =
            (std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0)), vec![b' '; PART]);
        let seen = std::sync::Arc::clone(&taken);
        let endless = stream::iter(0..PARTS).map(move |_| {
            seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from(part.clone()))
        });
        let answer = house.ask_with(&ask, Body::from_stream(endless)).await;
        assert_eq!(answer.refused(StatusCode::PAYLOAD_TOO_LARGE), "too_large", "{}", operation.id);
        let taken = taken.load(std::sync::atomic::Ordering::Relaxed);
        assert!(taken <= 2, "{} read {taken} parts of 64 KiB", operation.id);
    }
    still_serves(&house, &ada).await;
}

#[tokio::test]
async fn a_body_that_never_ends_is_not_waited_for() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if operation.method == Method::GET {
            continue;
        }
        let mut ask =
            valid(&house, operation, &ada).await.header("content-type", "application/json");
        ask.body = None;
        // Time stands still from the moment the body is wanted, and then moves whenever everybody
        // waits; before that the database is asked, which takes real time.
        let (begun, start) = tokio::sync::oneshot::channel();
        let first = stream::once(async {
            tokio::time::pause();
            let _ = begun.send(tokio::time::Instant::now());
            Ok::<_, std::io::Error>(Bytes::from_static(b"{"))
        });
        let slow = Body::from_stream(first.chain(stream::pending()));
        let answer = house.ask_with(&ask, slow).await;
        let waited = start.await.unwrap().elapsed();
        tokio::time::resume();
        assert_eq!(answer.refused(StatusCode::REQUEST_TIMEOUT), "too_slow", "{}", operation.id);
        assert!(waited < Duration::from_secs(11), "{}: {waited:?}", operation.id);
    }
    still_serves(&house, &ada).await;
}

#[tokio::test]
async fn a_body_that_is_held_back_does_not_outlive_the_session_of_its_head() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let (other, ..) = house.sign_in(&ada.email).await;
    let ask = ada.post("/api/v1/invitations", json!({})).header("content-type", "application/json");
    let (begun, head_is_read) = tokio::sync::oneshot::channel();
    let (go_on, wait) = tokio::sync::oneshot::channel::<Bytes>();
    let head = stream::once(async move {
        let _ = begun.send(());
        Ok::<_, std::io::Error>(Bytes::from_static(b"{"))
    });
    let body = head.chain(stream::once(async { Ok(wait.await.unwrap()) }));
    let held_back = house.ask_with(&ask, Body::from_stream(body));
    let ended = async {
        head_is_read.await.unwrap();
        let out = Ask::new(&Method::POST, "/api/v1/sessions/revoke-others")
            .header("authorization", format!("Bearer {other}"))
            .json(json!({}));
        assert_eq!(house.ask(&out).await.status, StatusCode::OK);
        go_on.send(Bytes::from_static(br#""email":"new@person.test","role":"user"}"#)).unwrap();
    };
    let (answer, ()) = tokio::join!(held_back, ended);
    assert_eq!(answer.refused(StatusCode::UNAUTHORIZED), "session_ended");
}
