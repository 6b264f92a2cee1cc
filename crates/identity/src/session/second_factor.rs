//! `POST /api/v1/auth/second-factor`: a code after the password begins the session.

use axum::http::Method;
use lk_base::text::Email;
use lk_base::{Result, Secret};
use lk_db::{Action, Entry, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Session, sign_in};
use crate::brake::{Attempt, work::shown};
use crate::factor::challenge::Left;
use crate::factor::passkey::answer::Assertion;
use crate::factor::passkey::challenge::Asked;
use crate::factor::{Factor, Proof, Shows, challenge, enrolled, help, prove};
use crate::{Call, letter, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "sign_in_second_factor",
    method: Method::POST,
    path: "/api/v1/auth/second-factor",
    summary: "Go on with a sign-in that asked for a second factor.",
    access: Access::Public,
    rate: RateClass::SecondFactor,
    audited: Audited::As(Action::SignedIn),
    status: 200,
};

/// The request body: the challenge, and exactly one of the others.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SignInSecondFactor")]
pub struct Input {
    /// What the sign-in answered.
    challenge: Secret,
    /// What the app shows.
    code: Option<Secret>,
    /// A recovery code.
    recovery_code: Option<Secret>,
    /// What a passkey answers to the request that came with the challenge.
    passkey: Option<Assertion>,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<Session>> {
    let Call { state: identity, scope, body, headers, .. } = call;
    let Input { challenge, code, recovery_code, passkey } = body;
    let proof = Proof::of(Shows { code, recovery_code, passkey })?;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let challenge::Held { id, person, by } = challenge::hold(system.tx(), &challenge).await?;
    // Removed in the meantime, from a session elsewhere: the password is asked for again.
    if !enrolled(system.tx(), person).await? {
        return Err(challenge::NOT_VALID);
    }
    let person = person::by_id(system.tx(), person).await?.ok_or(challenge::NOT_VALID)?;
    let named = identity.brake.named_by(&person)?;
    let work = shown(&headers);
    let admitted = identity.brake.admit(Attempt::SecondFactor, named, &scope, work)?;
    let asked = Asked::SecondFactor(person.id, id);
    let Some(factor) = prove(system.tx(), &identity, asked, &proof).await? else {
        if challenge::count_wrong(system.tx(), id).await? == Left::None {
            let letter = letter::second_factor_missed(&identity);
            let email = Email::parse(person.email.reveal()).ok();
            lk_mail::post(system.tx(), email.as_ref(), &letter).await?;
        }
        system.commit(Entry::new(Action::SecondFactorFailed, person.id)).await?;
        return Err(proof.wrong());
    };
    identity.brake.forgive(admitted);
    challenge::use_up(system.tx(), id).await?;
    // Found again: what was asked for in the meantime is not needed.
    help::end(system.tx(), person.id, "not_needed").await?;
    let (session, cookie) = match by {
        Some(by) => {
            let factors = [Factor::Sso, factor];
            sign_in::start_by_provider(&identity, system, person, &factors, &by).await?
        }
        None => sign_in::start(&identity, system, person, &[Factor::Password, factor]).await?,
    };
    Ok(Reply::ok(session).cookie(cookie))
}
