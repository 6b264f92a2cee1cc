//! `POST /api/v1/factors/totp/confirm`: a first code proves that the app has the secret.

use std::time::Duration;

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, PersonId};
use lk_base::{Error, Result, Secret, Shown, Timestamp};
use lk_crypto::totp;
use lk_db::{Action, Actor, Entry, SystemReason, SystemTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{WRONG_CODE, help, open, recovery, tell};
use crate::nobody::nobody;
use crate::{Call, Identity};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "confirm_totp_enrolment",
    method: Method::POST,
    path: "/api/v1/factors/totp/confirm",
    summary: "Finish enrolling an authenticator app with its first code; answers the recovery codes, once.",
    access: Access::Fresh(Permission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::TotpEnrolled),
    status: 200,
};

/// An enrolment that was left lying is begun again.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

const NOT_BEGUN: Error =
    Error::Refused { code: "enrolment_not_begun", detail: "This enrolment is over: begin again." };

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ConfirmTotp")]
pub struct Input {
    /// What the app shows.
    code: Secret,
}

/// Recovery codes, in the one answer that shows them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RecoveryCodes {
    /// Ten codes, of which each works once.
    pub(crate) recovery_codes: Vec<Shown>,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<RecoveryCodes>> {
    let Call { state: identity, scope, body, .. } = call;
    let Actor::Operator { person, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    confirm(&identity, &mut system, person, &body.code).await?;
    help::paid(system.tx(), person).await?;
    let recovery_codes = recovery::renew(system.tx(), person).await?;
    tell(system.tx(), &identity, person, "An authenticator app was enrolled").await?;
    system.enter(scope).await?;
    system.commit(Entry::new(Action::TotpEnrolled, person)).await?;
    // What was out of reach without a factor is in reach with the next request.
    identity.known.forget_all();
    Ok(Reply::ok(RecoveryCodes { recovery_codes }))
}

/// The first code counts as used, too.
async fn confirm(
    identity: &Identity,
    system: &mut SystemTx,
    person: PersonId,
    code: &Secret,
) -> Result<()> {
    let tx = system.tx();
    let (workspace, now) = (tx.workspace(), tx.now());
    let begun = sqlx::query!(
        r#"select secret_sealed, created_at as "created_at: Timestamp"
             from totp_factors
            where workspace_id = $1
              and person_id = $2
              and confirmed_at is null
              for update"#,
        workspace,
        person.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .filter(|begun| now.since(begun.created_at) < LIFETIME)
    .ok_or(NOT_BEGUN)?;
    let secret = open(identity, workspace, person, &begun.secret_sealed)?;
    let step =
        secret.matching(code.expose(), totp::step_at(now.unix_seconds())).ok_or(WRONG_CODE)?;
    sqlx::query!(
        "update totp_factors
            set confirmed_at = $3, last_step = $4
          where workspace_id = $1
            and person_id = $2",
        workspace,
        person.uuid(),
        now.sql(),
        step,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
