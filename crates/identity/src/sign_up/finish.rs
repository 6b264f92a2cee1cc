//! `POST /api/v1/auth/sign-up/finish`: a login and a workspace, with the link that was mailed.

use axum::http::Method;
use lk_base::text::{Email, Name};
use lk_base::{Error, Result, Secret};
use lk_db::{Action, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::is_open;
use crate::found::{self, Founder};
use crate::link::{self, BAD_LINK, Purpose};
use crate::password::About;
use crate::session::Session;
use crate::{Call, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "finish_sign_up",
    method: Method::POST,
    path: "/api/v1/auth/sign-up/finish",
    summary: "Make a login and a workspace with the link that was mailed.",
    access: Access::Public,
    rate: RateClass::SignIn,
    audited: Audited::As(Action::SignedUp),
    status: 201,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FinishSignUp")]
pub struct Input {
    /// The part of the link after the `#`.
    token: Secret,
    /// What the workspace is called.
    workspace_name: Name,
    /// What the person is called.
    name: Name,
    /// Their password: 12 to 128 characters.
    password: Secret,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<Session>> {
    let Call { state: identity, scope, body, .. } = call;
    is_open(&identity)?;
    // Hashing is dear, so the link is looked at first; it is used up below, under lock.
    let mut look = identity.db.system(SystemReason::SignIn, &scope).await?;
    let email = link::address(look.tx(), Purpose::SignUp, &body.token).await?.ok_or(BAD_LINK)?;
    drop(look);
    let email = Email::parse(&email).map_err(Error::internal)?;
    let names = [body.name.as_str().to_owned(), body.workspace_name.as_str().to_owned()];
    identity.rules.check(&body.password, About { email: &email, names: &names })?;
    let hash = identity.hasher.hash(body.password).await?;

    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    link::use_up(system.tx(), Purpose::SignUp, &body.token).await?.ok_or(BAD_LINK)?;
    // Somebody may have got this address by another way meanwhile.
    if person::by_email(system.tx(), &email).await?.is_some() {
        return Err(BAD_LINK);
    }
    let person = person::insert(system.tx(), &body.name, &email, &hash).await?;
    person::verified(system.tx(), person.id).await?;
    let founder = Founder { person, workspace_name: body.workspace_name };
    found::begin(&identity, system, scope, founder, Action::SignedUp).await
}
