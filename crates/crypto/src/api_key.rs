//! API keys: an id, 256 random bits and a checksum, in letters that one double click selects.
//!
//! `lk_` and the 26 characters of the key's id, `_` and 52 characters of secret, then 7 of CRC-32
//! (as in zlib) over all before them. The checksum proves nothing: it lets a typo, and a scanner's
//! false find, be refused without asking a database. What is stored is the SHA-256 of the whole
//! text, which is enough because the secret cannot be guessed.

use lk_base::Secret;
use lk_base::id::{ApiKeyId, Id};

use crate::token::TokenHash;

/// What every key begins with, so that scanners and people know it when they see it.
pub const PREFIX: &str = "lk_";
/// Crockford's base 32, as in ids.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Characters of 256 bits; the last carries one bit and four zeros.
const SECRET: usize = 52;
/// Characters of 32 bits; the last carries two bits and three zeros.
const CHECKSUM: usize = 7;
/// Characters of an id without its kind.
const ID: usize = 26;

/// A key as its holder has it. Its form and its checksum are right.
#[derive(Debug, Clone)]
pub struct ApiKey {
    id: ApiKeyId,
    text: Secret,
}

impl ApiKey {
    /// A new secret for a key.
    #[must_use]
    pub fn random(id: ApiKeyId) -> Self {
        let mut bytes = [0_u8; 32];
        lk_base::clock::fill_random(&mut bytes);
        let mut text = format!("{PREFIX}{}_{}", bare(id), letters(&bytes));
        text.push_str(&letters(&crc32(text.as_bytes()).to_be_bytes()));
        Self { id, text: Secret::new(text) }
    }

    /// Reads a key; `None` for text of another form or with a wrong checksum.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (id, rest) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let id: ApiKeyId = format!("{}_{id}", ApiKeyId::PREFIX).parse().ok()?;
        let known = rest.len() == SECRET + CHECKSUM
            && rest.bytes().all(|letter| ALPHABET.contains(&letter));
        let (said, checksum) = text.split_at_checked(text.len().checked_sub(CHECKSUM)?)?;
        let right = known && letters(&crc32(said.as_bytes()).to_be_bytes()) == checksum;
        right.then(|| Self { id, text: Secret::new(text.to_owned()) })
    }

    /// Which key it says it is.
    #[must_use]
    pub const fn id(&self) -> ApiKeyId {
        self.id
    }

    /// The text, for the one moment it is shown.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// What is stored.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(self.text.expose())
    }
}

/// Whether text is meant to be a key, good or not.
#[must_use]
pub fn is_meant(text: &str) -> bool {
    text.starts_with(PREFIX)
}

/// What the audit log keeps of a secret: the first 48 bits of its hash, which tell two secrets of
/// one key apart and nothing about either.
#[must_use]
pub fn fingerprint(hash: &TokenHash) -> String {
    hash.bytes().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// The characters of an id without its kind.
fn bare(id: ApiKeyId) -> String {
    let text = id.to_string();
    text.get(text.len().saturating_sub(ID)..).unwrap_or_default().to_owned()
}

/// Bytes as base 32, the first bit first, filled up with zeros at the end.
fn letters(bytes: &[u8]) -> String {
    let (mut out, mut held, mut bits) = (String::new(), 0_u32, 0_u32);
    let mut push = |five: u32| {
        let letter = usize::try_from(five & 31).ok().and_then(|place| ALPHABET.get(place));
        out.push(letter.copied().map_or('0', char::from));
    };
    for byte in bytes {
        held = (held << 8 | u32::from(*byte)) & 0xffff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push(held >> bits);
        }
    }
    if bits > 0 {
        push(held << (5 - bits));
    }
    out
}

/// CRC-32 with the reflected polynomial 0xEDB88320, as in zlib, PNG and Ethernet.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::Clock;

    #[test]
    fn the_checksum_is_the_well_known_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(letters(&[0xff, 0xff, 0xff, 0xff]), "zzzzzzr");
        assert_eq!(letters(&[0; 32]).len(), SECRET);
    }

    #[test]
    fn a_key_reads_back_as_itself_and_has_the_documented_form() {
        let id = Clock::system().new_id();
        let (one, two) = (ApiKey::random(id), ApiKey::random(id));
        let read = ApiKey::read(one.expose()).unwrap();
        assert_eq!(read.id(), id);
        assert!(read.hash().matches(&one.hash()) && !read.hash().matches(&two.hash()));
        assert_eq!(one.expose().len(), 3 + ID + 1 + SECRET + CHECKSUM);
        assert!(one.expose().bytes().all(|b| ALPHABET.contains(&b) || b == b'_' || b == b'l'));
        let (_, secret) = one.expose().rsplit_once('_').unwrap();
        assert!(!format!("{one:?}").contains(secret));
    }

    #[test]
    fn one_wrong_letter_anywhere_is_refused_without_a_database() {
        let key = ApiKey::random(Clock::system().new_id());
        let text = key.expose();
        for place in 0..text.len() {
            let swap = |(at, was)| match was {
                _ if at != place => was,
                '0' => '1',
                _ => '0',
            };
            let typo: String = text.chars().enumerate().map(swap).collect();
            assert!(ApiKey::read(&typo).is_none(), "{place}");
        }
    }

    #[test]
    fn what_has_another_form_is_no_key() {
        let key = ApiKey::random(Clock::system().new_id());
        let text = key.expose();
        let upper = text.to_uppercase();
        let (longer, shorter) = (format!("{text}0"), text.strip_suffix(|_| true).unwrap());
        for wrong in ["", "lk_", "lk__", "lk_\u{e4}_\u{e4}", &upper, &longer, shorter, " ", "x"] {
            assert!(ApiKey::read(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_fingerprint_is_short_and_no_part_of_the_key() {
        let key = ApiKey::random(Clock::system().new_id());
        let print = fingerprint(&key.hash());
        assert_eq!(print.len(), 12);
        assert!(!key.expose().contains(&print));
    }
}
