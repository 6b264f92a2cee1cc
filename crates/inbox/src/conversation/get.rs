//! `GET /api/v1/conversations/{id}`: a conversation and its visitor.

use http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::id::ConversationId;
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Conversation, shape};
use crate::inbox::Inbox;
use crate::visitor::{self, Visitor};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "get_conversation",
    method: Method::GET,
    path: "/api/v1/conversations/{id}",
    summary: "Shows a conversation and its visitor.",
    access: Access::Operator(Permission::ConversationRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// A conversation with its visitor.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConversationDetail {
    /// The conversation.
    #[serde(flatten)]
    pub conversation: Conversation,
    /// The visitor.
    pub visitor: Visitor,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`.
pub async fn handler(call: Call<Inbox, One<ConversationId>>) -> Result<Reply<ConversationDetail>> {
    let (One(id), live) = (call.path, &*call.state.live);
    let reader = call.scope.reader()?;
    let mut tx = call.state.db.read(&call.scope).await?;
    let conversation = shape::one(&mut tx, live, id, reader).await?;
    let visitor = visitor::read(&mut tx, live, conversation.visitor_id).await?;
    Ok(Reply::ok(ConversationDetail { conversation, visitor }))
}
