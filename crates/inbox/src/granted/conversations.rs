//! `GET /api/staff/v1/granted/conversations`: the workspace's conversations, the newest activity first.

use http::Method;
use lk_authz::StaffPermission;
use lk_base::{Page, Result};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, Call, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::conversation::{Conversation, Status, list};
use crate::cursor::Limit;
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_granted_conversations",
    method: Method::GET,
    path: "/api/staff/v1/granted/conversations",
    summary: "The conversations of the grant's workspace, the newest activity first.",
    access: Access::Granted(StaffPermission::GrantUse),
    rate: RateClass::Read,
    audited: Audited::As(Action::GrantReadConversations),
    status: 200,
};

/// The query.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ListGrantedConversations")]
pub struct Query {
    /// Only with this status.
    #[serde(default)]
    status: Option<Status>,
    /// At most so many rows.
    #[serde(default)]
    limit: Limit,
    /// Where the page before ended.
    #[serde(default)]
    cursor: Option<String>,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `Refused` for a cursor that does not belong to this list.
pub async fn handler(call: Call<Inbox, Nothing, Query>) -> Result<Reply<Page<Conversation>>> {
    let grant = call.scope.grant()?;
    let Query { status, limit, cursor } = call.query;
    let query = list::Query { status, limit, cursor, ..list::Query::default() };
    let mut tx = call.state.db.write(&call.scope).await?;
    let page = list::page(&mut tx, &call.state, &query, None).await?;
    let seen = json!({ "conversations": page.data.len() });
    tx.commit(Entry::new(Action::GrantReadConversations, grant).with(seen)).await?;
    Ok(Reply::ok(page))
}
