//! `GET /api/v1/operators/{id}/removal`: what would follow if somebody were taken out.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::OperatorId;
use lk_base::{Error, Result};
use lk_db::{Actor, SystemReason};
use lk_web::{Access, Audited, One, Operation, RateClass, Reply};

use super::leaving::{Leaving, look};
use super::{lock, reaches};
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "read_operator_removal",
    method: Method::GET,
    path: "/api/v1/operators/{id}/removal",
    summary: "What would follow if a colleague were taken out of the workspace: sessions, keys, invitations, conversations.",
    access: Access::Operator(Permission::MemberManage),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out. Nothing is changed: the transaction is dropped.
pub async fn handler(call: Call<One<OperatorId>>) -> Result<Reply<Leaving>> {
    let Call { state: identity, scope, path: One(id), .. } = call;
    let Actor::Operator { role: actor, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system = identity.db.system(SystemReason::Membership, &scope).await?;
    reaches(actor, &lock(system.tx(), id).await?)?;
    Ok(Reply::ok(look(&mut system, &identity, &scope, id).await?))
}
