//! What the sockets ask.

use http::StatusCode;
use lk_authz::Role;
use lk_base::Error;
use lk_inbox::door;
use serde_json::json;

use crate::stage::{Stage, note, reply};

#[tokio::test]
async fn an_operator_may_see_conversations_of_their_workspace_only() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let mallory = stage.world.operator(Role::SuperAdmin).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    let (db, id) = (&stage.inbox.db, conversation.parse().unwrap());
    assert!(door::operator_may_see(db, &ada.scope(), id).await.is_ok());
    assert!(matches!(door::operator_may_see(db, &mallory.scope(), id).await, Err(Error::NotFound)));
    let visitor = visitor.scope().await.unwrap();
    assert!(matches!(door::operator_may_see(db, &visitor, id).await, Err(Error::Forbidden { .. })));
    assert!(matches!(
        door::visitor_may_see(db, &ada.scope(), id).await,
        Err(Error::Forbidden { .. })
    ));
}

#[tokio::test]
async fn a_visitor_catches_up_on_what_they_may_see() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    note(&ada, &conversation, "Hm").await;
    reply(&ada, &conversation, "Yes?").await;
    let (db, scope) = (&stage.inbox.db, visitor.scope().await.unwrap());
    let id = conversation.parse().unwrap();
    let (missed, seq) = door::visitor_catch_up(db, &scope, id, 1).await.unwrap();
    assert_eq!((missed.len(), missed[0].seq, seq), (1, 2, 2));
    let (missed, seq) = door::visitor_catch_up(db, &scope, id, 2).await.unwrap();
    assert_eq!((missed.len(), seq), (0, 2));
    let (missed, seq) = door::visitor_catch_up(db, &scope, id, i64::MAX).await.unwrap();
    assert_eq!((missed.len(), seq), (0, 2));
    assert!(door::visitor_may_see(db, &scope, id).await.is_ok());

    let other = stage.visitor(widget).await.scope().await.unwrap();
    assert!(matches!(door::visitor_catch_up(db, &other, id, 0).await, Err(Error::NotFound)));
    assert!(matches!(door::visitor_may_see(db, &other, id).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn catching_up_brings_five_hundred_at_a_time() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    for _ in 0..505 {
        let path = format!("/api/widget/v1/conversations/{conversation}/messages");
        let body = json!({ "client_message_id": crate::stage::fresh(), "body": "x" });
        let _ = visitor.post(&path, body).await.expect(StatusCode::CREATED);
    }
    let (db, scope, id) =
        (&stage.inbox.db, visitor.scope().await.unwrap(), conversation.parse().unwrap());
    let (missed, seq) = door::visitor_catch_up(db, &scope, id, 0).await.unwrap();
    assert_eq!((missed.len(), seq), (500, 506), "the newest number says that there is more");
    let (missed, seq) = door::visitor_catch_up(db, &scope, id, 500).await.unwrap();
    assert_eq!((missed.len(), seq), (6, 506));
}

#[tokio::test]
async fn an_operators_name_is_known_in_their_workspace() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let mallory = stage.world.operator(Role::User).await;
    let visitor = stage.visitor(widget).await.scope().await.unwrap();
    let db = &stage.inbox.db;
    assert!(
        door::operator_name(db, &visitor, ada.id).await.unwrap().reveal().starts_with("Operator")
    );
    assert!(matches!(door::operator_name(db, &visitor, mallory.id).await, Err(Error::NotFound)));
}
