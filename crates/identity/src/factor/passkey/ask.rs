//! `POST /api/v1/factors/passkeys/challenge`: what a passkey has to sign to prove who one is.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::{Error, Result};
use lk_db::{Actor, SystemReason, Unaudited};
use lk_web::{Access, Audited, Operation, RateClass, Reply};

use super::challenge::{self, Asked};
use super::{PasskeyRequest, credentials};
use crate::Call;
use crate::factor::NO_FACTOR;
use crate::nobody::nobody;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "ask_passkey",
    method: Method::POST,
    path: "/api/v1/factors/passkeys/challenge",
    summary: "Get what one of one's own passkeys has to sign, to step up or to change factors.",
    access: Access::Operator(Permission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::Exempt(Unaudited::PasskeyAsked),
    status: 200,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<PasskeyRequest>> {
    let Call { state: identity, scope, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    let own = credentials(system.tx(), person).await?;
    if own.is_empty() {
        return Err(NO_FACTOR);
    }
    let token = challenge::ask(system.tx(), Asked::Proof(person, session)).await?;
    system.commit_unaudited(Unaudited::PasskeyAsked).await?;
    Ok(Reply::ok(PasskeyRequest::new(&identity, &token, own)))
}
