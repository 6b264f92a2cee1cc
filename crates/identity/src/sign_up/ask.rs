//! `POST /api/v1/auth/sign-up`: have a link sent by which one makes a login and a workspace.

use axum::http::Method;
use lk_base::Result;
use lk_base::text::Email;
use lk_db::{Action, Entry, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{HOUR, LIFETIME, MOST, is_open};
use crate::brake::{Attempt, work::shown};
use crate::evenly::evenly;
use crate::link::{self, Purpose};
use crate::session::masked_email;
use crate::{Call, letter, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "ask_for_sign_up",
    method: Method::POST,
    path: "/api/v1/auth/sign-up",
    summary: "Have a link sent by which one makes a login. The answer is the same for addresses that have one.",
    access: Access::Public,
    rate: RateClass::Reset,
    audited: Audited::As(Action::SignUpAsked),
    status: 202,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AskForSignUp")]
pub struct Input {
    /// The address.
    email: Email,
}

/// HTTP in, HTTP out. Every statement runs for each address: who has a login gets a mail without a
/// link, and the link that was made is known to nobody.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    evenly(ask(call)).await
}

async fn ask(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    let Call { state: identity, scope, body, headers, .. } = call;
    is_open(&identity)?;
    let named = identity.brake.named(&body.email);
    identity.brake.admit(Attempt::SignUp, named, &scope, shown(&headers))?;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let tx = system.tx();
    let now = tx.now();
    let has_login = person::by_email(tx, &body.email).await?.is_some();
    let asked = link::mailed_since(tx, Purpose::SignUp, &body.email, now.minus(HOUR)).await?;
    let until = now.plus(LIFETIME);
    let token = link::make_with(tx, Purpose::SignUp, None, Some(&body.email), until).await?;
    let letter = if has_login {
        letter::address_in_use(&identity)
    } else {
        letter::sign_up(&identity, &token)
    };
    let to = (asked < MOST).then_some(&body.email);
    lk_mail::post(tx, to, &letter).await?;
    let masked = masked_email(&body.email.into_personal());
    let entry = Entry::without_target(Action::SignUpAsked).with(json!({ "email": masked }));
    system.commit(entry).await?;
    Ok(Reply::accepted())
}
