//! `POST /api/v1/auth/sso/finish`: back from the provider, with its answer.
//!
//! The page that the provider sends people to posts what stands in its address here, so that the
//! cookie need never cross sites.

use std::sync::Arc;

use axum::http::Method;
use lk_base::id::WorkspaceId;
use lk_base::{Error, Result, Secret};
use lk_crypto::Token;
use lk_db::{Action, Entry, Scope, SystemReason, SystemTx};
use lk_web::{Access, Audited, Nothing, Operation, OwnCookie, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::begin::redirect_uri;
use super::binding::{Arrived, Recognised, Stranger, bound, recognise};
use super::claims::{About, Expected, IdClaims, check};
use super::flow::{Flow, instant, no_cookie};
use super::provider::Trouble;
use super::{ByProvider, Connection, PROVIDER_FAILED, connection};
use crate::factor::{Factor, enrolled};
use crate::nobody::nobody_in;
use crate::session::sign_in::{self, SignedIn};
use crate::{Call, Identity};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "finish_sso",
    method: Method::POST,
    path: "/api/v1/auth/sso/finish",
    summary: "Come back from the provider; our own second factor may be asked for.",
    access: Access::Cookie(OwnCookie::SignOn),
    rate: RateClass::SignIn,
    audited: Audited::As(Action::SignedIn),
    status: 200,
};

/// The request body: what the provider put into the address.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FinishSso")]
pub struct Input {
    /// What the provider was told, and tells again.
    state: Secret,
    /// What a token can be had for; missing when the provider refused.
    code: Option<Secret>,
    /// Who answers.
    iss: Option<String>,
}

const NOT_VALID: Error = Error::Refused {
    code: "sso_not_valid",
    detail: "This sign-in took too long, was used already or began in another browser. Begin again.",
};
const REFUSED: Error = Error::Refused {
    code: "sso_refused",
    detail: "What your provider answered was not accepted. Whoever runs your workspace can see why.",
};
const NOT_A_MEMBER: Error = Error::Refused {
    code: "sso_not_a_member",
    detail: "Your provider knows you, and this workspace does not. Ask whoever runs it to invite you.",
};

/// Why somebody is not let in: what they are told, and what is entered.
struct Refusal(Error, String);

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        let error = if let Trouble::Token(_) = trouble { REFUSED } else { PROVIDER_FAILED };
        Self(error, trouble.reason())
    }
}

impl From<Stranger> for Refusal {
    fn from(stranger: Stranger) -> Self {
        Self(NOT_A_MEMBER, stranger.reason().to_owned())
    }
}

fn refused(reason: &str) -> Refusal {
    Refusal(REFUSED, reason.to_owned())
}

/// What the provider said, once it was verified.
struct Said {
    claims: IdClaims,
    token: Option<Secret>,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<SignedIn>> {
    let Call { state: identity, scope, body, headers, .. } = call;
    let flow =
        Flow::presented(&headers).ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
    let mut look = identity.db.system(SystemReason::SignIn, &scope).await?;
    // A browser that brings a cookie of ours which leads nowhere is like one that brings none.
    let (at, issuer) =
        flow.look(look.tx()).await?.ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
    if !flow.is_state(body.state.expose()) {
        return Err(NOT_VALID);
    }
    look.enter(nobody_in(at, Arc::clone(scope.origin()))).await?;
    let connection = connection(look.tx(), &identity).await?.ok_or(NOT_VALID)?;
    drop(look);
    if connection.issuer != issuer {
        return Err(NOT_VALID);
    }
    let outcome = match hear(&identity, &connection, &flow, &body).await {
        Ok(said) => arrive(&identity, &scope, &flow, at, &connection, &said).await?,
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(reply) => Ok(reply.cookie(no_cookie())),
        Err(Refusal(error, reason)) => {
            let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
            flow.use_up(system.tx()).await?;
            system.enter(nobody_in(at, Arc::clone(scope.origin()))).await?;
            let entry = Entry::new(Action::SsoRefused, at).with(json!({ "reason": reason }));
            system.commit(entry).await?;
            Err(error)
        }
    }
}

/// Gets the token for the code and verifies it.
async fn hear(
    identity: &Identity,
    connection: &Connection,
    flow: &Flow,
    body: &Input,
) -> std::result::Result<Said, Refusal> {
    let now = instant(identity);
    let (outbound, issuer) = (&identity.outbound, connection.issuer.as_str());
    let provider = identity.providers.get(outbound, issuer, now).await?;
    match body.iss.as_deref() {
        Some(says) if says != issuer => return Err(refused("another provider answered")),
        None if provider.says_issuer() => return Err(refused("the answer names no provider")),
        _ => {}
    }
    let code = body.code.as_ref().ok_or_else(|| refused("the provider refused"))?;
    let redirect = redirect_uri(identity);
    let (id_token, token) = provider.exchange(outbound, connection, flow, &redirect, code).await?;
    let claims: IdClaims =
        identity.providers.verify(outbound, issuer, &id_token, None, now).await?;
    let nonce = flow.nonce();
    let expected = Expected { issuer, client_id: &connection.client_id, nonce: &nonce, now };
    check(&claims, &expected).map_err(refused)?;
    Ok(Said { claims, token })
}

/// Finds out who it is here, and lets them in.
async fn arrive(
    identity: &Identity,
    scope: &Scope,
    flow: &Flow,
    at: WorkspaceId,
    connection: &Connection,
    said: &Said,
) -> Result<std::result::Result<Reply<SignedIn>, Refusal>> {
    let claims = &said.claims;
    let inside = nobody_in(at, Arc::clone(scope.origin()));
    let mut look = identity.db.system(SystemReason::SignIn, &inside).await?;
    let known = bound(look.tx(), &connection.issuer, &claims.sub).await?.is_some();
    drop(look);
    let asked;
    let mut about = &claims.about;
    let mut unusable = None;
    if !known {
        if about.email.is_none() {
            asked = match ask(identity, connection, said).await {
                Ok(about) => about,
                Err(trouble) => return Ok(Err(trouble.into())),
            };
            about = &asked;
        }
        if connection.joins {
            let nobodys = Secret::new(Token::random().expose().to_owned());
            unusable = Some(identity.hasher.hash(nobodys).await?);
        }
    }
    let mut system = identity.db.system(SystemReason::SignIn, scope).await?;
    if !flow.use_up(system.tx()).await? {
        return Ok(Err(Refusal(NOT_VALID, "used already".to_owned())));
    }
    let arrived = Arrived { at, connection, subject: &claims.sub, about, unusable };
    match recognise(&mut system, &arrived).await? {
        Ok(recognised) => {
            let by =
                ByProvider { workspace: at, subject: claims.sub.clone(), sid: claims.sid.clone() };
            let reply = let_in(identity, system, recognised, by, connection, claims).await?;
            Ok(Ok(reply))
        }
        Err(stranger) => Ok(Err(stranger.into())),
    }
}

async fn ask(
    identity: &Identity,
    connection: &Connection,
    said: &Said,
) -> std::result::Result<About, Trouble> {
    let outbound = &identity.outbound;
    let provider = identity.providers.get(outbound, &connection.issuer, instant(identity)).await?;
    provider.about(outbound, &said.claims, said.token.as_ref()).await
}

/// A session, or first our own second factor: what the provider asked for stands for it only
/// where the workspace says so and the provider says that there was one (RFC 8176, `mfa`).
async fn let_in(
    identity: &Identity,
    mut system: SystemTx,
    recognised: Recognised,
    by: ByProvider,
    connection: &Connection,
    claims: &IdClaims,
) -> Result<Reply<SignedIn>> {
    let Recognised { person, how } = recognised;
    let two = claims.amr.iter().flatten().any(|method| method == "mfa");
    let mut factors = vec![Factor::Sso];
    if two {
        factors.push(Factor::SsoFactor);
    }
    let enough = two && connection.trusts_factors;
    if !enough && enrolled(system.tx(), person.id).await? {
        let asked = sign_in::ask_after(system.tx(), identity, person.id, Some(&by)).await?;
        let entry = Entry::new(Action::SecondFactorAsked, person.id);
        system.commit(entry.with(json!({ "sso": how, "workspace": by.workspace }))).await?;
        return Ok(Reply::ok(asked));
    }
    let begun = sign_in::start_by_provider(identity, system, person, &factors, &by).await?;
    Ok(Reply::ok(SignedIn::Session(begun.0)).cookie(begun.1))
}
