//! `POST /api/v1/auth/link`: a link that works once begins a session (the demo's sign-in).

use axum::http::Method;
use lk_base::{Result, Secret};
use lk_db::{Action, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Session, sign_in};
use crate::factor::Factor;
use crate::link::{BAD_LINK, Purpose, use_up};
use crate::{Call, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "sign_in_by_link",
    method: Method::POST,
    path: "/api/v1/auth/link",
    summary: "Sign in with a link that works once.",
    access: Access::Public,
    rate: RateClass::SignIn,
    audited: Audited::As(Action::SignedIn),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SignInByLink")]
pub struct Input {
    /// The part of the link after the `#`.
    token: Secret,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<Session>> {
    let Call { state: identity, scope, body, .. } = call;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let person =
        use_up(system.tx(), Purpose::SignIn, &body.token).await?.flatten().ok_or(BAD_LINK)?;
    let person = person::by_id(system.tx(), person).await?.ok_or(BAD_LINK)?;
    let begun = sign_in::start(&identity, system, person, &[Factor::Link]).await?;
    Ok(Reply::ok(begun.0).cookie(begun.1))
}
