//! Another workspace's things are not there, for every operation that names one.

use http::{Method, StatusCode};
use lk_authz::Role;
use lk_base::id::ConversationId;
use serde_json::json;

use crate::stage::{Stage, fresh, path};

#[tokio::test]
async fn a_conversation_of_another_workspace_is_not_found_by_any_operation() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let mallory = stage.world.operator(Role::SuperAdmin).await;
    let (_, conversation) = stage.conversation(widget).await;
    let missing: ConversationId = stage.world.clock.new_id();
    let until = stage.world.clock.now().plus(std::time::Duration::from_secs(60));
    let marks = stage.marks().await;
    let message = json!({ "client_message_id": fresh(), "body": "Hi" });
    for (method, below, body) in [
        (Method::GET, "", None),
        (Method::GET, "/messages", None),
        (Method::POST, "/messages", Some(message.clone())),
        (Method::POST, "/notes", Some(message)),
        (Method::POST, "/assign", Some(json!({ "operator_id": mallory.id }))),
        (Method::POST, "/resolve", Some(json!({}))),
        (Method::POST, "/reopen", Some(json!({}))),
        (Method::POST, "/snooze", Some(json!({ "until": until }))),
        (Method::POST, "/read", Some(json!({ "seq": 1 }))),
        (Method::POST, "/unread", Some(json!({}))),
    ] {
        let foreign = mallory.call(method.clone(), &path(&conversation, below), body.clone()).await;
        assert_eq!(foreign.refused(StatusCode::NOT_FOUND), "not_found", "{method} {below}");
        let absent = mallory.call(method, &path(&missing.to_string(), below), body).await;
        assert_eq!(foreign.bytes, absent.bytes, "equal to the byte");
    }
    for list in ["/api/v1/conversations", "/api/v1/widgets", "/api/v1/events"] {
        let page = mallory.get(list).await.expect(StatusCode::OK);
        assert_eq!(page["data"], json!([]), "{list}");
    }
    let widget = mallory.get(&format!("/api/v1/widgets/{widget}")).await;
    assert_eq!(widget.refused(StatusCode::NOT_FOUND), "not_found");
    assert_eq!(stage.marks().await, marks);
}

#[tokio::test]
async fn isolation_holds_with_either_wall_down() {
    for down in ["row security", "predicates"] {
        let stage = Stage::new().await;
        let (ada, widget) = stage.shop(Role::User).await;
        let (mallory, other) = stage.shop(Role::Admin).await;
        let (_, conversation) = stage.conversation(widget).await;
        let (visitor, own) = stage.conversation(other).await;
        if down == "predicates" {
            stage.world.take_predicates_down();
        } else {
            stage.world.take_row_security_down().await;
        }
        let marks = stage.marks().await;
        let message = json!({ "client_message_id": fresh(), "body": "Hi" });
        for (below, body) in [
            ("/messages", message.clone()),
            ("/notes", message.clone()),
            ("/assign", json!({ "operator_id": mallory.id })),
            ("/resolve", json!({})),
            ("/read", json!({ "seq": 1 })),
            ("/unread", json!({})),
        ] {
            let answer = mallory.post(&path(&conversation, below), body).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{below} without {down}");
        }
        let foreign = format!("/api/widget/v1/conversations/{conversation}/messages");
        assert_eq!(visitor.post(&foreign, message).await.status, StatusCode::NOT_FOUND);
        assert_eq!(visitor.get(&foreign).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stage.marks().await, marks, "without {down}");
        let answer = mallory.post(&path(&own, "/assign"), json!({ "operator_id": ada.id })).await;
        assert_eq!(
            answer.refused(StatusCode::UNPROCESSABLE_ENTITY),
            "assignee_not_a_member",
            "without {down}"
        );
        let list = mallory.get("/api/v1/conversations").await.expect(StatusCode::OK);
        assert_eq!(list["data"].as_array().unwrap().len(), 1, "without {down}");
        let counts = mallory.get("/api/v1/conversations/counts").await.expect(StatusCode::OK);
        assert_eq!((&counts["open"], &counts["unread"]), (&json!(1), &json!(1)), "without {down}");
        let widgets = mallory.get("/api/v1/widgets").await.expect(StatusCode::OK);
        assert_eq!(widgets["data"].as_array().unwrap().len(), 1, "without {down}");
    }
}
