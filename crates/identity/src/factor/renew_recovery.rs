//! `POST /api/v1/factors/recovery-codes`: new recovery codes; the old ones end.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, SystemReason};
use lk_web::{Access, Audited, Operation, RateClass, Reply};

use super::confirm_totp::RecoveryCodes;
use super::{NO_FACTOR, enrolled, recovery};
use crate::Call;
use crate::authenticate::nobody;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "renew_recovery_codes",
    method: Method::POST,
    path: "/api/v1/factors/recovery-codes",
    summary: "Make ten new recovery codes; the old ones end.",
    access: Access::Fresh(Permission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::RecoveryCodesRenewed),
    status: 200,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<RecoveryCodes>> {
    let Call { state: identity, scope, .. } = call;
    let Actor::Operator { person, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    if !enrolled(system.tx(), person).await? {
        return Err(NO_FACTOR);
    }
    let recovery_codes = recovery::renew(system.tx(), person).await?;
    system.enter(scope).await?;
    system.commit(Entry::new(Action::RecoveryCodesRenewed, person)).await?;
    Ok(Reply::ok(RecoveryCodes { recovery_codes }))
}
