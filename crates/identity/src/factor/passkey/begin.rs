//! `POST /api/v1/factors/passkeys/begin`: what a browser needs to make a passkey.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::Id;
use lk_base::{Error, Personal, Result, Shown};
use lk_crypto::passkey::ALGORITHMS;
use lk_db::{Action, Actor, Entry, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use super::challenge::{self, Asked};
use super::encoded::Encoded;
use super::{Credential, MOST_PASSKEYS, credentials, party};
use crate::factor::{Shows, demand_if_enrolled};
use crate::nobody::nobody;
use crate::{Call, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "begin_passkey_enrolment",
    method: Method::POST,
    path: "/api/v1/factors/passkeys/begin",
    summary: "Get what a browser needs to make a passkey; with a proof when there is a factor already.",
    access: Access::Fresh(Permission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::PasskeyBegun),
    status: 200,
};

/// What a browser needs to make a passkey: user verification and a discoverable one are required.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PasskeyCreation {
    /// What is to be signed: base64url.
    challenge: Shown,
    /// Whom for.
    rp_id: String,
    /// What this installation is called.
    rp_name: String,
    /// Whose it will be: base64url.
    user_id: Encoded,
    /// Their address.
    user_name: Personal,
    /// Their name.
    user_display_name: Personal,
    /// Which algorithms will do, the best first.
    algorithms: Vec<i64>,
    /// Which passkeys the person has: their devices make no second one.
    exclude: Vec<Credential>,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Shows>) -> Result<Reply<PasskeyCreation>> {
    let Call { state: identity, scope, body, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    let own = credentials(system.tx(), person).await?;
    if own.len() >= MOST_PASSKEYS {
        return Err(Error::Refused {
            code: "too_many_passkeys",
            detail: "You have twenty passkeys: remove one first.",
        });
    }
    if let Err(wrong) = demand_if_enrolled(system.tx(), &identity, (person, session), body).await? {
        system.enter(scope).await?;
        system.commit(Entry::new(Action::SecondFactorFailed, person)).await?;
        return Err(wrong);
    }
    let token = challenge::ask(system.tx(), Asked::Enrolment(person, session)).await?;
    let person = person::by_id(system.tx(), person).await?.ok_or(Error::NotFound)?;
    system.enter(scope).await?;
    system.commit(Entry::new(Action::PasskeyBegun, person.id)).await?;
    Ok(Reply::ok(PasskeyCreation {
        challenge: Shown::once(token.expose().to_owned()),
        rp_id: party(&identity).id().to_owned(),
        rp_name: identity.postman.sender().name.clone(),
        user_id: Encoded::from(person.id.uuid().as_bytes().to_vec()),
        user_name: person.email,
        user_display_name: person.name,
        algorithms: ALGORITHMS.to_vec(),
        exclude: own,
    }))
}
