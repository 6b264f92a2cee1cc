//! `POST /api/v1/auth/reset`: have a link for a new password sent, if the address has a login.

use axum::http::Method;
use lk_base::Result;
use lk_base::text::Email;
use lk_db::{Action, Entry, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{LIFETIME, MOST};
use crate::Call;
use crate::brake::{Attempt, work::shown};
use crate::evenly::evenly;
use crate::letter;
use crate::link::{self, Purpose};
use crate::person::by_email;
use crate::session::masked_email;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "ask_for_reset",
    method: Method::POST,
    path: "/api/v1/auth/reset",
    summary: "Have a link for a new password sent. The answer is the same for unknown addresses.",
    access: Access::Public,
    rate: RateClass::Reset,
    audited: Audited::As(Action::ResetAsked),
    status: 202,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AskForReset")]
pub struct Input {
    /// The address.
    email: Email,
}

/// HTTP in, HTTP out. Every statement runs for unknown addresses too: their link is nobody's, and
/// their mail goes nowhere.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    evenly(ask(call)).await
}

async fn ask(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    let Call { state: identity, scope, body, headers, .. } = call;
    let named = identity.brake.named(&body.email);
    identity.brake.admit(Attempt::Reset, named, &scope, shown(&headers))?;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let tx = system.tx();
    let now = tx.now();
    let known = by_email(tx, &body.email).await?.map(|login| login.person);
    let asked =
        link::made_since(tx, Purpose::Reset, known.as_ref().map(|p| p.id), now.minus(LIFETIME))
            .await?;
    let person = known.filter(|_| asked < MOST);
    let token =
        link::make(tx, Purpose::Reset, person.as_ref().map(|p| p.id), now.plus(LIFETIME)).await?;
    // To the address as it is known, not as somebody typed it just now.
    let to = person.as_ref().and_then(|person| Email::parse(person.email.reveal()).ok());
    lk_mail::post(tx, to.as_ref(), &letter::reset(&identity, &token)).await?;
    let entry = match &person {
        Some(person) => Entry::new(Action::ResetAsked, person.id),
        None => Entry::without_target(Action::ResetAsked),
    };
    let masked = masked_email(&body.email.into_personal());
    system.commit(entry.with(json!({ "email": masked }))).await?;
    Ok(Reply::accepted())
}
