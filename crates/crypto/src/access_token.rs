//! Access tokens: JWT (RFC 7519) signed with HS256, ten minutes, a ring of keys by `kid`.
//!
//! The algorithm belongs to the key, never to the token: a header that names another algorithm,
//! an unknown `kid` or another `typ` is refused before anything else is read. Time is a
//! parameter, so expiry is checked here against the given instant.

use std::collections::BTreeMap;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use lk_base::Timestamp;
use lk_base::id::{ContextId, KeyId, OperatorId, PersonId, SessionId, WorkspaceId};

use crate::root::RootKey;

/// No access token may live longer, whatever the settings say.
pub const CEILING_SECONDS: i64 = 15 * 60;

const TYPE: &str = "at+jwt";

/// What an access token says.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Claims {
    /// The person.
    pub sub: PersonId,
    /// The session.
    pub sid: SessionId,
    /// The session's stay in one workspace.
    pub ctx: ContextId,
    /// The workspace.
    pub wsp: WorkspaceId,
    /// The person's operator in it.
    pub opr: OperatorId,
    /// Seconds since 1970.
    pub iat: i64,
    /// Seconds since 1970.
    pub exp: i64,
    /// This installation.
    pub iss: String,
    /// Always `leadkeep`.
    pub aud: String,
}

/// A token that is not accepted. The reason is for tests and logs, never for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// Not a JWT of ours: wrong shape, algorithm, type, key, signature, issuer or audience.
    #[error("not one of our tokens")]
    Foreign,
    /// Past its time.
    #[error("expired")]
    Expired,
    /// Lives longer than the ceiling, so we did not make it.
    #[error("lives too long")]
    TooLong,
}

/// The keys that sign and verify access tokens: the newest signs, all verify.
#[derive(Clone)]
pub struct KeyRing {
    issuer: String,
    newest: KeyId,
    keys: BTreeMap<String, Vec<u8>>,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "<{} signing keys>", self.keys.len())
    }
}

impl KeyRing {
    /// A ring of 32-byte keys, the newest last; `None` when there is no key or a short one.
    #[must_use]
    pub fn new(issuer: String, keys: Vec<(KeyId, Vec<u8>)>) -> Option<Self> {
        if keys.iter().any(|(_, key)| key.len() < 32) {
            return None;
        }
        let newest = keys.last()?.0;
        let keys = keys.into_iter().map(|(id, key)| (id.to_string(), key)).collect();
        Some(Self { issuer, newest, keys })
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

    /// Signs with the newest key.
    ///
    /// # Errors
    /// `TooLong` when the claims live longer than [`CEILING_SECONDS`].
    pub fn sign(&self, claims: &Claims) -> Result<String, BadToken> {
        if claims.exp - claims.iat > CEILING_SECONDS {
            return Err(BadToken::TooLong);
        }
        let kid = self.newest.to_string();
        let key = self.keys.get(&kid).ok_or(BadToken::Foreign)?;
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(kid);
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(key))
            .map_err(|_| BadToken::Foreign)
    }

    /// Verifies and reads a token.
    ///
    /// # Errors
    /// See [`BadToken`].
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, BadToken> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| BadToken::Foreign)?;
        if header.alg != Algorithm::HS256 || header.typ.as_deref() != Some(TYPE) {
            return Err(BadToken::Foreign);
        }
        let key = header.kid.and_then(|kid| self.keys.get(&kid)).ok_or(BadToken::Foreign)?;
        let mut rules = Validation::new(Algorithm::HS256);
        rules.validate_exp = false;
        rules.set_issuer(&[&self.issuer]);
        rules.set_audience(&["leadkeep"]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(key), &rules)
            .map_err(|_| BadToken::Foreign)?
            .claims;
        if claims.exp - claims.iat > CEILING_SECONDS {
            return Err(BadToken::TooLong);
        }
        if now.unix_seconds() >= claims.exp || claims.iat > now.unix_seconds() + 60 {
            return Err(BadToken::Expired);
        }
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use lk_base::Clock;

    fn ring() -> (KeyRing, Clock) {
        let clock = Clock::manual(Timestamp::from_unix_micros(1_795_338_000_000_000));
        (
            KeyRing::new("https://a.test".to_owned(), vec![(clock.new_id(), vec![9; 32])]).unwrap(),
            clock,
        )
    }

    fn claims(clock: &Clock) -> Claims {
        let iat = clock.now().unix_seconds();
        Claims {
            sub: clock.new_id(),
            sid: clock.new_id(),
            ctx: clock.new_id(),
            wsp: clock.new_id(),
            opr: clock.new_id(),
            iat,
            exp: iat + 600,
            iss: "https://a.test".to_owned(),
            aud: "leadkeep".to_owned(),
        }
    }

    #[test]
    fn a_token_is_good_until_it_expires() {
        let (ring, clock) = ring();
        let token = ring.sign(&claims(&clock)).unwrap();
        assert!(ring.verify(&token, clock.now()).is_ok());
        clock.advance(std::time::Duration::from_secs(600));
        assert_eq!(ring.verify(&token, clock.now()).unwrap_err(), BadToken::Expired);
    }

    #[test]
    fn nothing_lives_longer_than_the_ceiling() {
        let (ring, clock) = ring();
        let mut long = claims(&clock);
        long.exp = long.iat + 8 * 3600;
        assert_eq!(ring.sign(&long), Err(BadToken::TooLong));
    }

    #[test]
    fn forged_headers_and_signatures_are_refused() {
        let (ring, clock) = ring();
        let token = ring.sign(&claims(&clock)).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let header = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let kid = ring.newest.to_string();
        for forged in [
            format!("{}.{}.", header(r#"{"alg":"none","typ":"at+jwt"}"#), parts[1]),
            format!(
                "{}.{}.",
                header(&format!(r#"{{"alg":"None","typ":"at+jwt","kid":"{kid}"}}"#)),
                parts[1]
            ),
            format!(
                "{}.{}.{}",
                header(&format!(r#"{{"alg":"HS512","typ":"at+jwt","kid":"{kid}"}}"#)),
                parts[1],
                parts[2]
            ),
            format!(
                "{}.{}.{}",
                header(r#"{"alg":"HS256","typ":"at+jwt","kid":"../../key"}"#),
                parts[1],
                parts[2]
            ),
            format!(
                "{}.{}.{}",
                header(&format!(r#"{{"alg":"HS256","typ":"JWT","kid":"{kid}"}}"#)),
                parts[1],
                parts[2]
            ),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}.{}", parts[0], parts[1], URL_SAFE_NO_PAD.encode([0_u8; 32])),
            String::new(),
            "a.b.c".to_owned(),
        ] {
            assert_eq!(
                ring.verify(&forged, clock.now()).unwrap_err(),
                BadToken::Foreign,
                "{forged}"
            );
        }
    }

    #[test]
    fn another_installation_and_another_key_are_foreign() {
        let (ring, clock) = ring();
        let mut foreign = claims(&clock);
        foreign.iss = "https://b.test".to_owned();
        let token = ring.sign(&foreign).unwrap();
        assert_eq!(ring.verify(&token, clock.now()).unwrap_err(), BadToken::Foreign);
        let other =
            KeyRing::new("https://a.test".to_owned(), vec![(clock.new_id(), vec![8; 32])]).unwrap();
        let token = other.sign(&claims(&clock)).unwrap();
        assert_eq!(ring.verify(&token, clock.now()).unwrap_err(), BadToken::Foreign);
    }
}
