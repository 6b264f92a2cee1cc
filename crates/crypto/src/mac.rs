//! Tags: what we said ourselves is known again by them (HMAC-SHA-256), and what may be counted but
//! not kept is named by them.

use aws_lc_rs::hmac;

use crate::root::{BadKey, RootKey};

/// Makes and checks tags for one purpose. Cheap to clone.
#[derive(Clone)]
pub struct Mac(hmac::Key);

impl std::fmt::Debug for Mac {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<mac>")
    }
}

impl Mac {
    /// The key of one purpose.
    ///
    /// # Errors
    /// See [`RootKey::derive`].
    pub fn new(root: &RootKey, purpose: &str) -> Result<Self, BadKey> {
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &root.derive::<32>(purpose)?)))
    }

    /// The tag of these parts: each with its length, so that no two lists are the same text.
    #[must_use]
    pub fn tag(&self, parts: &[&[u8]]) -> Vec<u8> {
        hmac::sign(&self.0, &joined(parts)).as_ref().to_vec()
    }

    /// Whether a tag is the one of these parts; it takes the same time whatever differs.
    #[must_use]
    pub fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        hmac::verify(&self.0, &joined(parts), tag).is_ok()
    }
}

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in parts {
        out.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_holds_for_its_parts_and_its_purpose_only() {
        let root = RootKey::random();
        let mac = Mac::new(&root, "one").unwrap();
        let tag = mac.tag(&[b"ab", b"c"]);
        assert!(mac.verify(&[b"ab", b"c"], &tag));
        assert!(!mac.verify(&[b"a", b"bc"], &tag));
        assert!(!mac.verify(&[b"abc"], &tag));
        assert!(!mac.verify(&[b"ab", b"c"], &tag[..16]));
        assert!(!mac.verify(&[b"ab", b"c"], &[]));
        assert!(!Mac::new(&root, "two").unwrap().verify(&[b"ab", b"c"], &tag));
    }
}
