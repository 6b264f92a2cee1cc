//! The ring of keys: one signs, all verify whose tokens may still be alive.
//!
//! A new key verifies at once and signs a little later, when every node has heard of it. The one
//! before it verifies until the last token that it signed is dead. Nobody is signed out by it.

use std::time::Duration;

use aws_lc_rs::hmac;
use lk_base::Timestamp;
use lk_base::id::KeyId;

use super::jws::{self, Compact};
use super::{AUDIENCE, BadToken, CEILING_SECONDS, Claims, SKEW_SECONDS, TYPE};
use crate::root::RootKey;

/// How long a new key waits before it signs: several times as long as a node takes to hear of it.
pub const SPREAD: Duration = Duration::from_secs(120);

/// A key as it was stored.
pub struct Stored {
    /// Its name.
    pub id: KeyId,
    /// 32 bytes.
    pub key: Vec<u8>,
    /// When it was made.
    pub made_at: Timestamp,
}

impl std::fmt::Debug for Stored {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "<signing key {}>", self.id)
    }
}

/// The keys that sign and verify access tokens.
#[derive(Clone)]
pub struct KeyRing {
    issuer: String,
    /// Oldest first, never empty.
    keys: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: KeyId,
    key: hmac::Key,
    /// From when it signs.
    signs_from: Timestamp,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "<{} signing keys>", self.keys.len())
    }
}

impl KeyRing {
    /// A ring of keys, the newest last; `None` when there is no key or one of another length.
    #[must_use]
    pub fn new(issuer: String, keys: Vec<Stored>) -> Option<Self> {
        if keys.is_empty() || keys.iter().any(|stored| stored.key.len() != 32) {
            return None;
        }
        let keys = keys
            .into_iter()
            .map(|stored| Key {
                id: stored.id,
                key: hmac::Key::new(hmac::HMAC_SHA256, &stored.key),
                signs_from: stored.made_at.plus(SPREAD),
            })
            .collect();
        Some(Self { issuer, keys })
    }

    /// A new random key.
    #[must_use]
    pub fn random_key() -> Vec<u8> {
        RootKey::random()
            .derive::<32>("signing key")
            .map_or_else(|_| Vec::new(), |key| key.to_vec())
    }

    /// Who issues.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The names of the keys of which a token may still be alive.
    #[must_use]
    pub fn alive(&self, now: Timestamp) -> Vec<KeyId> {
        self.keys.iter().filter(|key| self.verifies(key, now)).map(|key| key.id).collect()
    }

    /// The newest key whose time to sign has come; before that, the oldest there is.
    fn signer(&self, now: Timestamp) -> Option<&Key> {
        let ripe = self.keys.iter().rev().find(|key| key.signs_from <= now);
        ripe.or_else(|| self.keys.first())
    }

    /// The rule: until the longest-lived token is dead that was signed just before the next key
    /// took over, by a node whose clock is behind.
    fn verifies(&self, key: &Key, now: Timestamp) -> bool {
        let next = self.keys.iter().skip_while(|other| other.id != key.id).nth(1);
        let alive = u64::try_from(CEILING_SECONDS + SKEW_SECONDS)
            .map_or(Duration::ZERO, Duration::from_secs);
        next.is_none_or(|next| now < next.signs_from.plus(alive))
    }

    /// Signs with the key whose turn it is.
    ///
    /// # Errors
    /// `TooLong` when the claims live longer than [`CEILING_SECONDS`].
    pub fn sign(&self, claims: &Claims, now: Timestamp) -> Result<String, BadToken> {
        if claims.exp - claims.iat > CEILING_SECONDS {
            return Err(BadToken::TooLong);
        }
        let key = self.signer(now).ok_or(BadToken::Foreign)?;
        let payload = serde_json::to_vec(claims).map_err(|_| BadToken::Foreign)?;
        Ok(jws::sign(&key.key, TYPE, key.id.to_string(), &payload))
    }

    /// Verifies and reads a token. Nothing it says is read before its signature was verified, but
    /// for the name of the key.
    ///
    /// # Errors
    /// See [`BadToken`].
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, BadToken> {
        let text = Compact::read(token)?;
        if text.header.typ.as_deref() != Some(TYPE) {
            return Err(BadToken::Foreign);
        }
        let named: KeyId =
            text.header.kid.as_deref().and_then(|kid| kid.parse().ok()).ok_or(BadToken::Foreign)?;
        let key = self.keys.iter().find(|key| key.id == named).ok_or(BadToken::Foreign)?;
        if !self.verifies(key, now) {
            return Err(BadToken::Foreign);
        }
        let claims: Claims = jws::json(&text.open(&key.key)?)?;
        if claims.iss != self.issuer || claims.aud != AUDIENCE {
            return Err(BadToken::Foreign);
        }
        if claims.exp.saturating_sub(claims.iat) > CEILING_SECONDS {
            return Err(BadToken::TooLong);
        }
        let now = now.unix_seconds();
        if now >= claims.exp || claims.iat > now + SKEW_SECONDS {
            return Err(BadToken::Expired);
        }
        Ok(claims)
    }
}

#[cfg(test)]
#[path = "forgeries.rs"]
mod tests;
