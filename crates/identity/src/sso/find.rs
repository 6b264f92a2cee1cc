//! `POST /api/v1/auth/sso/find`: have the way to one's workspaces' single sign-on sent.
//!
//! The answer is the same for every address, because the way itself goes by mail: whoever asks
//! learns neither who has a login here nor whose domain has a provider.

use std::time::Duration;

use axum::http::Method;
use lk_base::Result;
use lk_base::id::{Id, PersonId};
use lk_base::text::Email;
use lk_db::{Action, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::Offer;
use crate::person::by_email;
use crate::session::masked_email;
use crate::{Call, directory, letter};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "find_sso",
    method: Method::POST,
    path: "/api/v1/auth/sso/find",
    summary: "Have the way to one's single sign-on sent. The answer is the same for all addresses.",
    access: Access::Public,
    rate: RateClass::Reset,
    audited: Audited::As(Action::SsoWayAsked),
    status: 202,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FindSso")]
pub struct Input {
    /// The address.
    email: Email,
}

/// Nobody is sent the way more often than this.
const PAUSE: Duration = Duration::from_secs(10 * 60);

/// HTTP in, HTTP out. Every statement runs for unknown addresses too; their mail goes nowhere.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    let Call { state: identity, scope, body, .. } = call;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let tx = system.tx();
    let person = by_email(tx, &body.email).await?.map(|login| login.person);
    let id = person.as_ref().map_or_else(|| tx.new_id::<PersonId>(), |person| person.id);
    let mut places = directory::of(tx, id).await?;
    places.retain(|place| place.sso != Offer::None);
    let due = due(tx, id).await?;
    // To the address as it is known, not as somebody typed it just now.
    let to = person.as_ref().and_then(|person| Email::parse(person.email.reveal()).ok());
    let to = to.filter(|_| due && !places.is_empty());
    lk_mail::post(tx, to.as_ref(), &letter::sso_way(&identity, &places)).await?;
    let entry = Entry::without_target(Action::SsoWayAsked);
    let masked = masked_email(&body.email.into_personal());
    system.commit(entry.with(json!({ "email": masked }))).await?;
    Ok(Reply::accepted())
}

/// Whether the last time is long enough ago; then this is the last time.
async fn due(tx: &mut WriteTx, person: PersonId) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let due = sqlx::query!(
        "update persons
            set sso_hint_at = $3
          where workspace_id = $1
            and person_id = $2
            and (sso_hint_at is null or sso_hint_at < $4)",
        workspace,
        person.uuid(),
        now.sql(),
        now.minus(PAUSE).sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(due.rows_affected() > 0)
}
