//! `GET /api/widget/v1/conversations`: the visitor's own conversations, the newest first.

use http::Method;
use lk_base::{Page, Result};
use lk_web::{Access, Audited, Call, Operation, RateClass, Reply};

use super::{VisitorConversation, conversations};
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_visitor_conversations",
    method: Method::GET,
    path: "/api/widget/v1/conversations",
    summary: "Lists the visitor's own conversations: the hundred newest.",
    access: Access::Visitor,
    rate: RateClass::WidgetRead,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Inbox>) -> Result<Reply<Page<VisitorConversation>>> {
    let visitor = call.scope.visitor()?;
    let mut tx = call.state.db.read(&call.scope).await?;
    Ok(Reply::ok(Page::whole(conversations(&mut tx, visitor, None).await?)))
}
