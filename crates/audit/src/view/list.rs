//! `GET /api/v1/audit-views`: the caller's own views.

use http::Method;
use lk_authz::Permission;
use lk_base::id::{AuditViewId, Id};
use lk_base::{Page, Result, Timestamp};
use lk_web::{Access, Audited, Call, Operation, RateClass, Reply};

use super::AuditView;
use crate::Audit;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_audit_views",
    method: Method::GET,
    path: "/api/v1/audit-views",
    summary: "Lists the views of the audit log that the caller keeps.",
    access: Access::Operator(Permission::AuditRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Audit>) -> Result<Reply<Page<AuditView>>> {
    let operator = call.scope.operator()?;
    let mut tx = call.state.db.read(&call.scope).await?;
    let views = sqlx::query_as!(
        AuditView,
        r#"select view_id    as "id: AuditViewId",
                  name, query,
                  created_at as "created_at: Timestamp"
             from audit_views
            where workspace_id = $1
              and operator_id = $2
            order by name, view_id"#,
        tx.workspace(),
        operator.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Reply::ok(Page::whole(views)))
}
