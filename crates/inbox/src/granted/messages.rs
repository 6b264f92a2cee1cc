//! `GET /api/staff/v1/granted/conversations/{id}/messages`: the lines of one conversation.

use http::Method;
use lk_authz::StaffPermission;
use lk_base::id::ConversationId;
use lk_base::{Page, Result};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};
use serde_json::json;

use crate::inbox::Inbox;
use crate::message::{Message, list};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_granted_messages",
    method: Method::GET,
    path: "/api/staff/v1/granted/conversations/{id}/messages",
    summary: "The messages, notes and activity lines of a conversation of the grant's workspace.",
    access: Access::Granted(StaffPermission::GrantUse),
    rate: RateClass::Read,
    audited: Audited::As(Action::GrantReadMessages),
    status: 200,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`.
pub async fn handler(
    call: Call<Inbox, One<ConversationId>, list::Query>,
) -> Result<Reply<Page<Message>>> {
    let (One(conversation), grant) = (call.path, call.scope.grant()?);
    let mut tx = call.state.db.write(&call.scope).await?;
    let page = list::page(&mut tx, conversation, &call.query).await?;
    let seen = json!({ "grant_id": grant, "messages": page.data.len() });
    tx.commit(Entry::new(Action::GrantReadMessages, conversation).with(seen)).await?;
    Ok(Reply::ok(page))
}
