//! `POST /api/v1/auth/passkey`: a passkey begins a session, without a password.

use axum::http::Method;
use lk_base::Result;
use lk_db::{Action, Entry, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Session, sign_in};
use crate::factor::passkey::NOT_ACCEPTED;
use crate::factor::passkey::answer::{Assertion, verify};
use crate::factor::passkey::challenge::Asked;
use crate::factor::{Factor, help};
use crate::{Call, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "sign_in_with_passkey",
    method: Method::POST,
    path: "/api/v1/auth/passkey",
    summary: "Sign in with a passkey, which verifies its person itself.",
    access: Access::Public,
    rate: RateClass::SecondFactor,
    audited: Audited::As(Action::SignedIn),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SignInWithPasskey")]
pub struct Input {
    /// What the passkey answers.
    passkey: Assertion,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<Session>> {
    let Call { state: identity, scope, body, .. } = call;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let Some(person) = verify(system.tx(), &identity, Asked::SignIn, &body.passkey).await? else {
        let entry = Entry::without_target(Action::SignInFailed);
        system.commit(entry.with(json!({ "by": "passkey" }))).await?;
        return Err(NOT_ACCEPTED);
    };
    let person = person::by_id(system.tx(), person).await?.ok_or(NOT_ACCEPTED)?;
    help::end(system.tx(), person.id, "not_needed").await?;
    let begun = sign_in::start(&identity, system, person, &[Factor::Passkey]).await?;
    Ok(Reply::ok(begun.0).cookie(begun.1))
}
