//! `POST /api/v1/auth/second-factor/cancel-help`: "that was not me", with the link that was mailed.

use axum::http::Method;
use lk_base::{Result, Secret};
use lk_db::{Action, Entry, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::end;
use crate::Call;
use crate::factor::challenge;
use crate::link::{self, BAD_LINK, Purpose};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "cancel_factor_help",
    method: Method::POST,
    path: "/api/v1/auth/second-factor/cancel-help",
    summary: "Keep one's second factors: end the help that was asked for in one's name, with the link that was mailed.",
    access: Access::Public,
    rate: RateClass::SignIn,
    audited: Audited::As(Action::FactorHelpCancelled),
    status: 204,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CancelFactorHelp")]
pub struct Input {
    /// The part of the link after the `#`.
    token: Secret,
}

/// HTTP in, HTTP out. Sign-ins that wait for a factor end, too: whoever began them would ask again.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    let Call { state: identity, scope, body, .. } = call;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let tx = system.tx();
    let person =
        link::use_up(tx, Purpose::CancelHelp, &body.token).await?.flatten().ok_or(BAD_LINK)?;
    end(tx, person, "cancelled").await?;
    challenge::forget(tx, person).await?;
    system.commit(Entry::new(Action::FactorHelpCancelled, person)).await?;
    Ok(Reply::nothing())
}
