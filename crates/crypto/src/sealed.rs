//! Sealed columns and cursors: AES-256-GCM, bound to the place where the value belongs.
//!
//! Layout: version (1 byte) ‖ salt (24 bytes) ‖ ciphertext and tag (n + 16 bytes).
//! Each record has its own key and nonce, derived from the salt, so the 2^32 limit on random
//! 96-bit nonces (NIST SP 800-38D §8.3) never comes near. The place (table, column, workspace,
//! row) is authenticated: a value that is moved elsewhere does not open.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use lk_base::Secret;
use uuid::Uuid;

use crate::root::{BadKey, RootKey, expand};

const VERSION: u8 = 1;
const SALT: usize = 24;

/// Where a sealed value belongs.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Table and column, for example `audit_entries.address`.
    pub column: &'static str,
    /// The workspace of the row.
    pub workspace: Uuid,
    /// The id of the row.
    pub row: Uuid,
}

impl Place {
    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.column.len() + 33);
        out.extend_from_slice(self.column.as_bytes());
        out.push(0);
        out.extend_from_slice(self.workspace.as_bytes());
        out.extend_from_slice(self.row.as_bytes());
        out
    }
}

/// A sealed value that does not open here: wrong key, wrong place, or damaged. Not said which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed value does not open here")]
pub struct Unopened;

/// A key of its own for some rows, 32 bytes; it is kept sealed.
pub struct DataKey(Secret<Vec<u8>>);

impl std::fmt::Debug for DataKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<data key>")
    }
}

impl DataKey {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = vec![0_u8; 32];
        lk_base::clock::fill_random(&mut bytes);
        Self(Secret::new(bytes))
    }

    /// The key as it is kept: sealed for its place.
    ///
    /// # Errors
    /// None in practice.
    pub fn sealed(&self, sealer: &Sealer, place: Place) -> Result<Vec<u8>, Unopened> {
        sealer.seal(place, self.0.expose())
    }

    /// Opens a kept key.
    ///
    /// # Errors
    /// [`Unopened`], also for a key of another length.
    pub fn open(sealer: &Sealer, place: Place, sealed: &[u8]) -> Result<Self, Unopened> {
        let bytes = sealer.open(place, sealed)?;
        if bytes.len() == 32 { Ok(Self(Secret::new(bytes))) } else { Err(Unopened) }
    }
}

/// Seals and opens values.
#[derive(Clone)]
pub struct Sealer(Secret<Vec<u8>>);

impl std::fmt::Debug for Sealer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<sealer>")
    }
}

impl Sealer {
    /// The sealer of this installation.
    ///
    /// # Errors
    /// See [`RootKey::derive`].
    pub fn new(root: &RootKey) -> Result<Self, BadKey> {
        Ok(Self(Secret::new(root.derive::<32>("sealed columns")?.to_vec())))
    }

    /// A sealer of its own, under a key that is kept elsewhere: what it sealed is gone when the
    /// key is destroyed.
    #[must_use]
    pub fn under(key: DataKey) -> Self {
        Self(key.0)
    }

    fn record(&self, salt: &[u8]) -> Result<(LessSafeKey, Nonce), Unopened> {
        let material: [u8; 44] = expand(self.0.expose(), salt, b"record").map_err(|_| Unopened)?;
        let (key, nonce) = material.split_at(32);
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| Unopened)?;
        Ok((LessSafeKey::new(key), Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unopened)?))
    }

    /// Twelve digits by which a secret is told from the one before it, and which lead nobody to
    /// it: they are made with our key, and are others in each place.
    ///
    /// # Errors
    /// None in practice.
    pub fn fingerprint(&self, place: Place, secret: &[u8]) -> Result<String, Unopened> {
        let mut salt = place.bytes();
        salt.extend_from_slice(secret);
        let digits: [u8; 6] =
            expand(self.0.expose(), &salt, b"fingerprint").map_err(|_| Unopened)?;
        Ok(digits.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Seals `plain` for `place`.
    ///
    /// # Errors
    /// None in practice; the provider refuses only absurd lengths.
    pub fn seal(&self, place: Place, plain: &[u8]) -> Result<Vec<u8>, Unopened> {
        let mut salt = [0_u8; SALT];
        lk_base::clock::fill_random(&mut salt);
        let (key, nonce) = self.record(&salt)?;
        let mut body = plain.to_vec();
        key.seal_in_place_append_tag(nonce, Aad::from(place.bytes()), &mut body)
            .map_err(|_| Unopened)?;
        let mut out = Vec::with_capacity(1 + SALT + body.len());
        out.push(VERSION);
        out.extend_from_slice(&salt);
        out.append(&mut body);
        Ok(out)
    }

    /// Opens what was sealed for `place`.
    ///
    /// # Errors
    /// [`Unopened`], whatever the reason.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Vec<u8>, Unopened> {
        let (version, rest) = sealed.split_first().ok_or(Unopened)?;
        if *version != VERSION || rest.len() < SALT {
            return Err(Unopened);
        }
        let (salt, body) = rest.split_at(SALT);
        let (key, nonce) = self.record(salt)?;
        let mut body = body.to_vec();
        let plain =
            key.open_in_place(nonce, Aad::from(place.bytes()), &mut body).map_err(|_| Unopened)?;
        Ok(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place =
        Place { column: "t.c", workspace: Uuid::from_u128(1), row: Uuid::from_u128(2) };

    #[test]
    fn what_was_sealed_opens_in_its_place() {
        let sealer = Sealer::new(&RootKey::random()).unwrap();
        let sealed = sealer.seal(PLACE, b"203.0.113.9").unwrap();
        assert_eq!(sealer.open(PLACE, &sealed).unwrap(), b"203.0.113.9");
    }

    #[test]
    fn a_fingerprint_is_of_one_secret_in_one_place_under_one_key() {
        let sealer = Sealer::new(&RootKey::random()).unwrap();
        let print = sealer.fingerprint(PLACE, b"secret").unwrap();
        assert_eq!(print, sealer.fingerprint(PLACE, b"secret").unwrap());
        assert_eq!(print.len(), 12);
        let elsewhere = Place { row: Uuid::from_u128(3), ..PLACE };
        assert_ne!(print, sealer.fingerprint(PLACE, b"Secret").unwrap());
        assert_ne!(print, sealer.fingerprint(elsewhere, b"secret").unwrap());
        let other = Sealer::new(&RootKey::random()).unwrap();
        assert_ne!(print, other.fingerprint(PLACE, b"secret").unwrap());
    }

    #[test]
    fn what_a_data_key_sealed_opens_with_the_kept_key_only() {
        let root = Sealer::new(&RootKey::random()).unwrap();
        let key = DataKey::random();
        let kept = key.sealed(&root, PLACE).unwrap();
        let sealed = Sealer::under(key).seal(PLACE, b"x").unwrap();
        assert_eq!(root.open(PLACE, &sealed), Err(Unopened));
        let again = Sealer::under(DataKey::open(&root, PLACE, &kept).unwrap());
        assert_eq!(again.open(PLACE, &sealed).unwrap(), b"x");
        let short = root.seal(PLACE, &[7; 31]).unwrap();
        assert!(DataKey::open(&root, PLACE, &short).is_err());
    }

    #[test]
    fn moved_damaged_or_foreign_values_stay_closed() {
        let sealer = Sealer::new(&RootKey::random()).unwrap();
        let sealed = sealer.seal(PLACE, b"x").unwrap();
        assert_eq!(sealer.open(Place { row: Uuid::from_u128(3), ..PLACE }, &sealed), Err(Unopened));
        assert_eq!(
            sealer.open(Place { workspace: Uuid::from_u128(3), ..PLACE }, &sealed),
            Err(Unopened)
        );
        assert_eq!(sealer.open(Place { column: "t.d", ..PLACE }, &sealed), Err(Unopened));
        let other = Sealer::new(&RootKey::random()).unwrap();
        assert_eq!(other.open(PLACE, &sealed), Err(Unopened));
        for at in 0..sealed.len() {
            let mut broken = sealed.clone();
            broken[at] ^= 1;
            assert_eq!(sealer.open(PLACE, &broken), Err(Unopened));
        }
        assert_eq!(sealer.open(PLACE, &[]), Err(Unopened));
    }
}
