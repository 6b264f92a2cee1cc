//! `POST /api/v1/sso`: name the workspace's provider, and say whether it is the only way in.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, OperatorId, SessionId, WorkspaceId};
use lk_base::text::{Email, Line};
use lk_base::{Error, Result, Secret};
use lk_crypto::Place;
use lk_db::{Action, Actor, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::flow::instant;
use super::read::{Sso, state};
use super::{Connection, connection, end_begun, secret_place, super_admins};
use crate::nobody::nobody;
use crate::{Call, Identity, directory, letter, session};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "configure_sso",
    method: Method::POST,
    path: "/api/v1/sso",
    summary: "Name the workspace's provider. The provider is asked who it is before it is kept.",
    access: Access::Fresh(Permission::SsoManage),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::SsoChanged),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ConfigureSso")]
pub struct Input {
    /// The provider's name, to the letter: an https address.
    issuer: Line<8, 255>,
    /// What it calls us.
    client_id: Line<1, 255>,
    /// What we prove that with. Left out, the old one stays; another issuer needs its own.
    client_secret: Option<Secret>,
    /// Whether somebody whom the provider knows joins as a user by signing in.
    joins: bool,
    /// Whether a second factor that the provider asked for stands for ours.
    trusts_factors: bool,
    /// Whether it is the only way in.
    enforced: bool,
}

const SECRET_NEEDED: Error = Error::Refused {
    code: "client_secret_needed",
    detail: "Enter the client secret: another provider or client has another one.",
};
const NOT_PROVEN: Error = Error::Refused {
    code: "sso_not_proven",
    detail: "Sign in this way once before it becomes the only way.",
};
const LAST_RESORT_NEEDED: Error = Error::Refused {
    code: "last_resort_needed",
    detail: "Enrol an authenticator app and sign in with it first: it is your way in when the provider fails.",
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<Sso>> {
    let Call { state: identity, scope, body, .. } = call;
    let Actor::Operator { session: own, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let at = scope.workspace();
    let issuer = body.issuer.as_str();
    let now = instant(&identity);
    let asked = identity.providers.ask(&identity.outbound, issuer, now).await;
    asked.map_err(super::provider::Trouble::error)?;

    let mut system = identity.db.system(SystemReason::Membership, &scope).await?;
    let tx = system.tx();
    hold(tx).await?;
    let before = connection(tx, &identity).await?;
    let moved = before.as_ref().is_some_and(|before| {
        before.issuer != issuer || before.client_id != body.client_id.as_str()
    });
    let secret = match (body.client_secret, &before) {
        (Some(secret), _) if !secret.expose().is_empty() => secret,
        (_, Some(before)) if !moved => before.secret.clone(),
        _ => return Err(SECRET_NEEDED),
    };
    let after = Connection {
        issuer: issuer.to_owned(),
        client_id: body.client_id.as_str().to_owned(),
        secret,
        joins: body.joins,
        trusts_factors: body.trusts_factors,
        updated_at: now,
    };
    put(tx, &after).await?;
    let proven = proven(tx, issuer).await?;
    let admins = super_admins(tx).await?;
    system.enter(nobody(scope.origin().clone())).await?;
    let tx = system.tx();
    let was_enforced = directory::enforced_since(tx, at).await?.is_some();
    let mut ended = if moved { end_begun(tx, at).await? } else { Vec::new() };
    if body.enforced && !was_enforced {
        if !proven {
            return Err(NOT_PROVEN);
        }
        if !session::stands_last_resort(tx, own, at).await? {
            return Err(LAST_RESORT_NEEDED);
        }
        let admins: Vec<OperatorId> = admins.iter().map(|(id, _)| *id).collect();
        ended.extend(end_others(tx, at, &admins).await?);
    }
    directory::offer_sso(tx, at, body.enforced).await?;
    tell(tx, &identity, &admins).await?;
    let reply = state(&identity, &mut system, &scope).await?;
    let old = match &before {
        Some(before) => Some(shown(&identity, at, before, was_enforced)?),
        None => None,
    };
    let new = shown(&identity, at, &after, body.enforced)?;
    let entry = Entry::new(Action::SsoChanged, at).changed(old, new);
    system.commit(entry).await?;
    for session in ended {
        identity.known.forget_session(session);
    }
    Ok(Reply::ok(reply))
}

/// What the entry says; of the secret only whether it is another.
fn shown(
    identity: &Identity,
    at: WorkspaceId,
    connection: &Connection,
    enforced: bool,
) -> Result<serde_json::Value> {
    let workspace = at.uuid();
    let place = Place { column: "sso_connections.client_secret", workspace, row: workspace };
    let secret = connection.secret.expose().as_bytes();
    let secret = identity.db.sealer().fingerprint(place, secret).map_err(Error::internal)?;
    Ok(json!({
        "issuer": connection.issuer,
        "client_id": connection.client_id,
        "joins": connection.joins,
        "trusts_factors": connection.trusts_factors,
        "enforced": enforced,
        "client_secret": secret,
    }))
}

/// Two who change it at once wait for one another at the workspace's row.
async fn hold(tx: &mut WriteTx) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "select name from workspaces where workspace_id = $1 for no key update",
        workspace
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(())
}

async fn put(tx: &mut WriteTx, connection: &Connection) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let sealed = tx.seal(secret_place(workspace), connection.secret.expose().as_bytes())?;
    sqlx::query!(
        "insert into sso_connections
             (workspace_id, issuer, client_id, secret_sealed, joins, trusts_factors, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)
         on conflict (workspace_id)
         do update set issuer = $2, client_id = $3, secret_sealed = $4, joins = $5,
                       trusts_factors = $6, updated_at = $7",
        workspace,
        connection.issuer,
        connection.client_id,
        sealed,
        connection.joins,
        connection.trusts_factors,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether somebody has come this way.
async fn proven(tx: &mut WriteTx, issuer: &str) -> Result<bool> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from sso_identities
                           where workspace_id = $1
                             and issuer = $2) as "proven!""#,
        workspace,
        issuer,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Ends the sessions in a workspace that its rule no longer admits, among the platform's rows.
async fn end_others(
    tx: &mut WriteTx,
    at: WorkspaceId,
    admins: &[OperatorId],
) -> Result<Vec<SessionId>> {
    let workspace = tx.workspace();
    let admins: Vec<uuid::Uuid> = admins.iter().map(|id| id.uuid()).collect();
    let others = sqlx::query_scalar!(
        r#"select session_id as "id: SessionId"
             from sessions
            where workspace_id = $1
              and context_workspace_id = $2
              and sso_workspace_id is null
              and revoked_at is null
              and not 'link' = any (factors)
              and not (context_operator_id = any ($3) and factors && array['totp', 'recovery_code'])
            order by session_id
              for update"#,
        workspace,
        at.uuid(),
        &admins,
    )
    .fetch_all(tx.conn())
    .await?;
    for session in &others {
        session::end(tx, *session, "sso_changed").await?;
    }
    Ok(others)
}

/// Writes to the super admins, among the platform's rows.
pub(crate) async fn tell(
    tx: &mut WriteTx,
    identity: &Identity,
    admins: &[(OperatorId, Email)],
) -> Result<()> {
    for (_, email) in admins {
        lk_mail::post(tx, Some(email), &letter::sso_changed(identity)).await?;
    }
    Ok(())
}
