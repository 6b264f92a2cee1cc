//! `GET /api/v1/audit/{id}`: one entry.

use http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::error::OrNotFound;
use lk_base::id::EntryId;
use lk_db::Action;
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};

use super::{AuditEntry, opened, row};
use crate::{Audit, reading};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "get_audit_entry",
    method: Method::GET,
    path: "/api/v1/audit/{id}",
    summary: "One entry of the audit log.",
    access: Access::Operator(Permission::AuditRead),
    rate: RateClass::Read,
    audited: Audited::As(Action::AuditRead),
    status: 200,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`.
pub async fn handler(call: Call<Audit, One<EntryId>>) -> Result<Reply<AuditEntry>> {
    let Call { state: audit, scope, path: One(id), .. } = call;
    let mut tx = audit.db.read(&scope).await?;
    let found = row(&mut tx, id).await?.or_not_found()?;
    let entry = opened(&mut tx, vec![found]).await?.pop().or_not_found()?;
    drop(tx);
    reading::enter(&audit.db, &scope).await?;
    Ok(Reply::ok(entry))
}
