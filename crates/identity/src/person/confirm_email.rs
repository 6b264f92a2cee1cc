//! `POST /api/v1/auth/email/confirm`: the new address is one's own; from now on it counts.

use std::time::Duration;

use axum::http::Method;
use lk_base::text::Email;
use lk_base::{Error, Result, Secret};
use lk_db::{Action, Entry, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{by_id, set_email, spread_email};
use crate::link::{self, BAD_LINK, Purpose};
use crate::session::masked_email;
use crate::{Call, letter};

/// How long the old address can be taken back.
const UNDO: Duration = Duration::from_secs(72 * 3600);

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "confirm_email",
    method: Method::POST,
    path: "/api/v1/auth/email/confirm",
    summary: "Confirm a new e-mail address with the link that was sent there.",
    access: Access::Public,
    rate: RateClass::SignIn,
    audited: Audited::As(Action::EmailChanged),
    status: 204,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ConfirmEmail")]
pub struct Input {
    /// The part of the link after the `#`.
    token: Secret,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    let Call { state: identity, scope, body, .. } = call;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let tx = system.tx();
    let link = link::take(tx, Purpose::ConfirmEmail, &body.token).await?.ok_or(BAD_LINK)?;
    let (Some(id), Some(email)) = (link.person, link.email) else { return Err(BAD_LINK) };
    let email = Email::parse(&email).map_err(Error::internal)?;
    let before = by_id(tx, id).await?.ok_or(BAD_LINK)?.email;
    let old = Email::parse(before.reveal()).map_err(Error::internal)?;
    set_email(tx, id, &email).await?;
    // A link for a new password that went to the old address is worth nothing from now on.
    link::withdraw(tx, id, &[Purpose::Reset]).await?;
    let (from, to) = (masked_email(&before), masked_email(&email.clone().into_personal()));
    // Who had the address three days ago may undo; an address in between gets no key of its own,
    // or whoever moved a login there and lost it could take it back.
    let undo = if link::alive(tx, Purpose::UndoEmail, id).await? {
        None
    } else {
        let until = tx.now().plus(UNDO);
        Some(link::make_with(tx, Purpose::UndoEmail, Some(id), Some(&old), until).await?)
    };
    lk_mail::post(tx, Some(&old), &letter::email_changed(&identity, &to, undo.as_ref())).await?;
    spread_email(&mut system, id, &email).await?;
    let entry = Entry::new(Action::EmailChanged, id);
    system.commit(entry.changed(json!({ "email": from }), json!({ "email": to }))).await?;
    Ok(Reply::nothing())
}
