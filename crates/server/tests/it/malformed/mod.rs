//! What nobody well-meaning sends: it is refused with a problem document, and costs nobody else
//! anything. Never a 5xx, never a panic, never an answer that does not come.

mod bodies;
mod corpus;
mod values;
mod wire;

use axum::http::{HeaderMap, Method, StatusCode, header};
use lk_testkit::Answer;
use lk_web::Operation;
use serde_json::{Value, json};

use crate::house::{Ask, House};
use crate::owner::Owner;
use crate::sample::{Things, sample};

/// Holds an answer against what is promised: 4xx, RFC 9457, with a code and the listener's headers.
#[track_caller]
fn is_refusal(status: StatusCode, headers: &HeaderMap, bytes: &[u8], what: &str) {
    let shown: String = String::from_utf8_lossy(bytes).chars().take(300).collect();
    assert!(status.is_client_error(), "{what}: {status} {shown}");
    let kind = headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap());
    assert_eq!(kind, Some("application/problem+json"), "{what}: {status} {shown}");
    let document: Value = serde_json::from_slice(bytes).expect(what);
    assert_eq!(document["status"], status.as_u16(), "{what}");
    assert!(document["code"].as_str().is_some_and(|code| !code.is_empty()), "{what}: {shown}");
    for name in ["strict-transport-security", "content-security-policy", "x-content-type-options"] {
        assert!(headers.contains_key(name), "{what}: {name} is missing");
    }
}

#[track_caller]
fn is_refused(answer: &Answer, what: &str) {
    is_refusal(answer.status, &answer.headers, &answer.bytes, what);
}

/// A valid call of an operation, also of the one whose sample needs an empty house.
async fn valid(house: &House, operation: &Operation, owner: &Owner) -> Ask {
    if operation.id == "finish_setup" {
        return Ask::new(&Method::POST, operation.path).json(json!({
            "token": "none.such", "workspace_name": "First", "name": "First Person",
            "email": "first@person.test", "password": "a long enough sentence",
        }));
    }
    sample(house, operation, owner, &Things::of(owner)).await
}

/// The server is as it was: its owner is answered, and nothing in it failed meanwhile.
async fn still_serves(house: &House, owner: &Owner) {
    let _ = house.ask(&owner.get("/api/v1/me")).await.expect(StatusCode::OK);
    let failed = house.product.counters.by_class().into_iter().find(|(class, _)| *class == "5xx");
    assert_eq!(failed, Some(("5xx", 0)));
}
