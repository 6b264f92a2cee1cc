//! `POST /api/v1/me/email`: ask for another address; it counts once it was confirmed by mail.

use std::time::Duration;

use axum::http::Method;
use lk_authz::Permission;
use lk_base::text::Email;
use lk_base::{Error, Result, Secret};
use lk_crypto::password::Verdict;
use lk_db::{Action, Actor, Entry, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::change_password::WRONG;
use super::{by_email, credentials};
use crate::evenly::evenly;
use crate::link::{self, Purpose};
use crate::nobody::nobody;
use crate::session::masked_email;
use crate::session::step_up::failed;
use crate::{Call, letter};

/// How long the new address can be confirmed.
pub(crate) const LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// How many mails to new addresses one person causes in an hour.
const MOST: i64 = 5;
const HOUR: Duration = Duration::from_secs(3600);

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "change_own_email",
    method: Method::POST,
    path: "/api/v1/me/email",
    summary: "Ask for another e-mail address; a link sent there confirms it.",
    access: Access::Fresh(Permission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::EmailChangeAsked),
    status: 202,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChangeOwnEmail")]
pub struct Input {
    /// The new address.
    email: Email,
    /// One's password.
    password: Secret,
}

/// HTTP in, HTTP out. For an address that has a login already everything happens alike, but for
/// the words of the mail.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    evenly(change(call)).await
}

async fn change(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    let Call { state: identity, scope, body, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let here = nobody(scope.origin().clone());
    let mut look = identity.db.system(SystemReason::SignIn, &here).await?;
    let login = credentials(look.tx(), person).await?.ok_or(Error::NotFound)?;
    drop(look);
    if identity.hasher.verify(body.password, Some(login.password)).await? == Verdict::Wrong {
        failed(&identity, &scope, session).await?;
        return Err(WRONG);
    }
    let mut system = identity.db.system(SystemReason::SignIn, &here).await?;
    let tx = system.tx();
    let now = tx.now();
    let asked = link::made_since(tx, Purpose::ConfirmEmail, Some(person), now.minus(HOUR)).await?;
    if asked >= MOST {
        return Err(Error::RateLimited { retry_after: HOUR });
    }
    let taken = by_email(tx, &body.email).await?.is_some();
    link::withdraw(tx, person, &[Purpose::ConfirmEmail]).await?;
    let (purpose, until) = (Purpose::ConfirmEmail, now.plus(LIFETIME));
    let token = link::make_with(tx, purpose, Some(person), Some(&body.email), until).await?;
    let letter = if taken {
        letter::address_in_use(&identity)
    } else {
        letter::confirm_email(&identity, &token)
    };
    lk_mail::post(tx, Some(&body.email), &letter).await?;
    system.enter(scope).await?;
    let masked = masked_email(&body.email.into_personal());
    let entry = Entry::new(Action::EmailChangeAsked, person).with(json!({ "email": masked }));
    system.commit(entry).await?;
    Ok(Reply::accepted())
}
