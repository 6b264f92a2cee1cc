//! `POST /api/v1/auth/step-up`: prove again who one is, for what asks that it was lately.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, PersonId, SessionId};
use lk_base::{Error, Result, Secret};
use lk_crypto::password::Verdict;
use lk_db::{Action, Actor, Entry, Scope, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::factor::passkey::answer::Assertion;
use crate::factor::passkey::challenge::Asked;
use crate::factor::{Factor, ONE_PROOF, Proof, Shows, enrolled, names, prove};
use crate::nobody::nobody;
use crate::{Call, Identity, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "step_up",
    method: Method::POST,
    path: "/api/v1/auth/step-up",
    summary: "Prove again who one is: the password, and a code where there is a factor, or a passkey alone.",
    access: Access::Operator(Permission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::SteppedUp),
    status: 204,
};

/// The request body: the password, with a code or a recovery code when there is a second factor; or
/// a passkey alone, which is both.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "StepUp")]
pub struct Input {
    /// The password.
    password: Option<Secret>,
    /// What the app shows.
    code: Option<Secret>,
    /// A recovery code.
    recovery_code: Option<Secret>,
    /// What a passkey answers to `POST /api/v1/factors/passkeys/challenge`.
    passkey: Option<Assertion>,
}

const WRONG_PASSWORD: Error =
    Error::Refused { code: "wrong_password", detail: "The password is not right." };

const PASSWORD_NEEDED: Error = Error::Refused {
    code: "password_needed",
    detail: "A code alone is not enough: give the password, too.",
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    let Call { state: identity, scope, body, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let platform = nobody(scope.origin().clone());
    let Input { password, code, recovery_code, passkey } = body;
    let shows = Shows { code, recovery_code, passkey };
    let mut factors = Vec::new();
    let proof = match password {
        Some(_) if shows.passkey.is_some() => return Err(ONE_PROOF),
        Some(password) => {
            let mut look = identity.db.system(SystemReason::SignIn, &platform).await?;
            let stored = person::credentials(look.tx(), person).await?.map(|login| login.password);
            let needs_more = enrolled(look.tx(), person).await?;
            drop(look);
            let proof = if needs_more { Some(Proof::of(shows)?) } else { None };
            if identity.hasher.verify(password, stored).await? == Verdict::Wrong {
                failed(&identity, &scope, session).await?;
                return Err(WRONG_PASSWORD);
            }
            factors.push(Factor::Password);
            proof
        }
        None => match Proof::of(shows)? {
            passkey @ Proof::Passkey(_) => Some(passkey),
            Proof::Code(_) | Proof::Recovery(_) => return Err(PASSWORD_NEEDED),
        },
    };
    let mut system = identity.db.system(SystemReason::SignIn, &platform).await?;
    if let Some(proof) = proof {
        let asked = Asked::Proof(person, session);
        let Some(factor) = prove(system.tx(), &identity, asked, &proof).await? else {
            system.enter(scope).await?;
            system.commit(Entry::new(Action::SecondFactorFailed, person)).await?;
            return Err(proof.wrong());
        };
        factors.push(factor);
    }
    keep(system.tx(), session, person, &factors).await?;
    system.enter(scope).await?;
    let entry = Entry::new(Action::SteppedUp, session);
    system.commit(entry.with(json!({ "factors": factors }))).await?;
    identity.known.forget_session(session);
    Ok(Reply::nothing())
}

/// Enters that somebody in a session typed a password that is not theirs.
pub(crate) async fn failed(identity: &Identity, scope: &Scope, session: SessionId) -> Result<()> {
    let tx = identity.db.write(scope).await?;
    tx.commit(Entry::new(Action::StepUpFailed, session)).await
}

async fn keep(
    tx: &mut WriteTx,
    session: SessionId,
    person: PersonId,
    factors: &[Factor],
) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let kept = sqlx::query!(
        "update sessions
            set authenticated_at = $4, factors = $5
          where workspace_id = $1
            and session_id = $2
            and person_id = $3
            and revoked_at is null",
        workspace,
        session.uuid(),
        person.uuid(),
        now.sql(),
        &names(factors),
    )
    .execute(tx.conn())
    .await?;
    if kept.rows_affected() == 0 {
        return Err(Error::Unauthenticated { code: "session_ended" });
    }
    Ok(())
}
