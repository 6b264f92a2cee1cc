//! `POST /api/staff/v1/staff/{id}/disable`: stop a member of staff.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::Result;
use lk_base::id::{Id, StaffId};
use lk_db::{Action, Entry, SystemReason};
use lk_web::{Access, Audited, One, Operation, RateClass, Reply};
use serde_json::json;

use super::{Change, hold, read};
use crate::authenticate::inside;
use crate::session::end_all;
use crate::{Call, grant, link};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "disable_staff",
    method: Method::POST,
    path: "/api/staff/v1/staff/{id}/disable",
    summary: "Stop a member of staff: their sessions and their access end at once.",
    access: Access::StaffFresh(StaffPermission::StaffDisable),
    rate: RateClass::Write,
    audited: Audited::As(Action::StaffDisabled),
    status: 204,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`, `Forbidden` for somebody not below one's own role, `Refused` for the last super
/// admin.
pub async fn handler(call: Call<One<StaffId>>) -> Result<Reply> {
    let Call { state: staff, scope, path: One(id), .. } = call;
    let mut system = staff.db.system(SystemReason::Staff, &scope).await?;
    let tx = system.tx();
    let held = hold(tx, id, Change::Stopped).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update staff
            set disabled_at = coalesce(disabled_at, $3)
          where workspace_id = $1
            and staff_id = $2",
        workspace,
        id.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    link::withdraw(tx, id).await?;
    end_all(tx, id).await?;
    let ended = grant::end::end_all(tx, id).await?;
    // Each workspace that they were in is told in its own log.
    let (old, new) = (json!({ "role": held.role }), json!({ "grants": ended.len() }));
    let entry = Entry::new(Action::StaffDisabled, id).changed(old, new);
    let told = json!({ "ended_by": read(system.tx(), scope.staff()?.0, None).await?.name });
    let mut recorded = system.record(entry, scope.clone()).await?;
    for (grant, workspace) in ended {
        let there = inside(&scope, workspace, None)?;
        recorded = recorded.told(Entry::new(Action::GrantEnded, grant).with(&told), there).await?;
    }
    recorded.commit().await?;
    Ok(Reply::nothing())
}
