//! `POST /api/v1/conversations/{id}/reopen`: open a conversation that was closed or put off.

use http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::id::ConversationId;
use lk_db::{Action, Entry, Scope};
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};
use serde_json::json;

use super::turn::turn;
use super::{Conversation, Held, Status, lock, shape};
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "reopen_conversation",
    method: Method::POST,
    path: "/api/v1/conversations/{id}/reopen",
    summary: "Opens a conversation that was closed or put off.",
    access: Access::Operator(Permission::ConversationManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::ConversationReopened),
    status: 200,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// See [`reopen`].
pub async fn handler(call: Call<Inbox, One<ConversationId>>) -> Result<Reply<Conversation>> {
    Ok(Reply::ok(reopen(&call.state, &call.scope, call.path.0).await?))
}

/// The operation itself.
///
/// # Errors
/// `NotFound`.
pub async fn reopen(inbox: &Inbox, scope: &Scope, id: ConversationId) -> Result<Conversation> {
    let reader = scope.reader()?;
    let mut tx = inbox.db.write(scope).await?;
    let before = lock(&mut tx, id).await?;
    if changes(&before) {
        turn(&mut tx, id, before.status, Status::Open, None).await?;
    }
    let after = shape::one(&mut tx, &*inbox.live, id, reader).await?;
    let entry = Entry::new(Action::ConversationReopened, id)
        .changed(json!({ "status": before.status }), json!({ "status": after.status }));
    tx.commit(entry).await?;
    Ok(after)
}

/// The rule: what is open stays so, and nobody is told twice.
fn changes(before: &Held) -> bool {
    before.status != Status::Open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_conversation_that_is_not_open_changes() {
        let held = |status| Held { status, snoozed_until: None, assignee_id: None };
        assert!(!changes(&held(Status::Open)));
        assert!(changes(&held(Status::Snoozed)));
        assert!(changes(&held(Status::Resolved)));
    }
}
