//! `GET /api/staff/v1/me`: who one is, what one may do, until when.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::Result;
use lk_web::{Access, Audited, Operation, RateClass, Reply};

use super::{StaffStanding, standing};
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "read_staff_standing",
    method: Method::GET,
    path: "/api/staff/v1/me",
    summary: "Who one is, what one may do, and until when.",
    access: Access::Staff(StaffPermission::OwnSession),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call) -> Result<Reply<StaffStanding>> {
    let (member, session, _) = call.scope.staff()?;
    let mut tx = call.state.db.write(&call.scope).await?;
    Ok(Reply::ok(standing(&mut tx, member, session).await?))
}
