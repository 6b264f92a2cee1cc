//! `POST /api/v1/sessions/revoke-others`: end all of one's sessions but this one.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, SystemReason};
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::end_all;
use crate::Call;
use crate::authenticate::nobody;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "revoke_own_other_sessions",
    method: Method::POST,
    path: "/api/v1/sessions/revoke-others",
    summary: "End all of one's own sessions but this one.",
    access: Access::Operator(Permission::OwnSession),
    rate: RateClass::Write,
    audited: Audited::As(Action::SessionRevoked),
    status: 200,
};

/// How many ended.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RevokedSessions")]
pub struct Revoked {
    /// How many sessions ended.
    revoked: usize,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Revoked>> {
    let Call { state: identity, scope, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    let others = end_all(system.tx(), person, Some(session), "revoked").await?;
    system.enter(scope).await?;
    let entry = Entry::new(Action::SessionRevoked, session).with(json!({ "others": others.len() }));
    system.commit(entry).await?;
    for other in &others {
        identity.known.forget_session(*other);
    }
    Ok(Reply::ok(Revoked { revoked: others.len() }))
}
