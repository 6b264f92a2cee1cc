//! `POST /api/v1/api-keys`: make a key; it is in this answer and nowhere else.

use axum::http::Method;
use lk_authz::{KeyScope, KeyScopes, Permission};
use lk_base::id::{ApiKeyId, Id, WorkspaceId};
use lk_base::text::Name;
use lk_base::{Error, Network, Result, Shown};
use lk_crypto::api_key::{ApiKey as Secret, fingerprint};
use lk_db::{Action, Entry, Event, EventKind, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::days::Days;
use super::{MOST, MadeApiKey, Row, USUAL_LIFE};
use crate::Call;
use crate::nobody::nobody;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "create_api_key",
    method: Method::POST,
    path: "/api/v1/api-keys",
    summary: "Make an API key. The key is in this answer and is never shown again.",
    access: Access::Fresh(Permission::KeyManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::ApiKeyCreated),
    status: 201,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateApiKey")]
pub struct Input {
    /// What it is for.
    name: Name,
    /// What it may do.
    scopes: KeyScopes,
    /// For how many days it works; 90 when not said.
    #[serde(default)]
    expires_in_days: Option<Days<1, 365>>,
    /// Where it may come from, for example `203.0.113.0/24`; from anywhere when empty.
    #[serde(default, deserialize_with = "few")]
    #[schemars(length(max = 20))]
    allowed_addresses: Vec<Network>,
}

/// The longest list of networks.
const MOST_NETWORKS: usize = 20;

fn few<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<Network>, D::Error> {
    let networks = Vec::deserialize(from)?;
    if networks.len() > MOST_NETWORKS {
        return Err(serde::de::Error::custom("must be 20 networks at most"));
    }
    Ok(networks)
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<MadeApiKey>> {
    let Call { state: identity, scope, body, .. } = call;
    let operator = scope.operator()?;
    let mut system = identity.db.system(SystemReason::Membership, &scope).await?;
    let tx = system.tx();
    room_for_one(tx).await?;
    let (now, id) = (tx.now(), tx.new_id::<ApiKeyId>());
    let secret = Secret::random(id);
    let row = Row {
        id,
        name: body.name.into_string(),
        scopes: body.scopes.each().map(|scope| KeyScope::name(scope).to_owned()).collect(),
        allowed_addresses: body.allowed_addresses.iter().map(Network::to_string).collect(),
        created_by: operator,
        created_at: now,
        expires_at: now.plus(body.expires_in_days.unwrap_or(USUAL_LIFE).duration()),
        revoked_at: None,
        revoked_because: None,
        secret_at: now,
        secret_seen_by: operator,
        old_seen_by: None,
        old_ends_at: None,
        last_used_at: None,
        last_used_masked: None,
    };
    insert(tx, &row, &secret).await?;
    tx.emit(Event::new(EventKind::ApiKeyCreated, id, json!({ "api_key_id": id })));
    let entry = Entry::new(Action::ApiKeyCreated, id).with(json!({
        "scopes": row.scopes,
        "networks": row.allowed_addresses.len(),
        "expires_at": row.expires_at,
        "fingerprint": fingerprint(&secret.hash()),
    }));
    let owner = scope.workspace();
    let mut recorded = system.record(entry, nobody(scope.origin().clone())).await?;
    enter(recorded.tx(), id, owner).await?;
    recorded.commit().await?;
    let key = Shown::once(secret.expose().to_owned());
    Ok(Reply::created(MadeApiKey { api_key: row.shown(now), key }))
}

/// Enters a key into the directory, among the platform's rows.
pub(crate) async fn enter(tx: &mut WriteTx, id: ApiKeyId, owner: WorkspaceId) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "insert into api_key_directory (workspace_id, api_key_id, owner_workspace_id) values ($1, $2, $3)",
        workspace,
        id.uuid(),
        owner.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The rule: a hundred keys may work at once. The workspace's row is held, so that two made at the
/// same time are counted one after the other.
pub(super) async fn room_for_one(tx: &mut WriteTx) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!("select 1 as one from workspaces where workspace_id = $1 for update", workspace)
        .fetch_one(tx.conn())
        .await?;
    let working = sqlx::query_scalar!(
        r#"select count(*) as "working!"
             from api_keys
            where workspace_id = $1
              and revoked_at is null
              and expires_at > $2"#,
        workspace,
        now.sql(),
    )
    .fetch_one(tx.conn())
    .await?;
    if working >= MOST {
        return Err(Error::Refused {
            code: "too_many_api_keys",
            detail: "A workspace may have at most 100 working API keys: revoke one first.",
        });
    }
    Ok(())
}

async fn insert(tx: &mut WriteTx, row: &Row, secret: &Secret) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "insert into api_keys
             (workspace_id, api_key_id, name, scopes, allowed_addresses, created_by, created_at,
              expires_at, secret_hash, secret_at, secret_seen_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7, $6)",
        workspace,
        row.id.uuid(),
        row.name,
        &row.scopes,
        &row.allowed_addresses,
        row.created_by.uuid(),
        row.created_at.sql(),
        row.expires_at.sql(),
        secret.hash().into_bytes(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
