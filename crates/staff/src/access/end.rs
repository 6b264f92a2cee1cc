//! `POST /api/v1/staff-access/{id}/end`: send staff out of the workspace.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::error::OrNotFound;
use lk_base::id::{GrantId, Id, StaffId, WorkspaceId};
use lk_db::{Action, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, One, Operation, RateClass, Reply};
use serde_json::json;

use crate::Call;
use crate::authenticate::on_platform;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "end_staff_access",
    method: Method::POST,
    path: "/api/v1/staff-access/{id}/end",
    summary: "End staff's access to the workspace; it acts at once.",
    access: Access::Operator(Permission::StaffAccess),
    rate: RateClass::Write,
    audited: Audited::InBoth { staff: Action::StaffGrantEnded, workspace: Action::GrantEnded },
    status: 204,
};

/// HTTP in, HTTP out. No fresh proof is asked for: sending somebody out must be quick.
///
/// # Errors
/// `NotFound` for access that is over, and for another workspace's.
pub async fn handler(call: Call<One<GrantId>>) -> Result<Reply> {
    let Call { state: staff, scope, path: One(id), .. } = call;
    let here = scope.workspace();
    let mut system = staff.db.system(SystemReason::Staff, &on_platform(&scope)).await?;
    let whose = end(system.tx(), id, here).await?.or_not_found()?;
    let told = json!({ "workspace_id": here, "staff_id": whose });
    let entry = Entry::new(Action::StaffGrantEnded, id).with(told);
    let recorded = system.record(entry, scope).await?;
    recorded.commit_with(Entry::new(Action::GrantEnded, id)).await?;
    Ok(Reply::nothing())
}

/// Ends a live grant of a workspace: whose it was.
async fn end(tx: &mut WriteTx, grant: GrantId, of: WorkspaceId) -> Result<Option<StaffId>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    Ok(sqlx::query_scalar!(
        r#"update staff_grants
              set ended_at = $4, ended_by = 'workspace'
            where workspace_id = $1
              and grant_id = $2
              and granted_workspace_id = $3
              and ended_at is null
              and ends_at > $4
           returning staff_id as "staff: StaffId""#,
        workspace,
        grant.uuid(),
        of.uuid(),
        now.sql(),
    )
    .fetch_optional(tx.conn())
    .await?)
}
