//! `GET /api/v1/factors`: what one proves who one is with.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::Id;
use lk_base::{Error, Result, Timestamp};
use lk_db::{Actor, SystemReason};
use lk_web::routes::FRESH;
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use super::passkey::{self, Passkey};
use super::{recovery, shown};
use crate::Call;
use crate::nobody::nobody;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "read_own_factors",
    method: Method::GET,
    path: "/api/v1/factors",
    summary: "One's own second factors: an app, passkeys, how many recovery codes are left.",
    access: Access::Operator(Permission::OwnSession),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// A person's second factors, without their secrets.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Factors {
    /// When an authenticator app was enrolled; null when there is none.
    totp_enrolled_at: Option<Timestamp>,
    /// One's passkeys, oldest first.
    passkeys: Vec<Passkey>,
    /// How many recovery codes are left.
    recovery_codes_left: i64,
    /// Whether changing them now takes a code beside the fresh session: not when one was shown in
    /// the last minute or will be asked for anyway, nor after a link of the machine's administrator.
    proof_needed: bool,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Factors>> {
    let Call { state: identity, scope, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    let tx = system.tx();
    let workspace = tx.workspace();
    let totp_enrolled_at = sqlx::query_scalar!(
        r#"select confirmed_at as "at: Timestamp"
             from totp_factors
            where workspace_id = $1
              and person_id = $2"#,
        workspace,
        person.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .flatten();
    let recovery_codes_left = recovery::left(tx, person).await?;
    let fresh = scope.authenticated_at().is_some_and(|at| tx.now().since(at) <= FRESH);
    let passkeys = passkey::list(tx, person).await?;
    let has_factor = totp_enrolled_at.is_some() || !passkeys.is_empty();
    let proof_needed = has_factor && fresh && shown(tx, session).await?.is_none();
    Ok(Reply::ok(Factors { totp_enrolled_at, passkeys, recovery_codes_left, proof_needed }))
}
