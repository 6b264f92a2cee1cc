//! Signed notes (C2SP signed-note) with Ed25519, and cosignatures of witnesses
//! (C2SP tlog-cosignature).

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hash::sha256;

/// A note may have this many signatures: those of a log and of many witnesses.
const MOST_SIGNATURES: usize = 64;

/// What is wrong with a note or a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadNote {
    /// Not the form of a note.
    #[error("this is no signed note")]
    Malformed,
    /// No signature of a key that is known.
    #[error("the note is not signed by a known key")]
    Unsigned,
    /// A signature of a known key is wrong.
    #[error("a signature of a known key is wrong")]
    Forged,
    /// Not the form of a key.
    #[error("this is no Ed25519 key of a note")]
    BadKey,
}

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The note itself: logs do.
    Note,
    /// The note and a time: witnesses do.
    Cosignature,
}

impl Kind {
    const fn byte(self) -> u8 {
        match self {
            Self::Note => 1,
            Self::Cosignature => 4,
        }
    }
}

/// A public key with its name; as text `name+01234567+base64`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VerifyingKey {
    name: String,
    kind: Kind,
    public: [u8; 32],
}

impl VerifyingKey {
    /// A key with its name, which has no space and no plus.
    ///
    /// # Errors
    /// [`BadNote::BadKey`] for another name.
    pub fn new(name: &str, kind: Kind, public: [u8; 32]) -> Result<Self, BadNote> {
        if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
        {
            return Err(BadNote::BadKey);
        }
        Ok(Self { name: name.to_owned(), kind, public })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The four bytes by which signatures name it.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let hash = sha256(&[self.name.as_bytes(), b"\n", &[self.kind.byte()], &self.public]);
        let [a, b, c, d, ..] = hash;
        [a, b, c, d]
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadNote> {
        let key = UnparsedPublicKey::new(&ED25519, &self.public);
        key.verify(message, signature).map_err(|_| BadNote::Forged)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.kind.byte()];
        key.extend_from_slice(&self.public);
        let id = u32::from_be_bytes(self.id());
        write!(out, "{}+{id:08x}+{}", self.name, STANDARD.encode(key))
    }
}

impl FromStr for VerifyingKey {
    type Err = BadNote;

    fn from_str(text: &str) -> Result<Self, BadNote> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(BadNote::BadKey);
        };
        let key = STANDARD.decode(key).map_err(|_| BadNote::BadKey)?;
        let (kind, public) = match key.split_first() {
            Some((1, public)) => (Kind::Note, public),
            Some((4, public)) => (Kind::Cosignature, public),
            _ => return Err(BadNote::BadKey),
        };
        let public = public.try_into().map_err(|_| BadNote::BadKey)?;
        let key = Self::new(name, kind, public)?;
        let is_named = u32::from_str_radix(id, 16) == Ok(u32::from_be_bytes(key.id()));
        if id.len() == 8 && is_named { Ok(key) } else { Err(BadNote::BadKey) }
    }
}

/// A private key with its name.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: VerifyingKey,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "<signing key {}>", self.public)
    }
}

impl SigningKey {
    /// A key from its 32 secret bytes.
    ///
    /// # Errors
    /// [`BadNote::BadKey`] for other lengths or a name with spaces.
    pub fn from_seed(name: &str, kind: Kind, seed: &[u8]) -> Result<Self, BadNote> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| BadNote::BadKey)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| BadNote::BadKey)?;
        Ok(Self { public: VerifyingKey::new(name, kind, public)?, pair })
    }

    /// Its public half.
    #[must_use]
    pub const fn public(&self) -> &VerifyingKey {
        &self.public
    }

    fn line(&self, signature: &[u8]) -> Signature {
        let mut bytes = self.public.id().to_vec();
        bytes.extend_from_slice(signature);
        Signature { name: self.public.name.clone(), bytes }
    }
}

/// One signature of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Signature {
    name: String,
    /// Four bytes that name the key, then what it signed.
    bytes: Vec<u8>,
}

/// A text and its signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

impl Note {
    /// A text that is signed; it must end with a line's end.
    #[must_use]
    pub fn signed(text: &str, key: &SigningKey) -> Self {
        let signature = key.pair.sign(text.as_bytes());
        Self { text: text.to_owned(), signatures: vec![key.line(signature.as_ref())] }
    }

    /// The same with a witness's signature, made at this time (seconds since 1970).
    #[must_use]
    pub fn cosigned(mut self, key: &SigningKey, at: u64) -> Self {
        let signature = key.pair.sign(cosigned(&self.text, at).as_bytes());
        let mut timed = at.to_be_bytes().to_vec();
        timed.extend_from_slice(signature.as_ref());
        self.signatures.push(key.line(&timed));
        self
    }

    /// The text, which is nothing before a signature was verified.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Verifies all signatures of these keys, and says whose there are: a key's place in `keys`,
    /// and for cosignatures their time.
    ///
    /// # Errors
    /// [`BadNote::Forged`] when any of them is wrong, [`BadNote::Unsigned`] when there is none.
    pub fn verify(&self, keys: &[VerifyingKey]) -> Result<Vec<Signed>, BadNote> {
        let mut signed = Vec::new();
        for signature in &self.signatures {
            for (which, key) in keys.iter().enumerate() {
                let Some(rest) = signature.bytes.strip_prefix(&key.id()) else { continue };
                if signature.name != key.name {
                    continue;
                }
                let at = match key.kind {
                    Kind::Note => {
                        key.verify(self.text.as_bytes(), rest)?;
                        None
                    }
                    Kind::Cosignature => {
                        let (at, rest) = rest.split_first_chunk().ok_or(BadNote::Forged)?;
                        let at = u64::from_be_bytes(*at);
                        key.verify(cosigned(&self.text, at).as_bytes(), rest)?;
                        Some(at)
                    }
                };
                signed.push(Signed { which, at });
            }
        }
        if signed.is_empty() { Err(BadNote::Unsigned) } else { Ok(signed) }
    }
}

/// A signature that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// The place of its key among those that were asked for.
    pub which: usize,
    /// When a witness signed.
    pub at: Option<u64>,
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.text)?;
        for signature in &self.signatures {
            writeln!(out, "\u{2014} {} {}", signature.name, STANDARD.encode(&signature.bytes))?;
        }
        Ok(())
    }
}

impl FromStr for Note {
    type Err = BadNote;

    fn from_str(note: &str) -> Result<Self, BadNote> {
        if note.chars().any(|c| c.is_control() && c != '\n') {
            return Err(BadNote::Malformed);
        }
        // The last empty line divides the text, with its own line's end, from the signatures.
        let (text, lines) = note.rsplit_once("\n\n").ok_or(BadNote::Malformed)?;
        let lines = lines.strip_suffix('\n').ok_or(BadNote::Malformed)?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            let line = line.strip_prefix("\u{2014} ").ok_or(BadNote::Malformed)?;
            let (name, bytes) = line.split_once(' ').ok_or(BadNote::Malformed)?;
            let bytes = STANDARD.decode(bytes).map_err(|_| BadNote::Malformed)?;
            if name.is_empty() || bytes.len() < 5 || signatures.len() == MOST_SIGNATURES {
                return Err(BadNote::Malformed);
            }
            signatures.push(Signature { name: name.to_owned(), bytes });
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }
}

fn cosigned(text: &str, at: u64) -> String {
    format!("cosignature/v1\ntime {at}\n{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    // From golang.org/x/mod/sumdb/note.
    const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn key(name: &str, kind: Kind, byte: u8) -> SigningKey {
        SigningKey::from_seed(name, kind, &[byte; 32]).unwrap()
    }

    #[test]
    fn a_note_of_another_implementation_verifies() {
        let peter: VerifyingKey = PETER.parse().unwrap();
        assert_eq!(peter.to_string(), PETER);
        let note: Note = NOTE.parse().unwrap();
        assert_eq!(
            note.verify(std::slice::from_ref(&peter)),
            Ok(vec![Signed { which: 0, at: None }])
        );
        assert_eq!(note.to_string(), NOTE);
        let forged: Note = NOTE.replace("your problem,", "my problem,").parse().unwrap();
        assert_eq!(forged.verify(&[peter]), Err(BadNote::Forged));
    }

    #[test]
    fn a_note_of_a_stranger_is_unsigned() {
        let other = key("PeterNeumann", Kind::Note, 1);
        let note: Note = NOTE.parse().unwrap();
        assert_eq!(note.verify(&[other.public().clone()]), Err(BadNote::Unsigned));
        assert_eq!(note.verify(&[]), Err(BadNote::Unsigned));
    }

    #[test]
    fn a_cosignature_holds_for_its_text_and_its_time() {
        let (log, witness) = (key("log", Kind::Note, 1), key("w.test/1", Kind::Cosignature, 2));
        let note = Note::signed("log\n7\nhash\n", &log).cosigned(&witness, 1_679_315_147);
        let read: Note = note.to_string().parse().unwrap();
        let keys = [log.public().clone(), witness.public().clone()];
        let signed = [Signed { which: 0, at: None }, Signed { which: 1, at: Some(1_679_315_147) }];
        assert_eq!(read.verify(&keys), Ok(signed.to_vec()));
        let mut later = read.clone();
        later.signatures[1].bytes[11] ^= 1;
        assert_eq!(later.verify(&keys), Err(BadNote::Forged));
        // The same key is another key when it signs notes.
        let confused = SigningKey::from_seed("w.test/1", Kind::Note, &[2; 32]).unwrap();
        assert_eq!(read.verify(&[confused.public().clone()]), Err(BadNote::Unsigned));
    }

    #[test]
    fn what_is_no_note_or_no_key_is_an_error() {
        for text in [
            "",
            "\n",
            "text\n",
            "text\n\n",
            "text\n\n\u{2014} a",
            "text\n\n- a AAAAAAA=\n",
            "te\txt\n\n\u{2014} a AAAAAAA=\n",
            "text\n\n\u{2014} a AA==\n",
        ] {
            assert_eq!(text.parse::<Note>(), Err(BadNote::Malformed), "{text:?}");
        }
        let wrong_id = PETER.replace("c74f20a3", "c74f20a4");
        for text in [
            "",
            "a",
            "a+b",
            "a+00000000+AA==",
            wrong_id.as_str(),
            &PETER.replace("PeterN", "Peter N"),
        ] {
            assert_eq!(text.parse::<VerifyingKey>(), Err(BadNote::BadKey), "{text:?}");
        }
    }
}
