//! `POST /api/v1/conversations/{id}/assign`: give a conversation to somebody, or to nobody.

use http::Method;
use lk_authz::Permission;
use lk_base::id::{ConversationId, Id, OperatorId};
use lk_base::{Error, Result};
use lk_db::{Action, Entry, Event, EventKind, Scope, WriteTx};
use lk_web::{Access, Audited, Call, Nothing, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::turn::tell;
use super::{Conversation, lock, shape};
use crate::author::Author;
use crate::inbox::Inbox;
use crate::message::{Activity, What};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "assign_conversation",
    method: Method::POST,
    path: "/api/v1/conversations/{id}/assign",
    summary: "Gives a conversation to an operator, or to nobody.",
    access: Access::Operator(Permission::ConversationManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::ConversationAssigned),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AssignConversation")]
pub struct Input {
    /// The new assignee; `null` puts the conversation back in the queue.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schemars(required, schema_with = "operator_or_nobody")]
    pub operator_id: Option<OperatorId>,
}

/// Both must be said: leaving the field out is not the same as nobody.
fn operator_or_nobody(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    <Option<OperatorId>>::json_schema(generator)
}

/// HTTP in, HTTP out.
///
/// # Errors
/// See [`assign`].
pub async fn handler(
    call: Call<Inbox, One<ConversationId>, Nothing, Input>,
) -> Result<Reply<Conversation>> {
    Ok(Reply::ok(assign(&call.state, &call.scope, call.path.0, call.body.operator_id).await?))
}

/// The operation itself.
///
/// # Errors
/// `NotFound`, or `Refused` when the assignee does not belong to the workspace.
pub async fn assign(
    inbox: &Inbox,
    scope: &Scope,
    id: ConversationId,
    assignee: Option<OperatorId>,
) -> Result<Conversation> {
    let reader = scope.reader()?;
    let mut tx = inbox.db.write(scope).await?;
    let before = lock(&mut tx, id).await?;
    if before.assignee_id != assignee {
        if let Some(assignee) = assignee {
            check(&mut tx, assignee).await?;
        }
        store(&mut tx, id, assignee).await?;
    }
    let after = shape::one(&mut tx, &*inbox.live, id, reader).await?;
    let entry = Entry::new(Action::ConversationAssigned, id)
        .changed(json!({ "assignee_id": before.assignee_id }), json!({ "assignee_id": assignee }));
    tx.commit(entry).await?;
    Ok(after)
}

/// The rule: only a present member of the workspace can be the assignee. The row is held, so
/// that nobody is removed in between; a stranger's id is no different from a made-up one.
async fn check(tx: &mut WriteTx, assignee: OperatorId) -> Result<()> {
    sqlx::query_scalar!(
        r#"select 1 as "there!"
             from operators
            where workspace_id = $1
              and operator_id = $2
              and removed_at is null
              for share"#,
        tx.workspace(),
        assignee.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .map(drop)
    .ok_or(Error::Refused {
        code: "assignee_not_a_member",
        detail: "Only an operator of this workspace can be the assignee.",
    })
}

/// Stores who has a conversation that the transaction holds, and tells of it.
pub(super) async fn store(
    tx: &mut WriteTx,
    id: ConversationId,
    assignee: Option<OperatorId>,
) -> Result<()> {
    sqlx::query!(
        "update conversations
            set assignee_id = $3
          where workspace_id = $1
            and conversation_id = $2",
        tx.workspace(),
        id.uuid(),
        assignee.map(Id::uuid),
    )
    .execute(tx.conn())
    .await?;
    tx.emit(Event::new(
        EventKind::ConversationAssigned,
        id,
        json!({ "conversation_id": id, "assignee_id": assignee }),
    ));
    let by = Author::of(tx.scope().actor());
    tell(tx, id, &Activity { operator_id: assignee, ..Activity::plain(What::Assigned, by) }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_assignee_must_be_said_and_may_be_nobody() {
        assert!(serde_json::from_str::<Input>("{}").is_err());
        let nobody: Input = serde_json::from_str(r#"{"operator_id":null}"#).unwrap();
        assert_eq!(nobody.operator_id, None);
        let settings = schemars::generate::SchemaSettings::draft2020_12().for_deserialize();
        let schema = settings.into_generator().into_root_schema_for::<Input>();
        assert_eq!(schema.get("required"), Some(&json!(["operator_id"])));
        assert!(schema.get("properties").unwrap().to_string().contains("null"), "{schema:?}");
    }
}
