//! Reading what happened.

use http::StatusCode;
use lk_authz::Role;
use serde_json::json;

use crate::stage::{Stage, reply};

#[tokio::test]
async fn events_are_read_in_order_without_what_is_for_inside() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, other) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    stage.conversation(other).await;
    reply(&ada, &conversation, "Hello").await;
    stage.dispatch().await;

    let page = ada.get("/api/v1/events?limit=2").await.expect(StatusCode::OK);
    assert_eq!(page["page"]["has_more"], true);
    let rest = ada.get("/api/v1/events?after_seq=2").await.expect(StatusCode::OK);
    assert_eq!(rest["page"]["has_more"], false);
    let all: Vec<_> =
        [&page, &rest].iter().flat_map(|page| page["data"].as_array().unwrap().clone()).collect();
    let told: Vec<_> =
        all.iter().map(|e| (e["seq"].as_i64().unwrap(), e["type"].as_str().unwrap())).collect();
    assert_eq!(told, [(1, "conversation.created"), (2, "message.created"), (3, "message.created")]);
    assert_eq!(all[0]["actor"], json!({ "kind": "visitor", "id": visitor.id().await }));
    assert_eq!(all[2]["actor"], json!({ "kind": "operator", "id": ada.id }));
    assert_eq!(all[2]["data"]["message"]["body"], "Hello");
    assert!(!json!(all).to_string().contains("_visitor"));
    assert!(all[0]["id"].as_str().unwrap().starts_with("evt_"));
    assert_eq!(all[0]["at"], "2026-11-22T09:00:00.000Z");
}
