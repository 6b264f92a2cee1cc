//! `POST /api/v1/setup`: the first person and the first workspace.

use axum::http::Method;
use lk_base::text::{Email, Name};
use lk_base::{Error, Result, Secret};
use lk_db::{Action, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::needed;
use crate::found::{self, Founder};
use crate::link::{self, BAD_LINK, Purpose};
use crate::password::About;
use crate::session::Session;
use crate::{Call, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "finish_setup",
    method: Method::POST,
    path: "/api/v1/setup",
    summary: "Make the first person and the first workspace, with the one-time set-up link.",
    access: Access::Public,
    rate: RateClass::SignIn,
    audited: Audited::As(Action::SetUp),
    status: 201,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FinishSetup")]
pub struct Input {
    /// The part of the set-up link after the `#`.
    token: Secret,
    /// What the workspace is called.
    workspace_name: Name,
    /// What the person is called.
    name: Name,
    /// Their address.
    email: Email,
    /// Their password: 12 to 128 characters.
    password: Secret,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<Session>> {
    let Call { state: identity, scope, body, .. } = call;
    let names = [body.name.as_str().to_owned(), body.workspace_name.as_str().to_owned()];
    identity.rules.check(&body.password, About { email: &body.email, names: &names })?;
    // Hashing is dear, so the link is looked at first; it is used up below, under lock.
    let mut look = identity.db.system(SystemReason::SignIn, &scope).await?;
    if !link::good(look.tx(), Purpose::Setup, &body.token).await? {
        return Err(BAD_LINK);
    }
    drop(look);
    let hash = identity.hasher.hash(body.password).await?;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    link::use_up(system.tx(), Purpose::Setup, &body.token).await?.ok_or(BAD_LINK)?;
    if !needed(system.tx()).await? {
        return Err(Error::Refused {
            code: "already_set_up",
            detail: "Leadkeep is set up already: sign in.",
        });
    }
    let person = person::insert(system.tx(), &body.name, &body.email, &hash).await?;
    let founder = Founder { person, workspace_name: body.workspace_name };
    found::begin(&identity, system, scope, founder, Action::SetUp).await
}
