//! `POST /api/staff/v1/staff/{id}/enable`: let a member of staff in again who was stopped.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::id::{Id, StaffId};
use lk_base::{Error, Result};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, One, Operation, RateClass, Reply};
use serde_json::json;

use super::{Change, WithLink, hold, read};
use crate::session::end_all;
use crate::{Call, link};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "enable_staff",
    method: Method::POST,
    path: "/api/staff/v1/staff/{id}/enable",
    summary: "Let a member of staff in again; they begin anew, with a link that is shown once.",
    access: Access::StaffFresh(StaffPermission::StaffManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::StaffEnabled),
    status: 200,
};

/// HTTP in, HTTP out. The old password counts for nothing any more: whoever was stopped may be
/// somebody whose password got known.
///
/// # Errors
/// `NotFound`, and `Refused` for somebody who was not stopped.
pub async fn handler(call: Call<One<StaffId>>) -> Result<Reply<WithLink>> {
    let Call { state: staff, scope, path: One(id), .. } = call;
    let mut tx = staff.db.write(&scope).await?;
    let held = hold(&mut tx, id, Change::LetIn).await?;
    let workspace = tx.workspace();
    let done = sqlx::query!(
        "update staff
            set disabled_at = null, password = null
          where workspace_id = $1
            and staff_id = $2
            and disabled_at is not null",
        workspace,
        id.uuid(),
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Refused {
            code: "staff_not_disabled",
            detail: "They were not stopped.",
        });
    }
    end_all(&mut tx, id).await?;
    let link = link::make(&mut tx, &staff, id, link::HANDED).await?;
    let (member, expires_at) = (read(&mut tx, id, None).await?, tx.now().plus(link::HANDED));
    tx.commit(Entry::new(Action::StaffEnabled, id).with(json!({ "role": held.role }))).await?;
    Ok(Reply::ok(WithLink { staff: member, link, expires_at }))
}
