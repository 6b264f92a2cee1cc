//! More passwords than the machine can check.

use std::sync::mpsc;
use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use serde_json::json;

use crate::house::{Ask, House};

/// One is being checked, and this many wait; see `lk_crypto::password`.
const ROOM: usize = 1 + 64;

/// The pool has one worker, and that one is held. So whoever found room waits for as long as we
/// like, and whoever is answered meanwhile found none.
#[test]
fn whoever_finds_the_queue_for_passwords_full_is_told_when_to_come_back() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        let house = House::with(|plan| plan.hashes = 1).await;
        let (go_on, held) = mpsc::channel::<()>();
        let worker = tokio::task::spawn_blocking(move || held.recv());
        let try_one = |n: usize| {
            let body = json!({ "email": format!("nobody-{n}@plum.test"), "password": "a guess" });
            let ask = Ask::new(&Method::POST, "/api/v1/auth/sign-in").json(body);
            let house = &house;
            async move { house.ask(&ask).await }
        };
        let mut tries: FuturesUnordered<_> = (0..ROOM + 3).map(try_one).collect();
        for _ in 0..3 {
            // The time is for a limit that is gone: then nobody is ever answered here.
            let answer = tokio::time::timeout(Duration::from_secs(60), tries.next()).await;
            let answer = answer.expect("there is room for everybody").unwrap();
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(answer.headers[header::RETRY_AFTER], "5");
        }
        drop(go_on);
        let _ = worker.await.unwrap();
        // Nobody who waited is forgotten.
        let mut answered = 0;
        while let Some(answer) = tries.next().await {
            assert_eq!(answer.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_credentials");
            answered += 1;
        }
        assert_eq!(answered, ROOM);
    });
}
