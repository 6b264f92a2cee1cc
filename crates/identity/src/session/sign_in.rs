//! `POST /api/v1/auth/sign-in`: an e-mail address and a password begin a session.

use std::sync::Arc;

use axum::http::Method;
use lk_base::id::PersonId;
use lk_base::text::Email;
use lk_base::{Error, Result, Secret, Shown, Timestamp};
use lk_crypto::password::Verdict;
use lk_db::{Action, Entry, Scope, SystemReason, SystemTx, WriteTx};
use lk_web::cookie::Cookies;
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Session, Standing, begin, begin_by_provider, enter, masked_email};
use crate::brake::{Attempt, work::shown};
use crate::factor::passkey::challenge::Asked;
use crate::factor::passkey::{self, PasskeyRequest};
use crate::factor::{Factor, challenge, enrolled, has_app, help, tell};
use crate::nobody::nobody;
use crate::person::{Person, by_email, renew_hash, still_has};
use crate::sso::{ByProvider, Offer, SSO_REQUIRED, admits};
use crate::{Call, Identity, directory};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "sign_in",
    method: Method::POST,
    path: "/api/v1/auth/sign-in",
    summary: "Sign in with an e-mail address and a password; a second factor may be asked for.",
    access: Access::Public,
    rate: RateClass::SignIn,
    audited: Audited::As(Action::SignedIn),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SignIn")]
pub struct Input {
    /// The address.
    email: Email,
    /// The password.
    password: Secret,
}

/// What a right password leads to.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[schemars(transform = beside_the_reference)]
pub enum SignedIn {
    /// A session.
    Session(Session),
    /// The second factor is awaited.
    SecondFactorNeeded(Challenge),
}

/// Generators of clients overlook what stands beside a `$ref`, and with it the tag.
fn beside_the_reference(schema: &mut Schema) {
    let Some(Value::Array(outcomes)) = schema.get_mut("oneOf") else { return };
    for outcome in outcomes.iter_mut().filter_map(Value::as_object_mut) {
        if let Some(reference) = outcome.remove("$ref") {
            outcome.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
        }
    }
}

/// A sign-in that waits for its second factor.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Challenge {
    /// To be sent along with the code.
    challenge: Shown,
    /// When it ends.
    expires_at: Timestamp,
    /// Whether the person has an app that shows codes.
    app: bool,
    /// What one of the person's passkeys has to sign; null when they have none.
    passkey: Option<PasskeyRequest>,
}

/// One answer for all failures: unknown address, wrong password, no workspace left.
const WRONG: Error = Error::Refused {
    code: "wrong_credentials",
    detail: "The e-mail address or the password is not right.",
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<SignedIn>> {
    let Call { state: identity, scope, body, headers, .. } = call;
    let named = identity.brake.named(&body.email);
    let admitted = identity.brake.admit(Attempt::SignIn, named, &scope, shown(&headers))?;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let login = by_email(system.tx(), &body.email).await?;
    drop(system);
    let stored = login.as_ref().map(|login| login.password.clone());
    let verdict = identity.hasher.verify(body.password, stored).await?;
    let known = login.as_ref().map(|login| login.person.id);
    let (Some(login), true) = (login, verdict != Verdict::Wrong) else {
        failed(&identity, &scope, known, body.email).await?;
        return Err(WRONG);
    };
    identity.brake.forgive(admitted);
    let renewed = if let Verdict::RightButOld(hash) = verdict { Some(hash) } else { None };
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    // It was changed while we verified it: what was right is right no more.
    if !still_has(system.tx(), login.person.id, &login.password).await? {
        return Err(WRONG);
    }
    if let Some(hash) = renewed {
        renew_hash(system.tx(), login.person.id, &hash).await?;
    }
    if help::use_up(system.tx(), login.person.id).await? {
        let what = "Every second factor was removed, with the help you asked for,";
        tell(system.tx(), &identity, login.person.id, what).await?;
        system.also(Entry::new(Action::FactorsRemoved, login.person.id)).await?;
        identity.known.forget_all();
    }
    if enrolled(system.tx(), login.person.id).await? {
        let asked = ask(system.tx(), &identity, login.person.id).await?;
        system.commit(Entry::new(Action::SecondFactorAsked, login.person.id)).await?;
        return Ok(Reply::ok(asked));
    }
    let (session, cookie) = start(&identity, system, login.person, &[Factor::Password]).await?;
    Ok(Reply::ok(SignedIn::Session(session)).cookie(cookie))
}

/// Enters that somebody typed a password that is not right. One entry either way, so that neither
/// answer nor work tell whether the address has a login; whose it is, only their own page shows.
pub(crate) async fn failed(
    identity: &Identity,
    scope: &Scope,
    known: Option<PersonId>,
    email: Email,
) -> Result<()> {
    let system = identity.db.system(SystemReason::SignIn, scope).await?;
    let entry = match known {
        Some(person) => Entry::new(Action::SignInFailed, person),
        None => Entry::without_target(Action::SignInFailed),
    };
    system.commit(entry.with(json!({ "email": masked_email(&email.into_personal()) }))).await
}

/// Asks for the second factor, among the platform's rows.
pub(crate) async fn ask(
    tx: &mut WriteTx,
    identity: &Identity,
    person: PersonId,
) -> Result<SignedIn> {
    ask_after(tx, identity, person, None).await
}

/// The same, where a provider said who it is.
pub(crate) async fn ask_after(
    tx: &mut WriteTx,
    identity: &Identity,
    person: PersonId,
    by: Option<&ByProvider>,
) -> Result<SignedIn> {
    let (id, token, expires_at) = challenge::make(tx, person, by).await?;
    let own = passkey::credentials(tx, person).await?;
    let passkey = if own.is_empty() {
        None
    } else {
        let token = passkey::challenge::ask(tx, Asked::SecondFactor(person, id)).await?;
        Some(PasskeyRequest::new(identity, &token, own))
    };
    let app = has_app(tx, person).await?;
    let challenge = Shown::once(token.expose().to_owned());
    Ok(SignedIn::SecondFactorNeeded(Challenge { challenge, expires_at, app, passkey }))
}

/// Begins a session in the first workspace that the person still belongs to and that lets them in
/// with what they showed.
pub(crate) async fn start(
    identity: &Identity,
    mut system: SystemTx,
    person: Person,
    factors: &[Factor],
) -> Result<(Session, Cookies)> {
    let now = system.tx().now();
    let places = directory::of(system.tx(), person.id).await?;
    let open = places.iter().find(|place| place.sso != Offer::Only).or(places.first());
    let Some(place) = open.cloned() else { return Err(WRONG) };
    let begun = begin(system.tx(), identity, &person, &place, factors).await?;
    let Some(entered) = enter(&mut system, identity, &person, begun.session, &place).await? else {
        return Err(WRONG);
    };
    if !admits(place.sso, place.workspace.id, entered.role, None, factors) {
        let origin = Arc::clone(system.tx().scope().origin());
        drop(system);
        let system = identity.db.system(SystemReason::SignIn, &nobody(origin)).await?;
        let entry = Entry::new(Action::SignInFailed, person.id);
        system.commit(entry.with(json!({ "reason": "single sign-on is the only way" }))).await?;
        return Err(SSO_REQUIRED);
    }
    let entry = Entry::new(Action::SignedIn, begun.session).with(json!({ "factors": factors }));
    system.commit(entry).await?;
    let standing = Standing::new(person, begun.session, &place, entered, places);
    let session = standing.signed(identity, begun.context, now)?;
    Ok((session, begun.cookies(identity)))
}

/// Begins a session in the workspace whose provider said who it is, and in no other.
pub(crate) async fn start_by_provider(
    identity: &Identity,
    mut system: SystemTx,
    person: Person,
    factors: &[Factor],
    by: &ByProvider,
) -> Result<(Session, Cookies)> {
    let now = system.tx().now();
    let mut places = directory::of(system.tx(), person.id).await?;
    places.retain(|place| place.workspace.id == by.workspace);
    // Taken out, or the provider taken away, while the second factor was looked for.
    let Some(place) = places.first().filter(|place| place.sso != Offer::None).cloned() else {
        return Err(challenge::NOT_VALID);
    };
    let begun = begin_by_provider(system.tx(), identity, &person, &place, factors, by).await?;
    let Some(entered) = enter(&mut system, identity, &person, begun.session, &place).await? else {
        return Err(challenge::NOT_VALID);
    };
    let entry = Entry::new(Action::SignedIn, begun.session).with(json!({ "factors": factors }));
    system.commit(entry).await?;
    let standing = Standing::new(person, begun.session, &place, entered, places);
    let session = standing.signed(identity, begun.context, now)?;
    Ok((session, begun.cookies(identity)))
}
