//! `GET /api/v1/audit-streams`: where the log is streamed to, and how far.

use http::Method;
use lk_authz::Permission;
use lk_base::{Page, Result};
use lk_web::{Access, Audited, Call, Operation, RateClass, Reply};

use super::{AuditStream, shown};
use crate::Audit;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_audit_streams",
    method: Method::GET,
    path: "/api/v1/audit-streams",
    summary: "Lists the streams of the audit log: where they go, how far they are, what went wrong.",
    access: Access::Operator(Permission::AuditStream),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Audit>) -> Result<Reply<Page<AuditStream>>> {
    let mut tx = call.state.db.read(&call.scope).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let streams = shown(tx.conn(), workspace, now, None).await?;
    Ok(Reply::ok(Page::whole(streams)))
}
