//! A conversation is given to somebody, or to nobody.

use http::StatusCode;
use lk_authz::Role;
use lk_base::id::{Id, OperatorId};
use serde_json::{Value, json};

use crate::stage::{Stage, lines, look, path};

#[tokio::test]
async fn the_new_assignee_is_stored_audited_told_and_written_into_the_thread() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let bob = ada.colleague(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    let (entries, events) = stage.marks().await;

    let after = ada
        .post(&path(&conversation, "/assign"), json!({ "operator_id": bob.id }))
        .await
        .expect(StatusCode::OK);

    assert_eq!(after["assignee_id"], json!(bob.id));
    assert_eq!(after["last_seq"], 2);
    let audit = stage.world.audit().await;
    assert_eq!(audit.len(), entries + 1);
    assert_eq!(audit[entries]["action"], "conversation.assigned");
    assert_eq!(
        audit[entries]["change"],
        json!({ "v": 1, "old": { "assignee_id": null }, "new": { "assignee_id": bob.id } })
    );
    assert_eq!(stage.kinds(events).await, ["conversation.assigned", "message.created"]);
    let told = &stage.world.events().await[events];
    assert_eq!(told["data"], json!({ "conversation_id": conversation, "assignee_id": bob.id }));
    let line = lines(&ada, &conversation).await.pop().unwrap();
    assert_eq!(line["kind"], "activity");
    assert_eq!(
        line["activity"],
        json!({ "what": "assigned", "by": { "kind": "operator", "id": ada.id }, "operator_id": bob.id })
    );
    assert_eq!(after["last_message"]["preview"], "Hello?", "what was done is no message");
}

#[tokio::test]
async fn nobody_can_be_the_assignee_but_the_field_must_be_there() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    let assign = path(&conversation, "/assign");
    let _ = ada.post(&assign, json!({ "operator_id": ada.id })).await.expect(StatusCode::OK);
    let after = ada.post(&assign, json!({ "operator_id": null })).await.expect(StatusCode::OK);
    assert_eq!(after["assignee_id"], Value::Null);
    assert_eq!(ada.post(&assign, json!({})).await.refused(StatusCode::BAD_REQUEST), "malformed");
}

#[tokio::test]
async fn the_present_assignee_once_more_is_recorded_but_told_to_nobody() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    let assign = path(&conversation, "/assign");
    let _ = ada.post(&assign, json!({ "operator_id": ada.id })).await.expect(StatusCode::OK);
    let (entries, events) = stage.marks().await;
    let after = ada.post(&assign, json!({ "operator_id": ada.id })).await.expect(StatusCode::OK);
    assert_eq!(after["last_seq"], 2);
    assert_eq!(stage.marks().await, (entries + 1, events));
    let entry = stage.entry().await;
    assert_eq!(entry["change"]["old"], entry["change"]["new"]);
}

#[tokio::test]
async fn only_a_present_operator_of_the_workspace_can_be_the_assignee() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let gone = ada.colleague(Role::User).await;
    let mallory = stage.world.operator(Role::SuperAdmin).await;
    let (_, conversation) = stage.conversation(widget).await;
    stage
        .world
        .database
        .run(&format!(
            "update operators set removed_at = now() where operator_id = '{}'",
            gone.id.uuid()
        ))
        .await;
    let marks = stage.marks().await;
    let made_up: OperatorId = stage.world.clock.new_id();
    for stranger in [gone.id, mallory.id, made_up] {
        let answer =
            ada.post(&path(&conversation, "/assign"), json!({ "operator_id": stranger })).await;
        assert_eq!(answer.refused(StatusCode::UNPROCESSABLE_ENTITY), "assignee_not_a_member");
    }
    assert_eq!(stage.marks().await, marks);
    assert_eq!(look(&ada, &conversation).await["assignee_id"], Value::Null);
}
