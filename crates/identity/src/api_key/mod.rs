//! An API key: a program's way in, to one workspace, for a time.
//!
//! **Invariant:** the secret is shown once and stored as its hash; nothing else says it again, the
//! audit log has a fingerprint.
//! **Invariant:** a key's answers never tell why it was not good: unknown, expired, revoked and
//! from elsewhere are one 401.

pub mod create;
mod days;
pub mod expiring;
pub mod list;
pub mod present;
pub mod report_leak;
pub mod revoke;
pub mod rotate;

use lk_authz::KeyScopes;
use lk_base::id::{ApiKeyId, Id, OperatorId, WorkspaceId};
use lk_base::{Error, MaskedAddress, Network, Result, Shown, Timestamp};
use lk_crypto::TokenHash;
use lk_crypto::api_key::fingerprint;
use lk_db::WriteTx;
use schemars::JsonSchema;
use serde::Serialize;

/// How long a key lives when nobody says otherwise.
const USUAL_LIFE: days::Days<1, 365> = days::Days::of(90);
/// How long the old secret works beside the new one when nobody says otherwise.
const USUAL_OVERLAP: days::Days<0, 7> = days::Days::of(1);
/// How many keys of a workspace may work at once.
const MOST: i64 = 100;

/// Where a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ApiKeyState")]
pub enum State {
    /// It works.
    Active,
    /// Its time is over; rotating gives it a new one.
    Expired,
    /// Somebody of the workspace ended it.
    Revoked,
    /// It was reported as leaked, and ended by that.
    Leaked,
}

/// An API key, as those see it who run the workspace. Its secret is not here.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ApiKey {
    /// Its id; the same 26 characters stand in the key itself.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: KeyScopes,
    /// Where it may come from; anywhere when empty.
    pub allowed_addresses: Vec<Network>,
    /// Where it stands.
    pub state: State,
    /// Who made it.
    pub created_by: OperatorId,
    /// When.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// When it was ended, if it was.
    pub revoked_at: Option<Timestamp>,
    /// When its present secret was made.
    pub secret_at: Timestamp,
    /// Until when the secret before works too, if it does.
    pub old_secret_ends_at: Option<Timestamp>,
    /// Who was shown a secret that works: to be rotated when one of them leaves.
    pub seen_by: Vec<OperatorId>,
    /// When it was last used, to the minute or so.
    pub last_used_at: Option<Timestamp>,
    /// From where, masked.
    pub last_used_from: Option<MaskedAddress>,
}

/// A key and its secret.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MadeApiKey {
    /// What is kept of it.
    pub api_key: ApiKey,
    /// The key itself, shown this once.
    pub key: Shown,
}

/// A row without its hashes.
pub(crate) struct Row {
    pub(crate) id: ApiKeyId,
    pub(crate) name: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) allowed_addresses: Vec<String>,
    pub(crate) created_by: OperatorId,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) revoked_at: Option<Timestamp>,
    pub(crate) revoked_because: Option<String>,
    pub(crate) secret_at: Timestamp,
    pub(crate) secret_seen_by: OperatorId,
    pub(crate) old_seen_by: Option<OperatorId>,
    pub(crate) old_ends_at: Option<Timestamp>,
    pub(crate) last_used_at: Option<Timestamp>,
    pub(crate) last_used_masked: Option<MaskedAddress>,
}

impl Row {
    fn state(&self, now: Timestamp) -> State {
        match self.revoked_because.as_deref() {
            Some("leaked") => State::Leaked,
            Some(_) => State::Revoked,
            None if self.expires_at <= now => State::Expired,
            None => State::Active,
        }
    }

    pub(crate) fn shown(self, now: Timestamp) -> ApiKey {
        let state = self.state(now);
        let old = self.old_ends_at.filter(|ends| *ends > now && state == State::Active);
        let older = self.old_seen_by.filter(|by| old.is_some() && *by != self.secret_seen_by);
        ApiKey {
            id: self.id,
            name: self.name,
            scopes: KeyScopes::stored(&self.scopes),
            allowed_addresses: networks(&self.allowed_addresses),
            state,
            created_by: self.created_by,
            created_at: self.created_at,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
            secret_at: self.secret_at,
            old_secret_ends_at: old,
            seen_by: [self.secret_seen_by].into_iter().chain(older).collect(),
            last_used_at: self.last_used_at,
            last_used_from: self.last_used_masked,
        }
    }
}

/// Stored networks. One that cannot be read lets nobody in from it; that none is left of a list is
/// for [`present`] to see.
fn networks(stored: &[String]) -> Vec<Network> {
    stored.iter().filter_map(|text| Network::parse(text)).collect()
}

/// What a key is held by, until the transaction ends.
pub(crate) struct Held {
    hash: TokenHash,
    old_hash: Option<TokenHash>,
    old_ends_at: Option<Timestamp>,
    name: String,
    expires_at: Timestamp,
    revoked_at: Option<Timestamp>,
}

impl Held {
    /// Whether this is the key's present secret, or the one before while that still works.
    fn knows(&self, hash: &TokenHash, now: Timestamp) -> bool {
        let old = self.old_hash.as_ref().is_some_and(|old| old.matches(hash));
        self.hash.matches(hash) | (old && self.old_ends_at.is_some_and(|ends| ends > now))
    }

    fn fingerprint(&self) -> String {
        fingerprint(&self.hash)
    }
}

/// A key that was not revoked, held until the transaction ends.
pub(crate) async fn lock(tx: &mut WriteTx, id: ApiKeyId) -> Result<Held> {
    let held = lock_any(tx, id).await?;
    held.filter(|held| held.revoked_at.is_none()).ok_or(Error::NotFound)
}

async fn lock_any(tx: &mut WriteTx, id: ApiKeyId) -> Result<Option<Held>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select secret_hash, old_hash, name,
                  old_ends_at as "old_ends_at: Timestamp",
                  expires_at  as "expires_at: Timestamp",
                  revoked_at  as "revoked_at: Timestamp"
             from api_keys
            where workspace_id = $1
              and api_key_id = $2
              for update"#,
        workspace,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Held {
        hash: TokenHash::stored(row.secret_hash),
        old_hash: row.old_hash.map(TokenHash::stored),
        old_ends_at: row.old_ends_at,
        name: row.name,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
    }))
}

/// Ends a held key.
pub(crate) async fn end(tx: &mut WriteTx, id: ApiKeyId, because: &'static str) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update api_keys
            set revoked_at = $3, revoked_because = $4
          where workspace_id = $1
            and api_key_id = $2
            and revoked_at is null",
        workspace,
        id.uuid(),
        now.sql(),
        because,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Which workspace a key belongs to, asked among the platform's rows.
async fn owner_of(tx: &mut WriteTx, id: ApiKeyId) -> Result<Option<WorkspaceId>> {
    let workspace = tx.workspace();
    let owner = sqlx::query_scalar!(
        r#"select owner_workspace_id as "owner: WorkspaceId"
             from api_key_directory
            where workspace_id = $1
              and api_key_id = $2"#,
        workspace,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(owner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_old_secret_is_known_until_its_overlap_ends() {
        let id = lk_base::Clock::system().new_id();
        let secret = || lk_crypto::ApiKey::random(id);
        let (new, old, other) = (secret(), secret(), secret());
        let now = Timestamp::from_unix_micros(1_795_338_000_000_000);
        let ends = now.plus(Duration::from_secs(60));
        let held = Held {
            hash: new.hash(),
            old_hash: Some(old.hash()),
            old_ends_at: Some(ends),
            name: String::new(),
            expires_at: ends,
            revoked_at: None,
        };
        assert!(held.knows(&new.hash(), now) && held.knows(&old.hash(), now));
        assert!(held.knows(&new.hash(), ends) && !held.knows(&old.hash(), ends));
        assert!(!held.knows(&other.hash(), now));
    }
}
