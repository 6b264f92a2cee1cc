//! Notes are for operators.

use http::StatusCode;
use lk_authz::Role;
use serde_json::{Value, json};

use crate::stage::{Stage, fresh, lines, look, note, path, reply};

const SECRET: &str = "he is a competitor";

#[tokio::test]
async fn a_note_is_stored_audited_and_announced_to_operators_only() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    let (entries, events) = stage.marks().await;

    let written = note(&ada, &conversation, SECRET).await;

    assert_eq!((&written["kind"], &written["seq"]), (&json!("note"), &json!(2)));
    let audit = stage.world.audit().await;
    assert_eq!(audit.len(), entries + 1);
    assert_eq!(audit[entries]["action"], "note.written");
    assert!(!audit[entries].to_string().contains("competitor"));
    let told = &stage.world.events().await[events];
    assert_eq!(told["data"]["message"], written);
    assert_eq!(told["data"]["_visitor"], Value::Null, "there is nothing to tell the visitor");
}

#[tokio::test]
async fn nothing_a_visitor_can_ask_tells_of_a_note() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    let list =
        || async { visitor.get("/api/widget/v1/conversations").await.expect(StatusCode::OK) };
    let before = (list().await, visitor.sees(&conversation).await);
    stage.world.clock.advance(std::time::Duration::from_secs(60));

    note(&ada, &conversation, SECRET).await;
    let _ = ada
        .post(&path(&conversation, "/assign"), json!({ "operator_id": ada.id }))
        .await
        .expect(StatusCode::OK);

    assert_eq!(
        (list().await, visitor.sees(&conversation).await),
        before,
        "not a number, not a time"
    );
    reply(&ada, &conversation, "Hello").await;
    let seen = visitor.sees(&conversation).await;
    assert_eq!(seen.iter().map(|m| m["seq"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 2]);
    assert!(!json!(seen).to_string().contains("competitor"));
    let scope = visitor.scope().await.unwrap();
    let (missed, seq) =
        lk_inbox::door::visitor_catch_up(&stage.inbox.db, &scope, conversation.parse().unwrap(), 0)
            .await
            .unwrap();
    assert_eq!((missed.len(), seq), (2, 2));
    assert!(!serde_json::to_string(&missed).unwrap().contains("competitor"));
}

#[tokio::test]
async fn a_visitor_who_guesses_the_client_id_of_a_note_gets_a_message_of_their_own() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    let body = json!({ "client_message_id": "note-00001", "body": SECRET });
    let _ = ada.post(&path(&conversation, "/notes"), body).await.expect(StatusCode::CREATED);

    let guess = json!({ "client_message_id": "note-00001", "body": "mine" });
    let messages = format!("/api/widget/v1/conversations/{conversation}/messages");
    let sent = visitor.post(&messages, guess.clone()).await.expect(StatusCode::CREATED);
    assert_eq!(sent["body"], "mine");
    assert_eq!(visitor.post(&messages, guess).await.expect(StatusCode::OK), sent);
}

#[tokio::test]
async fn a_repeated_note_is_written_once() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    let body = json!({ "client_message_id": fresh(), "body": SECRET });
    let first =
        ada.post(&path(&conversation, "/notes"), body.clone()).await.expect(StatusCode::CREATED);
    let marks = stage.marks().await;
    assert_eq!(ada.post(&path(&conversation, "/notes"), body).await.expect(StatusCode::OK), first);
    assert_eq!(stage.marks().await, marks);
    assert_eq!(lines(&ada, &conversation).await.len(), 2);
}

#[tokio::test]
async fn the_list_shows_a_note_as_the_newest_message_but_not_as_unread() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let bob = ada.colleague(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    note(&bob, &conversation, "line one\nline two").await;
    let seen = look(&ada, &conversation).await;
    assert_eq!(seen["last_message"]["kind"], "note");
    assert_eq!(seen["last_message"]["preview"], "line one line two");
    assert_eq!(seen["last_message"]["author"], json!({ "kind": "operator", "id": bob.id }));
    assert_eq!(seen["unread"], 1);
}

#[tokio::test]
async fn the_database_itself_refuses_a_note_that_a_visitor_could_see() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    note(&ada, &conversation, SECRET).await;
    let broken = stage
        .world
        .database
        .rows(
            "select conname from pg_constraint
              where conrelid = 'messages'::regclass and pg_get_constraintdef(oid) like '%public_seq IS NOT NULL%'",
        )
        .await;
    assert_eq!(broken.len(), 1);
}
