//! `POST /api/v1/auth/link`: a link that works once begins a session (the demo's sign-in).

use axum::http::Method;
use lk_base::id::{Id, LinkId, PersonId};
use lk_base::{Result, Secret, Timestamp};
use lk_crypto::{Token, TokenHash};
use lk_db::{Action, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Session, sign_in};
use crate::setup::BAD_LINK;
use crate::{Call, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "sign_in_by_link",
    method: Method::POST,
    path: "/api/v1/auth/link",
    summary: "Sign in with a link that works once.",
    access: Access::Public,
    rate: RateClass::SignIn,
    audited: Audited::As(Action::SignedIn),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The part of the link after the `#`.
    token: Secret,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<Session>> {
    let Call { state: identity, scope, body, .. } = call;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let person = take(system.tx(), "sign_in", &body.token).await?.ok_or(BAD_LINK)?;
    let person = person::by_id(system.tx(), person).await?.ok_or(BAD_LINK)?;
    sign_in::start(&identity, system, person, Action::SignedIn).await
}

/// Makes a link, among the platform's rows.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn make(
    tx: &mut WriteTx,
    purpose: &'static str,
    person: Option<PersonId>,
    expires_at: Timestamp,
) -> Result<Token> {
    let (workspace, now, id, token) = (tx.workspace(), tx.now(), tx.new_id::<LinkId>(), Token::random());
    sqlx::query!(
        "insert into one_time_links
             (workspace_id, link_id, purpose, person_id, token_hash, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        workspace,
        id.uuid(),
        purpose,
        person.map(Id::uuid),
        token.hash().into_bytes(),
        now.sql(),
        expires_at.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(token)
}

/// Uses a sign-in link up; whose it was.
async fn take(tx: &mut WriteTx, purpose: &'static str, token: &Secret) -> Result<Option<PersonId>> {
    Ok(use_up(tx, purpose, token).await?.flatten())
}

/// Uses a link up: `None` when it is unknown, used or expired. Two at once: one wins.
pub(crate) async fn use_up(
    tx: &mut WriteTx,
    purpose: &'static str,
    token: &Secret,
) -> Result<Option<Option<PersonId>>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = sqlx::query!(
        r#"update one_time_links
              set used_at = $4
            where workspace_id = $1
              and purpose = $2
              and token_hash = $3
              and used_at is null
              and expires_at > $4
           returning person_id as "person: PersonId""#,
        workspace,
        purpose,
        TokenHash::of(token.expose()).into_bytes(),
        now.sql(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| row.person))
}
