//! A visitor writes on.

use http::StatusCode;
use lk_authz::Role;
use serde_json::{Value, json};

use crate::stage::{Stage, fresh, lines, look, path, reply};

#[tokio::test]
async fn a_visitors_message_is_stored_audited_and_told_to_both_sides() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    let (entries, events) = stage.marks().await;

    let sent = visitor.says(&conversation, "Is anybody there?").await;

    assert_eq!(sent["seq"], 2);
    assert_eq!(sent["author"], json!({ "kind": "visitor", "name": null }));
    let audit = stage.world.audit().await;
    assert_eq!(audit.len(), entries + 1);
    assert_eq!(
        (&audit[entries]["action"], &audit[entries]["actor_kind"]),
        (&json!("message.sent"), &json!("visitor"))
    );
    assert!(!audit[entries].to_string().contains("anybody"));
    let told = &stage.world.events().await[events];
    assert_eq!(told["data"]["_visitor"]["message"], sent);
    assert_eq!(
        told["data"]["message"]["author"],
        json!({ "kind": "visitor", "id": visitor.id().await })
    );
    assert_eq!(look(&ada, &conversation).await["unread"], 2);
}

#[tokio::test]
async fn a_repeated_message_of_a_visitor_is_stored_once() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    let messages = format!("/api/widget/v1/conversations/{conversation}/messages");
    let body = json!({ "client_message_id": fresh(), "body": "Once" });
    let answers =
        futures_util::future::join_all((0..10).map(|_| visitor.post(&messages, body.clone())))
            .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count(), 1);
    assert!(answers.iter().all(|answer| answer.json() == answers[0].json()));
    assert_eq!(lines(&ada, &conversation).await.len(), 2);
}

#[tokio::test]
async fn a_message_opens_what_was_closed_or_put_off_with_one_entry() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let until = stage.world.clock.now().plus(std::time::Duration::from_secs(60));
    for (verb, body, status) in
        [("/resolve", json!({}), "resolved"), ("/snooze", json!({ "until": until }), "snoozed")]
    {
        let (visitor, conversation) = stage.conversation(widget).await;
        let _ = ada.post(&path(&conversation, verb), body).await.expect(StatusCode::OK);
        let (entries, events) = stage.marks().await;

        visitor.says(&conversation, "One more thing").await;

        let seen = look(&ada, &conversation).await;
        assert_eq!((&seen["status"], &seen["snoozed_until"]), (&json!("open"), &Value::Null));
        assert_eq!(stage.marks().await.0, entries + 1);
        let entry = stage.entry().await;
        assert_eq!(entry["action"], "message.sent");
        assert_eq!(entry["change"]["old"]["status"], status);
        assert_eq!(entry["change"]["new"]["status"], "open");
        assert_eq!(
            stage.kinds(events).await,
            ["message.created", "conversation.status_changed", "message.created"]
        );
        let seen = lines(&ada, &conversation).await;
        let kinds: Vec<&str> = seen.iter().map(|line| line["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["reply", "activity", "reply", "activity"]);
        assert_eq!(seen[3]["activity"]["what"], "reopened");
        assert_eq!(seen[3]["activity"]["by"]["kind"], "visitor");
        assert_eq!(visitor.sees(&conversation).await.len(), 2);
    }
}

#[tokio::test]
async fn another_visitors_conversation_is_not_found() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    let mallory = stage.visitor(widget).await;
    let marks = stage.marks().await;
    let missing: lk_base::id::ConversationId = stage.world.clock.new_id();
    let ask = |id: String| {
        let mallory = &mallory;
        async move {
            let messages = format!("/api/widget/v1/conversations/{id}/messages");
            let read = format!("/api/widget/v1/conversations/{id}/read");
            let body = json!({ "client_message_id": "mallory-1", "body": "Hi" });
            [
                mallory.get(&messages).await,
                mallory.post(&messages, body).await,
                mallory.post(&read, json!({ "seq": 1 })).await,
            ]
        }
    };
    let (foreign, missing) = (ask(conversation.clone()).await, ask(missing.to_string()).await);
    for (foreign, missing) in foreign.iter().zip(&missing) {
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
        assert_eq!(foreign.bytes, missing.bytes, "equal to the byte");
    }
    let own = mallory.get("/api/widget/v1/conversations").await.expect(StatusCode::OK);
    assert_eq!(own["data"], json!([]));
    assert_eq!(stage.marks().await, marks);
    assert_eq!(lines(&ada, &conversation).await.len(), 1);
}

#[tokio::test]
async fn a_visitor_pages_through_what_they_may_see() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    for text in ["two", "three", "four", "five"] {
        reply(&ada, &conversation, text).await;
    }
    let page = |query: &str| {
        let path = format!("/api/widget/v1/conversations/{conversation}/messages?{query}");
        let visitor = &visitor;
        async move {
            let page = visitor.get(&path).await.expect(StatusCode::OK);
            let numbers: Vec<i64> = page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|m| m["seq"].as_i64().unwrap())
                .collect();
            (numbers, page["page"]["has_more"].as_bool().unwrap())
        }
    };
    assert_eq!(page("limit=2").await, (vec![4, 5], true));
    assert_eq!(page("limit=2&before_seq=4").await, (vec![2, 3], true));
    assert_eq!(page("limit=2&before_seq=2").await, (vec![1], false));
    assert_eq!(page("limit=2&after_seq=1").await, (vec![2, 3], true));
    assert_eq!(page("limit=2&after_seq=4").await, (vec![5], false));
    let seen = visitor.sees(&conversation).await;
    assert!(seen[1]["author"]["name"].is_string());
    assert_eq!(seen[1]["client_message_id"], Value::Null, "that one is the operator's");
    assert!(seen[0]["client_message_id"].is_string());
}
