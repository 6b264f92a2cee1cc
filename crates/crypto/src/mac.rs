//! Tags: what we said ourselves is known again by them (HMAC-SHA-256), and what may be counted but
//! not kept is named by them.

use aws_lc_rs::hmac;
use lk_base::clock::fill_random;

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

/// Signs texts that the database checks by itself: HMAC-SHA-256 over the text as it is, with a key
/// that is kept as the two blocks with which HMAC begins its hashes.
#[derive(Clone)]
pub struct TextMac(hmac::Key);

impl std::fmt::Debug for TextMac {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<mac>")
    }
}

/// The size of SHA-256's blocks.
const BLOCK: usize = 64;
const INNER: u8 = 0x36;
const OUTER: u8 = 0x5c;

impl TextMac {
    /// The inner and the outer block of a new 256-bit key.
    #[must_use]
    pub fn random_pads() -> (Vec<u8>, Vec<u8>) {
        let mut key = [0; 32];
        fill_random(&mut key);
        let pad = |with: u8| {
            let filled = key.iter().copied().chain(std::iter::repeat(0)).take(BLOCK);
            filled.map(|byte| byte ^ with).collect()
        };
        (pad(INNER), pad(OUTER))
    }

    /// The key whose inner block this is.
    ///
    /// # Errors
    /// A block of another size.
    pub fn of_inner_pad(pad: &[u8]) -> Result<Self, BadKey> {
        if pad.len() != BLOCK {
            return Err(BadKey::Short(pad.len()));
        }
        let key: Vec<u8> = pad.iter().take(32).map(|byte| byte ^ INNER).collect();
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &key)))
    }

    /// The tag of a text.
    #[must_use]
    pub fn tag(&self, text: &str) -> Vec<u8> {
        hmac::sign(&self.0, text.as_bytes()).as_ref().to_vec()
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

    /// RFC 4231, test case 2, with the key's inner block.
    #[test]
    fn a_text_is_signed_as_the_rfc_has_it() {
        let block = |with: u8| -> Vec<u8> {
            b"Jefe".iter().copied().chain([0; 60]).map(|byte| byte ^ with).collect()
        };
        let tag = TextMac::of_inner_pad(&block(INNER)).unwrap().tag("what do ya want for nothing?");
        assert_eq!((tag.len(), tag[..4].to_vec()), (32, vec![0x5b, 0xdc, 0xc1, 0x46]));
        let (inner, outer) = TextMac::random_pads();
        assert!(inner.iter().zip(&outer).all(|(a, b)| a ^ b == INNER ^ OUTER));
        assert!(TextMac::of_inner_pad(&inner[1..]).is_err());
    }
}
