//! `POST /api/v1/auth/sign-in`: an e-mail address and a password begin a session.

use axum::http::Method;
use lk_base::text::Email;
use lk_base::{Error, Result, Secret};
use lk_crypto::password::Verdict;
use lk_db::{Action, Entry, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Session, Standing, begin, enter, masked_email, refresh_cookie};
use crate::person::{Person, by_email, renew_hash};
use crate::{Call, Identity, directory};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "sign_in",
    method: Method::POST,
    path: "/api/v1/auth/sign-in",
    summary: "Sign in with an e-mail address and a password.",
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

/// One answer for all failures: unknown address, wrong password, no workspace left.
const WRONG: Error = Error::Refused {
    code: "wrong_credentials",
    detail: "The e-mail address or the password is not right.",
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<Session>> {
    let Call { state: identity, scope, body, .. } = call;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let login = by_email(system.tx(), &body.email).await?;
    drop(system);
    let stored = login.as_ref().map(|login| login.password.clone());
    let verdict = identity.hasher.verify(body.password, stored).await?;
    let (Some(login), true) = (login, verdict != Verdict::Wrong) else {
        let system = identity.db.system(SystemReason::SignIn, &scope).await?;
        let entry = Entry::without_target(Action::SignInFailed);
        system
            .commit(entry.with(json!({ "email": masked_email(&body.email.into_personal()) })))
            .await?;
        return Err(WRONG);
    };
    let renewed = if let Verdict::RightButOld(hash) = verdict { Some(hash) } else { None };
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    if let Some(hash) = renewed {
        renew_hash(system.tx(), login.person.id, &hash).await?;
    }
    start(&identity, system, login.person, "password").await
}

/// Begins a session in the first workspace that the person still belongs to.
pub(crate) async fn start(
    identity: &Identity,
    mut system: lk_db::SystemTx,
    person: Person,
    factor: &'static str,
) -> Result<Reply<Session>> {
    let now = system.tx().now();
    let places = directory::of(system.tx(), person.id).await?;
    let Some(place) = places.first().cloned() else { return Err(WRONG) };
    let begun = begin(system.tx(), identity, &person, &place).await?;
    let Some(role) = enter(&mut system, &person, begun.session, &place).await? else {
        return Err(WRONG);
    };
    let entry = Entry::new(Action::SignedIn, begun.session).with(json!({ "factors": [factor] }));
    system.commit(entry).await?;
    let standing = Standing::new(person, begun.session, &place, role, places);
    let session = standing.signed(identity, begun.context, now)?;
    Ok(Reply::ok(session).cookie(refresh_cookie(identity, begun.session, &begun.refresh)))
}
