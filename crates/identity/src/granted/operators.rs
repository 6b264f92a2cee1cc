//! `GET /api/staff/v1/granted/operators`: who belongs to the workspace.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::{Page, Result};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use serde_json::json;

use crate::Call;
use crate::operator::list::Asks;
use crate::operator::{Operator, list};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_granted_operators",
    method: Method::GET,
    path: "/api/staff/v1/granted/operators",
    summary: "Who belongs to the workspace of the grant.",
    access: Access::Granted(StaffPermission::GrantUse),
    rate: RateClass::Read,
    audited: Audited::As(Action::GrantReadOperators),
    status: 200,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Page<Operator>>> {
    let grant = call.scope.grant()?;
    let mut tx = call.state.db.write(&call.scope).await?;
    let workspace = tx.workspace();
    let asks = Asks { you: None, manages: false, now: tx.now() };
    let operators = list::all(tx.conn(), workspace, asks).await?;
    let seen = json!({ "operators": operators.len() });
    tx.commit(Entry::new(Action::GrantReadOperators, grant).with(seen)).await?;
    Ok(Reply::ok(Page::whole(operators)))
}
