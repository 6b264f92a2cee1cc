//! The root key: the one secret that lives outside the database. Everything else derives from it.

use aws_lc_rs::hkdf;
use lk_base::Secret;

/// 32 bytes from which every other key is derived (HKDF-SHA-256, RFC 5869).
#[derive(Clone)]
pub struct RootKey(Secret<Vec<u8>>);

impl std::fmt::Debug for RootKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<root key>")
    }
}

/// Key material that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadKey {
    /// Fewer than 32 bytes.
    #[error("the root key has {0} bytes; it must have at least 32 random ones")]
    Short(usize),
    /// The derivation failed, which the provider never does for these lengths.
    #[error("key derivation failed")]
    Derivation,
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

impl RootKey {
    /// Takes at least 32 random bytes.
    ///
    /// # Errors
    /// Fewer bytes.
    pub fn new(bytes: Vec<u8>) -> Result<Self, BadKey> {
        if bytes.len() < 32 {
            Err(BadKey::Short(bytes.len()))
        } else {
            Ok(Self(Secret::new(bytes)))
        }
    }

    /// 32 new random bytes, for a first start and for tests.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = vec![0_u8; 32];
        lk_base::clock::fill_random(&mut bytes);
        Self(Secret::new(bytes))
    }

    /// A key of `N` bytes for one purpose; other purposes cannot be computed from it.
    ///
    /// # Errors
    /// None in practice: the lengths used are far below the limit of RFC 5869.
    pub fn derive<const N: usize>(&self, purpose: &str) -> Result<[u8; N], BadKey> {
        expand(self.0.expose(), b"leadkeep root v1", purpose.as_bytes())
    }
}

/// HKDF-SHA-256 of `secret` with `salt` and `info`.
pub(crate) fn expand<const N: usize>(
    secret: &[u8],
    salt: &[u8],
    info: &[u8],
) -> Result<[u8; N], BadKey> {
    let mut out = [0_u8; N];
    hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
        .extract(secret)
        .expand(&[info], Length(N))
        .and_then(|key| key.fill(&mut out))
        .map_err(|_| BadKey::Derivation)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_give_unrelated_keys_and_the_same_purpose_the_same() {
        let root = RootKey::new(vec![7; 32]).unwrap();
        let (one, two): ([u8; 32], [u8; 32]) =
            (root.derive("a").unwrap(), root.derive("b").unwrap());
        assert_ne!(one, two);
        assert_eq!(one, root.derive("a").unwrap());
    }

    #[test]
    fn a_short_key_is_refused() {
        assert!(matches!(RootKey::new(vec![7; 31]), Err(BadKey::Short(31))));
    }
}
