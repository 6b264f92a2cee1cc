//! `POST /api/v1/auth/second-factor/help`: whoever lost every second factor asks their colleagues.

use std::sync::Arc;

use axum::http::Method;
use lk_base::id::PersonId;
use lk_base::text::Email;
use lk_base::{Error, Result, Secret};
use lk_db::{Action, Entry, SystemReason, SystemTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{PATIENCE, hold, insert};
use crate::factor::challenge::NOT_VALID;
use crate::factor::{challenge, enrolled};
use crate::link::{self, Purpose};
use crate::nobody::{nobody, nobody_in};
use crate::sso::super_admins;
use crate::{Call, directory, letter, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "ask_for_factor_help",
    method: Method::POST,
    path: "/api/v1/auth/second-factor/help",
    summary: "Go on with a sign-in for which every second factor is lost: those who run one's workspaces are asked, and oneself is told by mail.",
    access: Access::Public,
    rate: RateClass::SecondFactor,
    audited: Audited::As(Action::FactorHelpAsked),
    status: 202,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AskForFactorHelp")]
pub struct Input {
    /// What the sign-in answered: the password was right.
    challenge: Secret,
}

/// HTTP in, HTTP out. Asked again while a request is open, nothing more is written to anybody.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    let Call { state: identity, scope, body, .. } = call;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let tx = system.tx();
    let challenge::Held { person, by, .. } = challenge::hold(tx, &body.challenge).await?;
    // A provider's word is no password: it could ask for its people.
    if by.is_some() || !enrolled(tx, person).await? {
        return Err(NOT_VALID);
    }
    let entry = Entry::new(Action::FactorHelpAsked, person);
    if hold(tx, person).await?.is_some() {
        system.commit(entry).await?;
        return Ok(Reply::accepted());
    }
    insert(tx, person).await?;
    let known = person::by_id(tx, person).await?.ok_or(NOT_VALID)?;
    let until = tx.now().plus(PATIENCE);
    let token = link::make(tx, Purpose::CancelHelp, Some(person), until).await?;
    let own = Email::parse(known.email.reveal()).map_err(Error::internal)?;
    lk_mail::post(tx, Some(&own), &letter::help_asked(&identity, &token)).await?;
    let letter = letter::help_wanted(&identity, known.name.reveal());
    for helper in helpers(&mut system, person, &own).await? {
        lk_mail::post(system.tx(), Some(&helper), &letter).await?;
    }
    system.commit(entry).await?;
    Ok(Reply::accepted())
}

/// Those who run the workspaces of a person, but for the person. Begins and ends among the
/// platform's rows.
async fn helpers(system: &mut SystemTx, person: PersonId, own: &Email) -> Result<Vec<Email>> {
    let origin = Arc::clone(system.tx().scope().origin());
    let mut helpers: Vec<Email> = Vec::new();
    for place in directory::of(system.tx(), person).await? {
        system.enter(nobody_in(place.workspace.id, Arc::clone(&origin))).await?;
        for (_, email) in super_admins(system.tx()).await? {
            if email.key() != own.key() && !helpers.iter().any(|each| each.key() == email.key()) {
                helpers.push(email);
            }
        }
    }
    system.enter(nobody(origin)).await?;
    Ok(helpers)
}
