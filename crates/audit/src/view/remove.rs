//! `DELETE /api/v1/audit-views/{id}`: take one of one's own views away.

use http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::error::OrNotFound;
use lk_base::id::{AuditViewId, Id};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};

use crate::Audit;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "remove_audit_view",
    method: Method::DELETE,
    path: "/api/v1/audit-views/{id}",
    summary: "Takes one of the caller's own views away.",
    access: Access::Operator(Permission::AuditRead),
    rate: RateClass::Write,
    audited: Audited::As(Action::AuditViewRemoved),
    status: 204,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`, also for a colleague's.
pub async fn handler(call: Call<Audit, One<AuditViewId>>) -> Result<Reply> {
    let Call { state: audit, scope, path: One(id), .. } = call;
    let operator = scope.operator()?;
    let mut tx = audit.db.write(&scope).await?;
    sqlx::query_scalar!(
        "delete from audit_views
          where workspace_id = $1
            and view_id = $2
            and operator_id = $3
          returning view_id",
        tx.workspace(),
        id.uuid(),
        operator.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    tx.commit(Entry::new(Action::AuditViewRemoved, id)).await?;
    Ok(Reply::nothing())
}
