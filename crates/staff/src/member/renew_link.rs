//! `POST /api/staff/v1/staff/{id}/link`: a new link for a member of staff who lost the old one, the
//! password or the app.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::id::StaffId;
use lk_base::{Error, Result};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, One, Operation, RateClass, Reply};

use super::{Change, MemberState, WithLink, hold, read};
use crate::{Call, link};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "renew_staff_link",
    method: Method::POST,
    path: "/api/staff/v1/staff/{id}/link",
    summary: "Make a new link for a member of staff, shown once; until it is used, the old password and app stay good.",
    access: Access::StaffFresh(StaffPermission::StaffManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::StaffLinkMade),
    status: 200,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`, and `Refused` for somebody who was stopped.
pub async fn handler(call: Call<One<StaffId>>) -> Result<Reply<WithLink>> {
    let Call { state: staff, scope, path: One(id), .. } = call;
    let mut tx = staff.db.write(&scope).await?;
    let _ = hold(&mut tx, id, Change::LetIn).await?;
    let (member, expires_at) = (read(&mut tx, id, None).await?, tx.now().plus(link::HANDED));
    if member.state == MemberState::Disabled {
        return Err(Error::Refused {
            code: "staff_disabled",
            detail: "They were stopped: let them in again first.",
        });
    }
    let link = link::make(&mut tx, &staff, id, link::HANDED).await?;
    tx.commit(Entry::new(Action::StaffLinkMade, id)).await?;
    Ok(Reply::ok(WithLink { staff: member, link, expires_at }))
}
