//! `POST /api/staff/v1/auth/sign-out`: end the session one is in.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::Result;
use lk_db::{Action, Entry};
use lk_web::cookie::{self, Crossing};
use lk_web::credential::STAFF;
use lk_web::{Access, Audited, Operation, RateClass, Reply};

use super::end;
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "sign_out_as_staff",
    method: Method::POST,
    path: "/api/staff/v1/auth/sign-out",
    summary: "End the session one is in.",
    access: Access::Staff(StaffPermission::OwnSession),
    rate: RateClass::Write,
    audited: Audited::As(Action::StaffSignedOut),
    status: 204,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call) -> Result<Reply> {
    let Call { state: staff, scope, .. } = call;
    let (member, session, _) = scope.staff()?;
    let mut tx = staff.db.write(&scope).await?;
    end(&mut tx, member, session).await?;
    tx.commit(Entry::new(Action::StaffSignedOut, session)).await?;
    Ok(Reply::nothing().cookie(cookie::set(STAFF, "", 0, Crossing::Strict)))
}
