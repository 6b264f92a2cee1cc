//! `POST /api/v1/auth/email/undo`: take one's old address back, with the link that was sent there.
//!
//! Whoever changed it against one's will knows the password and has a session, and may have enrolled
//! an app: so all sessions end, password and new app count no more, and a link for a new password
//! goes to the old address.

use axum::http::Method;
use lk_base::text::Email;
use lk_base::{Error, Result, Secret};
use lk_crypto::Token;
use lk_db::{Action, Entry, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{change_email, set_email, set_password, spread_email};
use crate::factor;
use crate::link::{self, BAD_LINK, Purpose};
use crate::session::end_all;
use crate::{Call, letter, reset};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "undo_email",
    method: Method::POST,
    path: "/api/v1/auth/email/undo",
    summary: "Take the old e-mail address back. All sessions end, and a link for a new password is sent.",
    access: Access::Public,
    rate: RateClass::SignIn,
    audited: Audited::As(Action::EmailRestored),
    status: 204,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UndoEmail")]
pub struct Input {
    /// The part of the link after the `#`.
    token: Secret,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    let Call { state: identity, scope, body, .. } = call;
    let mut look = identity.db.system(SystemReason::SignIn, &scope).await?;
    link::look(look.tx(), Purpose::UndoEmail, &body.token).await?.ok_or(BAD_LINK)?;
    drop(look);
    // Whoever changed the address knew the password: from here on nobody knows it.
    let unknown = Secret::new(Token::random().expose().to_owned());
    let hash = identity.hasher.hash(unknown).await?;

    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let tx = system.tx();
    let link = link::take(tx, Purpose::UndoEmail, &body.token).await?.ok_or(BAD_LINK)?;
    let (Some(id), Some(email)) = (link.person, link.email) else { return Err(BAD_LINK) };
    let email = Email::parse(&email).map_err(Error::internal)?;
    set_email(tx, id, &email).await?;
    set_password(tx, id, &hash).await?;
    // Nor may an app of theirs stand in the way: any that came since the change could be asked for.
    let since = link.created_at.minus(change_email::LIFETIME);
    let app = factor::drop_since(tx, id, since).await?;
    let all = [Purpose::Reset, Purpose::SignIn, Purpose::ConfirmEmail];
    link::withdraw(tx, id, &all).await?;
    let ended = end_all(tx, id, None, "email_changed").await?;
    let until = tx.now().plus(reset::LIFETIME);
    let token = link::make(tx, Purpose::Reset, Some(id), until).await?;
    lk_mail::post(tx, Some(&email), &letter::reset(&identity, &token)).await?;
    spread_email(&mut system, id, &email).await?;
    let entry = Entry::new(Action::EmailRestored, id)
        .with(json!({ "sessions": ended.len(), "app_removed": app }));
    system.commit(entry).await?;
    for session in ended {
        identity.known.forget_session(session);
    }
    Ok(Reply::nothing())
}
