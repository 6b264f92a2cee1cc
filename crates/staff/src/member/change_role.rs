//! `PATCH /api/staff/v1/staff/{id}`: give a member of staff another role.

use axum::http::Method;
use lk_authz::{StaffPermission, StaffRole};
use lk_base::Result;
use lk_base::id::{Id, StaffId};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, Nothing, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Change, Member, hold, read};
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "change_staff_role",
    method: Method::PATCH,
    path: "/api/staff/v1/staff/{id}",
    summary: "Give a member of staff another role; it acts at once.",
    access: Access::StaffFresh(StaffPermission::StaffManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::StaffRoleChanged),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChangeStaffRole")]
pub struct Input {
    /// The new role.
    role: StaffRole,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`, and `Refused` for the last super admin.
pub async fn handler(call: Call<One<StaffId>, Nothing, Input>) -> Result<Reply<Member>> {
    let Call { state: staff, scope, path: One(id), body: Input { role }, .. } = call;
    let (you, ..) = scope.staff()?;
    let mut tx = staff.db.write(&scope).await?;
    let held = hold(&mut tx, id, Change::To(role)).await?;
    let workspace = tx.workspace();
    sqlx::query!(
        "update staff set role = $3 where workspace_id = $1 and staff_id = $2",
        workspace,
        id.uuid(),
        role.name(),
    )
    .execute(tx.conn())
    .await?;
    let member = read(&mut tx, id, Some(you)).await?;
    let (old, new) = (json!({ "role": held.role }), json!({ "role": role }));
    tx.commit(Entry::new(Action::StaffRoleChanged, id).changed(old, new)).await?;
    Ok(Reply::ok(member))
}
