//! `DELETE /api/staff/v1/sessions/{id}`: end one of one's own sessions as staff.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::id::StaffSessionId;
use lk_base::{Error, Result};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, One, Operation, RateClass, Reply};

use super::end;
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "revoke_staff_session",
    method: Method::DELETE,
    path: "/api/staff/v1/sessions/{id}",
    summary: "End one of one's own sessions; it acts at once.",
    access: Access::Staff(StaffPermission::OwnSession),
    rate: RateClass::Write,
    audited: Audited::As(Action::StaffSessionRevoked),
    status: 204,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound` for a session that is over, somebody else's, or none.
pub async fn handler(call: Call<One<StaffSessionId>>) -> Result<Reply> {
    let Call { state: staff, scope, path: One(id), .. } = call;
    let (member, ..) = scope.staff()?;
    let mut tx = staff.db.write(&scope).await?;
    if !end(&mut tx, member, id).await? {
        return Err(Error::NotFound);
    }
    tx.commit(Entry::new(Action::StaffSessionRevoked, id)).await?;
    Ok(Reply::nothing())
}
