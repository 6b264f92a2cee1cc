//! `POST /api/v1/factors/recovery-codes`: new recovery codes; the old ones end.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use serde_json::json;

use super::confirm_totp::RecoveryCodes;
use super::{NO_FACTOR, Shows, demand, enrolled, names, recovery, tell};
use crate::Call;
use crate::nobody::nobody;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "renew_recovery_codes",
    method: Method::POST,
    path: "/api/v1/factors/recovery-codes",
    summary: "Make ten new recovery codes, with a proof; the old ones end.",
    access: Access::Fresh(Permission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::RecoveryCodesRenewed),
    status: 200,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Shows>) -> Result<Reply<RecoveryCodes>> {
    let Call { state: identity, scope, body, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    if !enrolled(system.tx(), person).await? {
        return Err(NO_FACTOR);
    }
    // Otherwise who holds a fresh session could make the proof by which the app is removed.
    let factor = match demand(system.tx(), &identity, (person, session), body).await? {
        Ok(factor) => factor,
        Err(wrong) => {
            system.enter(scope).await?;
            system.commit(Entry::new(Action::SecondFactorFailed, person)).await?;
            return Err(wrong);
        }
    };
    let recovery_codes = recovery::renew(system.tx(), person).await?;
    tell(system.tx(), &identity, person, "New recovery codes were made").await?;
    system.enter(scope).await?;
    let entry = Entry::new(Action::RecoveryCodesRenewed, person);
    system.commit(entry.with(json!({ "by": names(&[factor]) }))).await?;
    Ok(Reply::ok(RecoveryCodes { recovery_codes }))
}
