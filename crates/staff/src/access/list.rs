//! `GET /api/v1/staff-access`: who of the staff has or had access to the workspace.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{GrantId, Id};
use lk_base::{Page, Personal, Result, Timestamp};
use lk_db::SystemReason;
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Call;
use crate::authenticate::on_platform;
use crate::grant::EndedBy;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_staff_access",
    method: Method::GET,
    path: "/api/v1/staff-access",
    summary: "Who of the installation's staff has or had access to the workspace, why and until when; the newest first.",
    access: Access::Operator(Permission::StaffAccess),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// Access of staff, as the workspace sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StaffAccess {
    /// The grant's id, which the audit log names.
    id: GrantId,
    /// Who.
    name: Personal,
    /// Their address.
    email: Personal,
    /// What for.
    reason: Personal,
    /// Since when.
    began_at: Timestamp,
    /// Until when at the latest.
    ends_at: Timestamp,
    /// When it was ended before that.
    ended_at: Option<Timestamp>,
    /// By whom.
    ended_by: Option<EndedBy>,
    /// Whether it lets in at this moment.
    live: bool,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call) -> Result<Reply<Page<StaffAccess>>> {
    let Call { state: staff, scope, .. } = call;
    let mut system = staff.db.system(SystemReason::Staff, &on_platform(&scope)).await?;
    let tx = system.tx();
    let (workspace, now) = (tx.workspace(), tx.now());
    let all = sqlx::query_as!(
        StaffAccess,
        r#"select g.grant_id  as "id: GrantId",
                  m.name      as "name: Personal",
                  m.email     as "email: Personal",
                  g.reason    as "reason: Personal",
                  g.began_at  as "began_at: Timestamp",
                  g.ends_at   as "ends_at: Timestamp",
                  g.ended_at  as "ended_at: Timestamp",
                  g.ended_by  as "ended_by: EndedBy",
                  g.ended_at is null and g.ends_at > $3 as "live!"
             from staff_grants g
             join staff m
               on m.workspace_id = g.workspace_id
              and m.staff_id = g.staff_id
            where g.workspace_id = $1
              and g.granted_workspace_id = $2
            order by g.grant_id desc
            limit 100"#,
        workspace,
        scope.workspace().uuid(),
        now.sql(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Reply::ok(Page::whole(all)))
}
