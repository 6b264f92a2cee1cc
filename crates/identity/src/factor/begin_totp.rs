//! `POST /api/v1/factors/totp`: a secret for an authenticator app. It counts once it is confirmed.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, PersonId};
use lk_base::{Error, Result, Shown};
use lk_crypto::TotpSecret;
use lk_db::{Action, Actor, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Shows, demand_if_enrolled, has_app, secret_place};
use crate::nobody::nobody;
use crate::{Call, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "begin_totp_enrolment",
    method: Method::POST,
    path: "/api/v1/factors/totp",
    summary: "Get the secret for an authenticator app, shown once; it counts when it is confirmed.",
    access: Access::Fresh(Permission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::TotpBegun),
    status: 200,
};

/// What goes into the app.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TotpEnrolment {
    /// For typing: base 32.
    secret: Shown,
    /// For a QR code: an `otpauth://` address.
    uri: Shown,
}

const EXISTS: Error = Error::Refused {
    code: "factor_exists",
    detail: "You have an authenticator app already: remove it first.",
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Shows>) -> Result<Reply<TotpEnrolment>> {
    let Call { state: identity, scope, body, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    if has_app(system.tx(), person).await? {
        return Err(EXISTS);
    }
    if let Err(wrong) = demand_if_enrolled(system.tx(), &identity, (person, session), body).await? {
        system.enter(scope).await?;
        system.commit(Entry::new(Action::SecondFactorFailed, person)).await?;
        return Err(wrong);
    }
    let person = person::by_id(system.tx(), person).await?.ok_or(Error::NotFound)?;
    let secret = TotpSecret::random();
    put(system.tx(), person.id, &secret).await?;
    system.enter(scope).await?;
    system.commit(Entry::new(Action::TotpBegun, person.id)).await?;
    Ok(Reply::ok(TotpEnrolment {
        secret: Shown::once(secret.text().expose().clone()),
        uri: Shown::once(secret.uri(person.email.reveal()).expose().clone()),
    }))
}

/// Keeps the secret in the place of one that was never confirmed.
async fn put(tx: &mut WriteTx, person: PersonId, secret: &TotpSecret) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let sealed = tx.seal(secret_place(workspace, person.uuid()), secret.bytes())?;
    let put = sqlx::query!(
        "insert into totp_factors (workspace_id, person_id, secret_sealed, created_at)
         values ($1, $2, $3, $4)
         on conflict (workspace_id, person_id) do update
            set secret_sealed = excluded.secret_sealed, created_at = excluded.created_at
          where totp_factors.confirmed_at is null",
        workspace,
        person.uuid(),
        sealed,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    // Confirmed by another tab in the meantime.
    if put.rows_affected() == 0 { Err(EXISTS) } else { Ok(()) }
}
