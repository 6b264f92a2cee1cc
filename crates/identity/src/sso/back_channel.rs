//! `POST /sso/back-channel/{workspace}`: a provider says that somebody signed out there.
//!
//! OpenID Connect Back-Channel Logout 1.0. It is no operation of the API: providers send a form,
//! and what proves who they are is the token in it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http_body_util::{BodyExt, Limited};
use lk_base::id::{Id, SessionId, WorkspaceId};
use lk_base::{Error, Result, Timestamp};
use lk_crypto::TokenHash;
use lk_db::{Action, Entry, Origin, SystemReason, WriteTx};
use lk_web::limit::Bucket;
use lk_web::routes::{Gate, not_found, to_the_end};
use lk_web::{Problem, RateClass};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::claims::Audience;
use super::connection;
use super::flow::instant;
use crate::nobody::{nobody, nobody_in};
use crate::{Identity, session};

/// What says that a token is about signing out.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How far the provider's clock may be from ours, in seconds.
const SKEW: i64 = 60;
/// A logout token is sent at once; an older one was kept by somebody.
const OLDEST: i64 = 2 * 60;
/// No form is larger.
const MOST_BODY: usize = 32 * 1024;
/// A provider that needs longer to send one is not served.
const BODY_TIME: Duration = Duration::from_secs(10);

/// What we read of a logout token.
#[derive(Deserialize)]
struct LogoutClaims {
    iss: String,
    aud: Audience,
    iat: i64,
    exp: i64,
    jti: String,
    events: Map<String, Value>,
    sub: Option<String>,
    sid: Option<String>,
    nonce: Option<Value>,
}

/// The route, for the dashboard's listener.
pub fn routes(identity: &Identity, gate: &Gate) -> Router {
    let (identity, gate) = (identity.clone(), gate.clone());
    let handler = move |Path(workspace): Path<String>, request: Request| {
        let (identity, gate) = (identity.clone(), gate.clone());
        to_the_end(async move {
            let Ok(workspace) = workspace.parse() else { return not_found() };
            answer(hear(&identity, &gate, workspace, request).await)
        })
    };
    Router::new().route("/sso/back-channel/{workspace}", post(handler))
}

/// As the specification wants it: 200, or 400 with an error that tells nothing.
fn answer(heard: Result<()>) -> Response {
    let mut response = match heard {
        Ok(()) => StatusCode::OK.into_response(),
        Err(Error::Refused { .. }) => {
            let body = json!({ "error": "invalid_request" }).to_string();
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (StatusCode::BAD_REQUEST, kind, body).into_response()
        }
        Err(other) => Problem::from(other).into_response(),
    };
    let never = header::HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    response
}

const REFUSED: Error =
    Error::Refused { code: "sso_refused", detail: "This logout token is not accepted." };

async fn hear(identity: &Identity, gate: &Gate, at: WorkspaceId, request: Request) -> Result<()> {
    let (parts, body) = request.into_parts();
    let origin = parts.extensions.get::<Arc<Origin>>().cloned().ok_or(REFUSED)?;
    let _ = match &origin.address {
        Some(address) => gate.limiter.check_address(RateClass::Refresh, *address.reveal())?,
        None => gate.limiter.check(RateClass::Refresh, Bucket::Actor(0))?,
    };
    let token = logout_token(body).await?;
    let inside = nobody_in(at, Arc::clone(&origin));
    let mut look = identity.db.system(SystemReason::SignIn, &inside).await?;
    let connection = connection(look.tx(), identity).await?.ok_or(REFUSED)?;
    drop(look);
    let now = instant(identity);
    let verified = identity
        .providers
        .verify(&identity.outbound, &connection.issuer, &token, Some("logout+jwt"), now)
        .await;
    let claims: LogoutClaims = match verified {
        Ok(claims) => claims,
        Err(trouble) => return refuse(identity, at, &origin, &trouble.reason()).await,
    };
    if let Err(reason) = check(&claims, &connection.issuer, &connection.client_id, now) {
        return refuse(identity, at, &origin, reason).await;
    }
    let mut system = identity.db.system(SystemReason::SignIn, &nobody(origin)).await?;
    let ended = end(system.tx(), at, &claims).await?;
    system.enter(inside).await?;
    if !first(system.tx(), &claims).await? {
        // What was ended above is taken back with the transaction.
        return Err(REFUSED);
    }
    let entry = Entry::new(Action::SsoSignedOut, at);
    system.commit(entry.with(json!({ "sessions": ended.len() }))).await?;
    for session in ended {
        identity.known.forget_session(session);
    }
    Ok(())
}

async fn refuse(
    identity: &Identity,
    at: WorkspaceId,
    origin: &Arc<Origin>,
    reason: &str,
) -> Result<()> {
    let inside = nobody_in(at, Arc::clone(origin));
    let system = identity.db.system(SystemReason::SignIn, &inside).await?;
    let entry = Entry::new(Action::SsoRefused, at);
    system.commit(entry.with(json!({ "logout": true, "reason": reason }))).await?;
    Err(REFUSED)
}

/// The one token of the form.
async fn logout_token(body: Body) -> Result<String> {
    let read = Limited::new(body, MOST_BODY).collect();
    let read = tokio::time::timeout(BODY_TIME, read).await.map_err(|_| REFUSED)?;
    let bytes = read.map_err(|_| REFUSED)?.to_bytes();
    let mut tokens = lk_net::read_form(&bytes).filter(|(name, _)| name == "logout_token");
    match (tokens.next(), tokens.next()) {
        (Some((_, token)), None) => Ok(token.into_owned()),
        _ => Err(REFUSED),
    }
}

/// The rule (section 2.6); the reason is for the audit log.
fn check(
    claims: &LogoutClaims,
    issuer: &str,
    client: &str,
    now: Timestamp,
) -> std::result::Result<(), &'static str> {
    let now = now.unix_seconds();
    if claims.iss != issuer {
        return Err("another issuer");
    }
    if !claims.aud.is(client, None) {
        return Err("another audience");
    }
    if claims.exp <= now.saturating_sub(SKEW)
        || claims.iat > now.saturating_add(SKEW)
        || claims.iat < now.saturating_sub(OLDEST)
    {
        return Err("made at another time");
    }
    if !claims.events.get(EVENT).is_some_and(Value::is_object) {
        return Err("not about signing out");
    }
    if claims.nonce.is_some() {
        return Err("a nonce, so it is another kind of token");
    }
    if claims.jti.is_empty() || (claims.sub.is_none() && claims.sid.is_none()) {
        return Err("nobody is named");
    }
    Ok(())
}

/// Ends the session that is named, or all of the subject's, among the platform's rows.
async fn end(tx: &mut WriteTx, at: WorkspaceId, claims: &LogoutClaims) -> Result<Vec<SessionId>> {
    let workspace = tx.workspace();
    let named = sqlx::query_scalar!(
        r#"select session_id as "id: SessionId"
             from sessions
            where workspace_id = $1
              and sso_workspace_id = $2
              and ($3::text is null or sso_sid = $3)
              and ($4::text is null or sso_subject = $4)
              and revoked_at is null
            order by session_id
              for update"#,
        workspace,
        at.uuid(),
        claims.sid,
        claims.sub,
    )
    .fetch_all(tx.conn())
    .await?;
    for id in &named {
        session::end(tx, *id, "provider_signed_out").await?;
    }
    Ok(named)
}

/// Whether this token is heard for the first time, in the workspace; what is too old to be
/// accepted anyway is forgotten.
async fn first(tx: &mut WriteTx, claims: &LogoutClaims) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "delete from sso_logout_tokens where workspace_id = $1 and expires_at <= $2",
        workspace,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    let keep = Duration::from_secs((OLDEST + 2 * SKEW).unsigned_abs());
    let kept = sqlx::query!(
        "insert into sso_logout_tokens (workspace_id, token_hash, expires_at)
         values ($1, $2, $3)
         on conflict do nothing",
        workspace,
        TokenHash::of(&claims.jti).into_bytes(),
        now.plus(keep).sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(kept.rows_affected() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_338_000;

    fn judged(change: Value) -> std::result::Result<(), &'static str> {
        let mut claims = json!({
            "iss": "https://idp.test", "aud": "us", "iat": NOW, "exp": NOW + 120, "jti": "one",
            "events": { EVENT: {} }, "sub": "ada",
        });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let claims: LogoutClaims = serde_json::from_value(claims).unwrap();
        check(&claims, "https://idp.test", "us", Timestamp::from_unix_micros(NOW * 1_000_000))
    }

    #[test]
    fn only_a_fresh_token_about_signing_out_that_was_made_for_us_is_heard() {
        assert_eq!(judged(json!({})), Ok(()));
        assert_eq!(judged(json!({ "sub": null, "sid": "one" })), Ok(()));
        for (change, reason) in [
            (json!({ "iss": "https://evil.test" }), "another issuer"),
            (json!({ "aud": "them" }), "another audience"),
            (json!({ "aud": ["us", "them"] }), "another audience"),
            (json!({ "exp": NOW - 60 }), "made at another time"),
            (json!({ "iat": NOW - 121 }), "made at another time"),
            (json!({ "iat": NOW + 61 }), "made at another time"),
            (json!({ "events": {} }), "not about signing out"),
            (json!({ "events": { EVENT: true } }), "not about signing out"),
            (json!({ "events": { "other": {} } }), "not about signing out"),
            (json!({ "nonce": "n" }), "a nonce, so it is another kind of token"),
            (json!({ "sub": null }), "nobody is named"),
            (json!({ "jti": "" }), "nobody is named"),
        ] {
            assert_eq!(judged(change.clone()), Err(reason), "{change}");
        }
    }
}
