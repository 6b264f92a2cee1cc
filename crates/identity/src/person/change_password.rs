//! `POST /api/v1/me/password`: another password for oneself.

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

use super::{credentials, known_names, set_password, still_has};
use crate::link::{self, Purpose};
use crate::nobody::nobody;
use crate::password::About;
use crate::session::end_all;
use crate::session::step_up::failed;
use crate::{Call, letter};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "change_own_password",
    method: Method::POST,
    path: "/api/v1/me/password",
    summary: "Change one's own password. All other sessions end.",
    access: Access::Fresh(Permission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::PasswordChanged),
    status: 204,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChangeOwnPassword")]
pub struct Input {
    /// The password so far.
    current: Secret,
    /// The new one: 12 to 128 characters.
    password: Secret,
}

/// The password that was typed is not the one in force.
pub(super) const WRONG: Error =
    Error::Refused { code: "wrong_password", detail: "That is not your password." };

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    let Call { state: identity, scope, body, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let here = nobody(scope.origin().clone());
    let mut look = identity.db.system(SystemReason::SignIn, &here).await?;
    let login = credentials(look.tx(), person).await?.ok_or(Error::NotFound)?;
    let names = known_names(look.tx(), &login.person).await?;
    drop(look);
    let email = Email::parse(login.person.email.reveal()).map_err(Error::internal)?;
    identity.rules.check(&body.password, About { email: &email, names: &names })?;
    let stored = login.password.clone();
    if identity.hasher.verify(body.current, Some(login.password)).await? == Verdict::Wrong {
        failed(&identity, &scope, session).await?;
        return Err(WRONG);
    }
    let hash = identity.hasher.hash(body.password).await?;

    let mut system = identity.db.system(SystemReason::SignIn, &here).await?;
    let tx = system.tx();
    // Asked again: somebody else may have changed it while this was hashed.
    if !still_has(tx, person, &stored).await? {
        return Err(WRONG);
    }
    set_password(tx, person, &hash).await?;
    // A change of address that somebody else asked for must not outlive the password.
    let others = [Purpose::Reset, Purpose::SignIn, Purpose::ConfirmEmail];
    link::withdraw(tx, person, &others).await?;
    let ended = end_all(tx, person, Some(session), "password_changed").await?;
    lk_mail::post(tx, Some(&email), &letter::password_changed(&identity)).await?;
    system.enter(scope).await?;
    let entry =
        Entry::new(Action::PasswordChanged, person).with(json!({ "sessions": ended.len() }));
    system.commit(entry).await?;
    for other in ended {
        identity.known.forget_session(other);
    }
    Ok(Reply::nothing())
}
