//! `GET /api/v1/me`: who is signed in, where, and what they may do.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::{Error, Result};
use lk_db::{Actor, SystemReason};
use lk_web::{Access, Audited, Operation, RateClass, Reply};

use super::{Entered, Standing, beginning};
use crate::nobody::nobody;
use crate::{Call, directory, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "read_own_standing",
    method: Method::GET,
    path: "/api/v1/me",
    summary: "Who is signed in, where, and what they may do.",
    access: Access::Operator(Permission::OwnSession),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Standing>> {
    let Call { state: identity, scope, .. } = call;
    let Actor::Operator { person, session, role, operator } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    let person = person::by_id(system.tx(), person).await?.ok_or(Error::NotFound)?;
    let mut places = directory::of(system.tx(), person.id).await?;
    // Whoever runs a provider learns nothing of where else their people belong.
    if let Some(bound) = beginning(system.tx(), session).await?.and_then(|begun| begun.bound) {
        places.retain(|place| place.workspace.id == bound);
    }
    let place =
        places.iter().find(|place| place.operator == operator).cloned().ok_or(Error::NotFound)?;
    let entered = Entered { role, reach: scope.reach() };
    Ok(Reply::ok(Standing::new(person, session, &place, entered, places)))
}
