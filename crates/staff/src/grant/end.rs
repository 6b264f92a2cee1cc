//! `POST /api/staff/v1/grants/{id}/end`: end access before its time, one's own or anybody's.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::Result;
use lk_base::error::OrNotFound;
use lk_base::id::{GrantId, Id, StaffId, WorkspaceId};
use lk_db::{Action, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, One, Operation, RateClass, Reply};
use serde_json::json;

use crate::authenticate::inside;
use crate::{Call, member};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "end_grant",
    method: Method::POST,
    path: "/api/staff/v1/grants/{id}/end",
    summary: "End access before its time: one's own, or with `grant.manage` anybody's; it acts at once.",
    access: Access::Staff(StaffPermission::GrantAsk),
    rate: RateClass::Write,
    audited: Audited::InBoth { staff: Action::StaffGrantEnded, workspace: Action::GrantEnded },
    status: 204,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound` for a grant that is over, and for one that is not the caller's to end.
pub async fn handler(call: Call<One<GrantId>>) -> Result<Reply> {
    let Call { state: staff, scope, path: One(id), .. } = call;
    let (you, ..) = scope.staff()?;
    let whose = if scope.actor().may_as_staff(StaffPermission::GrantManage) {
        Whose::Anybodys
    } else {
        Whose::Of(you)
    };
    let mut system = staff.db.system(SystemReason::Staff, &scope).await?;
    let workspace = end(system.tx(), id, whose).await?.or_not_found()?;
    let told = json!({ "ended_by": member::read(system.tx(), you, None).await?.name });
    let there = inside(&scope, workspace, None)?;
    let kept = json!({ "workspace_id": workspace });
    let entry = Entry::new(Action::StaffGrantEnded, id).with(kept);
    let recorded = system.record(entry, there).await?;
    recorded.commit_with(Entry::new(Action::GrantEnded, id).with(told)).await?;
    Ok(Reply::nothing())
}

/// Whose grants somebody may end.
#[derive(Debug, Clone, Copy)]
enum Whose {
    Of(StaffId),
    Anybodys,
}

/// Ends a live grant: of which workspace it was.
async fn end(tx: &mut WriteTx, grant: GrantId, whose: Whose) -> Result<Option<WorkspaceId>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let only = match whose {
        Whose::Of(member) => Some(member.uuid()),
        Whose::Anybodys => None,
    };
    Ok(sqlx::query_scalar!(
        r#"update staff_grants
              set ended_at = $3, ended_by = 'staff'
            where workspace_id = $1
              and grant_id = $2
              and ended_at is null
              and ends_at > $3
              and ($4::uuid is null or staff_id = $4)
           returning granted_workspace_id as "workspace: WorkspaceId""#,
        workspace,
        grant.uuid(),
        now.sql(),
        only,
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Ends all live grants of somebody who is stopped, in the order of their ids.
pub(crate) async fn end_all(
    tx: &mut WriteTx,
    member: StaffId,
) -> Result<Vec<(GrantId, WorkspaceId)>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let rows = sqlx::query!(
        r#"update staff_grants
              set ended_at = $3, ended_by = 'disabled'
            where workspace_id = $1
              and staff_id = $2
              and ended_at is null
              and ends_at > $3
           returning grant_id as "id: GrantId", granted_workspace_id as "workspace: WorkspaceId""#,
        workspace,
        member.uuid(),
        now.sql(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.workspace)).collect())
}
