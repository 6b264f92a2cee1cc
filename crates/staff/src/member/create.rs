//! `POST /api/staff/v1/staff`: make somebody staff.

use axum::http::Method;
use lk_authz::{StaffPermission, StaffRole};
use lk_base::Result;
use lk_base::text::{Email, Name};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{WithLink, insert, read};
use crate::{Call, link};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "create_staff",
    method: Method::POST,
    path: "/api/staff/v1/staff",
    summary: "Make somebody staff; the link that lets them in is shown once, and works for a day.",
    access: Access::StaffFresh(StaffPermission::StaffManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::StaffCreated),
    status: 201,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateStaff")]
pub struct Input {
    /// The address that signs in.
    email: Email,
    /// What they are called; workspaces are told this name.
    name: Name,
    /// What they may do.
    role: StaffRole,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `Refused` when somebody on the staff has the address.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<WithLink>> {
    let Call { state: staff, scope, body: Input { email, name, role }, .. } = call;
    let mut tx = staff.db.write(&scope).await?;
    let id = insert(&mut tx, &email, &name, role).await?;
    let link = link::make(&mut tx, &staff, id, link::HANDED).await?;
    let (made, expires_at) = (read(&mut tx, id, None).await?, tx.now().plus(link::HANDED));
    tx.commit(Entry::new(Action::StaffCreated, id).with(json!({ "role": role }))).await?;
    Ok(Reply::created(WithLink { staff: made, link, expires_at }))
}
