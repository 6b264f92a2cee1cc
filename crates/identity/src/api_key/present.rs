//! A key that a program shows becomes a scope: form, secret, time, place.

use std::sync::Arc;
use std::time::Duration;

use lk_authz::KeyScopes;
use lk_base::id::{ApiKeyId, Id, WorkspaceId};
use lk_base::{Error, MaskedAddress, Network, Result, Secret, Timestamp};
use lk_crypto::{ApiKey, TokenHash};
use lk_db::{Actor, Origin, Scope, SystemReason, SystemTx, Unaudited};

use super::{networks, owner_of};
use crate::Identity;
use crate::nobody::{nobody, nobody_in};

/// How often it is written that a key was used.
const USE: Duration = Duration::from_secs(60);

/// What is known of a secret that was right a moment ago.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    workspace: WorkspaceId,
    scopes: KeyScopes,
    /// `None` lets it come from anywhere.
    from: Option<Arc<[Network]>>,
    ends_at: Timestamp,
}

impl Standing {
    /// The rule: within its time, from where it may come.
    fn holds(&self, now: Timestamp, origin: &Origin) -> bool {
        let place = match (&self.from, &origin.address) {
            (None, _) => true,
            (Some(networks), Some(address)) => {
                networks.iter().any(|network| network.contains(*address.reveal()))
            }
            (Some(_), None) => false,
        };
        place && now < self.ends_at
    }
}

impl Identity {
    /// Which key stands behind what a program shows.
    ///
    /// # Errors
    /// `Unauthenticated`, always the same, for whatever is not right about it.
    pub async fn authenticate_key(&self, shown: &Secret, origin: Arc<Origin>) -> Result<Scope> {
        const BAD: Error = Error::Unauthenticated { code: "unauthenticated" };
        let key = ApiKey::read(shown.expose()).ok_or(BAD)?;
        let hash = key.hash();
        let known_as = (key.id(), hash.bytes().to_vec());
        let known = match self.known.keys.get(&known_as) {
            Some(known) => known,
            None => {
                let begun = self.known.keys.begin();
                let found = self.look_up_key(key.id(), &hash, &origin).await?.ok_or(BAD)?;
                self.known.keys.put(known_as, found.clone(), begun);
                found
            }
        };
        if !known.holds(self.db.clock().now(), &origin) {
            return Err(BAD);
        }
        Ok(key_scope(known.workspace, key.id(), known.scopes, origin))
    }

    async fn look_up_key(
        &self,
        id: ApiKeyId,
        hash: &TokenHash,
        origin: &Arc<Origin>,
    ) -> Result<Option<Standing>> {
        let mut system = self.db.system(SystemReason::SignIn, &nobody(Arc::clone(origin))).await?;
        let Some(owner) = owner_of(system.tx(), id).await? else { return Ok(None) };
        system.enter(nobody_in(owner, Arc::clone(origin))).await?;
        let tx = system.tx();
        let (workspace, now) = (tx.workspace(), tx.now());
        let row = sqlx::query!(
            r#"select secret_hash, old_hash, scopes, allowed_addresses,
                      old_ends_at  as "old_ends_at: Timestamp",
                      expires_at   as "expires_at: Timestamp",
                      last_used_at as "last_used_at: Timestamp"
                 from api_keys
                where workspace_id = $1
                  and api_key_id = $2
                  and revoked_at is null"#,
            workspace,
            id.uuid(),
        )
        .fetch_optional(tx.conn())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let old = row.old_hash.map(TokenHash::stored).filter(|old| old.matches(hash));
        let ends_at = if TokenHash::stored(row.secret_hash).matches(hash) {
            row.expires_at
        } else if let (Some(_), Some(ends)) = (old, row.old_ends_at) {
            ends
        } else {
            return Ok(None);
        };
        let from = (!row.allowed_addresses.is_empty())
            .then(|| Arc::from(networks(&row.allowed_addresses)));
        let scopes = KeyScopes::stored(&row.scopes);
        let standing = Standing { workspace: owner, scopes, from, ends_at };
        let is_stale = row.last_used_at.is_none_or(|at| now.since(at) >= USE);
        if is_stale && standing.holds(now, origin) {
            note_use(system, id, origin).await?;
        }
        Ok(Some(standing))
    }
}

/// Writes that the key was used, and from where, roughly. Who does so at the same time waits, sees
/// that it was done, and changes nothing.
async fn note_use(mut system: SystemTx, id: ApiKeyId, origin: &Origin) -> Result<()> {
    let tx = system.tx();
    let (workspace, now) = (tx.workspace(), tx.now());
    let masked = origin.address.as_ref().map(|address| MaskedAddress::of(*address.reveal()));
    sqlx::query!(
        "update api_keys
            set last_used_at = $3, last_used_masked = $4
          where workspace_id = $1
            and api_key_id = $2
            and (last_used_at is null or last_used_at <= $5)",
        workspace,
        id.uuid(),
        now.sql(),
        masked.as_ref().map_or("unknown", MaskedAddress::as_str),
        now.minus(USE).sql(),
    )
    .execute(tx.conn())
    .await?;
    system.commit_unaudited(Unaudited::LastSeen).await
}

/// The scope of a key whose secret was checked.
#[expect(clippy::disallowed_methods, reason = "this is the authenticator of keys")]
fn key_scope(
    workspace: WorkspaceId,
    key: ApiKeyId,
    scopes: KeyScopes,
    origin: Arc<Origin>,
) -> Scope {
    Scope::assume_authenticated(workspace, Actor::ApiKey { key, scopes }, origin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::{Clock, Personal};

    fn from(address: Option<&str>) -> Origin {
        let address = address.map(|text| Personal::new(text.parse().unwrap()));
        Origin { address, user_agent: None, device: None, request_id: String::new() }
    }

    #[test]
    fn a_list_of_networks_is_kept_and_an_address_that_is_not_known_is_in_none() {
        let now = Timestamp::from_unix_micros(1_795_338_000_000_000);
        let standing = |networks: Option<&[&str]>| Standing {
            workspace: Clock::system().new_id(),
            scopes: KeyScopes::of([]),
            from: networks.map(|list| list.iter().filter_map(|n| Network::parse(n)).collect()),
            ends_at: now.plus(USE),
        };
        let few = standing(Some(&["203.0.113.0/24", "2001:db8::/32"]));
        for (address, good) in [
            (Some("203.0.113.9"), true),
            (Some("::ffff:203.0.113.9"), true),
            (Some("2001:db8:1::1"), true),
            (Some("198.51.100.9"), false),
            (Some("2001:db9::1"), false),
            (None, false),
        ] {
            assert_eq!(few.holds(now, &from(address)), good, "{address:?}");
        }
        assert!(standing(None).holds(now, &from(None)));
        assert!(!standing(Some(&[])).holds(now, &from(Some("203.0.113.9"))));
        assert!(!few.holds(now.plus(USE), &from(Some("203.0.113.9"))));
    }
}
