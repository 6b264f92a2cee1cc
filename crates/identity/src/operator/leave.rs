//! `POST /api/v1/workspace/leave`: leave the workspace oneself.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, SystemReason};
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use serde_json::json;

use super::check;
use super::leaving::{Taken, take_out};
use crate::nobody::nobody;
use crate::session::end;
use crate::{Call, directory};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "leave_workspace",
    method: Method::POST,
    path: "/api/v1/workspace/leave",
    summary: "Leave the workspace one is in; the last super admin hands it over first. The session goes on in another workspace, if there is one.",
    access: Access::Fresh(Permission::OwnSession),
    rate: RateClass::Write,
    audited: Audited::As(Action::OperatorLeft),
    status: 204,
};

/// HTTP in, HTTP out. The same follows as when somebody is taken out; only the session that leaves
/// is spared, because it has somewhere else to go.
pub async fn handler(call: Call) -> Result<Reply> {
    let Call { state: identity, scope, .. } = call;
    let Actor::Operator { operator: you, person, session, role } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let platform = nobody(scope.origin().clone());
    let mut system = identity.db.system(SystemReason::Membership, &platform).await?;
    let taken = Taken { id: you, work_to: None, but: Some(session) };
    let (held, leaving) =
        take_out(&mut system, &identity, &scope, taken, |held| check(role, held, None)).await?;
    let entry = Entry::new(Action::OperatorLeft, you)
        .changed(json!({ "role": held.operator.role }), leaving.entered(None));
    let mut recorded = system.record(entry, platform).await?;
    let tx = recorded.tx();
    directory::remove(tx, person, scope.workspace()).await?;
    if directory::of(tx, person).await?.is_empty() {
        end(tx, session, "removed").await?;
    }
    recorded.commit().await?;
    identity.known.forget_operator(you);
    leaving.forget(&identity);
    Ok(Reply::nothing())
}
