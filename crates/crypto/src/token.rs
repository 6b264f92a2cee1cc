//! Random tokens: 256 bits, shown once, stored as their SHA-256.
//!
//! A plain hash is enough because the token itself cannot be guessed; passwords are another
//! matter (see [`crate::password`]).

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lk_base::Secret;
use subtle::ConstantTimeEq;

/// A random token as its holder has it: 43 characters of base64url.
#[derive(Debug, Clone)]
pub struct Token(Secret);

impl Token {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = [0_u8; 32];
        lk_base::clock::fill_random(&mut bytes);
        Self(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The text, for the one moment it is shown.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What is stored.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(self.0.expose())
    }
}

/// The SHA-256 of a token; comparing takes the same time whatever differs.
#[derive(Clone)]
pub struct TokenHash(Vec<u8>);

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<token hash>")
    }
}

impl TokenHash {
    /// The hash of a token's text.
    #[must_use]
    pub fn of(token: &str) -> Self {
        Self(digest::digest(&digest::SHA256, token.as_bytes()).as_ref().to_vec())
    }

    /// A hash read from the database.
    #[must_use]
    pub const fn stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The 32 bytes to store.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The 32 bytes to store, by move.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Whether both are the same.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        bool::from(self.0.ct_eq(&other.0))
    }
}

/// The SHA-256 of some bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// A subresource-integrity value (`sha384-…`) of a file's bytes.
#[must_use]
pub fn integrity(bytes: &[u8]) -> String {
    let hash = digest::digest(&digest::SHA384, bytes);
    format!("sha384-{}", base64::engine::general_purpose::STANDARD.encode(hash.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_matches_its_own_hash_only() {
        let (one, two) = (Token::random(), Token::random());
        assert!(one.hash().matches(&TokenHash::of(one.expose())));
        assert!(!one.hash().matches(&two.hash()));
        assert_eq!(one.expose().len(), 43);
    }
}
