//! `POST /api/v1/auth/reset/finish`: a new password, with the link that was mailed.

use axum::http::Method;
use lk_base::text::Email;
use lk_base::{Result, Secret};
use lk_db::{Action, Entry, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::link::{self, BAD_LINK, Purpose};
use crate::password::About;
use crate::session::{end_all, known_device};
use crate::{Call, letter, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "finish_reset",
    method: Method::POST,
    path: "/api/v1/auth/reset/finish",
    summary: "Choose a new password with the link that was mailed. All sessions end.",
    access: Access::Public,
    rate: RateClass::SignIn,
    audited: Audited::As(Action::PasswordReset),
    status: 204,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FinishReset")]
pub struct Input {
    /// The part of the link after the `#`.
    token: Secret,
    /// The new password: 12 to 128 characters.
    password: Secret,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    let Call { state: identity, scope, body, .. } = call;
    // Hashing is dear, so the link is looked at first; it is used up below, under lock.
    let mut look = identity.db.system(SystemReason::SignIn, &scope).await?;
    let id = link::look(look.tx(), Purpose::Reset, &body.token).await?.ok_or(BAD_LINK)?;
    let person = person::by_id(look.tx(), id).await?.ok_or(BAD_LINK)?;
    let names = person::known_names(look.tx(), &person).await?;
    drop(look);
    let email = Email::parse(person.email.reveal()).map_err(lk_base::Error::internal)?;
    identity.rules.check(&body.password, About { email: &email, names: &names })?;
    let hash = identity.hasher.hash(body.password).await?;

    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let tx = system.tx();
    link::use_up(tx, Purpose::Reset, &body.token).await?.ok_or(BAD_LINK)?;
    person::set_password(tx, id, &hash).await?;
    person::verified(tx, id).await?;
    // What was asked for before by whoever it was is over.
    let others = [Purpose::Reset, Purpose::SignIn, Purpose::ConfirmEmail];
    link::withdraw(tx, id, &others).await?;
    let ended = end_all(tx, id, None, "password_changed").await?;
    lk_mail::post(tx, Some(&email), &letter::password_changed(&identity)).await?;
    let entry = Entry::new(Action::PasswordReset, id).with(json!({ "sessions": ended.len() }));
    system.commit(entry).await?;
    for session in ended {
        identity.known.forget_session(session);
    }
    // Whoever reads the mail is not a stranger: guesses of strangers do not keep them out.
    let (_, device) = known_device(&identity, scope.origin().device.as_ref(), &person)?;
    Ok(Reply::nothing().cookie(device))
}
