//! Signed texts: the compact form of RFC 7515 with HS256, and nothing else of it.
//!
//! The algorithm belongs to the key, never to the text. A header has exactly the members named
//! here, each once: with `jku`, `jwk`, `x5u` or `crit` it is somebody else's idea of a key.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::BadToken;

/// The only algorithm.
const ALGORITHM: &str = "HS256";
/// No text of ours is longer.
const MOST_LENGTH: usize = 4096;

/// What stands in front.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    alg: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) typ: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) kid: Option<String>,
}

/// A text in its three parts, of which only the header has been read.
pub(super) struct Compact<'t> {
    pub(super) header: Header,
    /// Header and payload, as they were signed.
    signed: &'t str,
    payload: &'t str,
    signature: &'t str,
}

impl<'t> Compact<'t> {
    /// Takes a text apart; what is not of the one form is refused.
    pub(super) fn read(text: &'t str) -> Result<Self, BadToken> {
        if text.len() > MOST_LENGTH {
            return Err(BadToken::Foreign);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(BadToken::Foreign)?;
        let (header, payload) = signed.split_once('.').ok_or(BadToken::Foreign)?;
        if payload.is_empty() || payload.contains('.') {
            return Err(BadToken::Foreign);
        }
        let header: Header = json(&decoded(header)?)?;
        if header.alg != ALGORITHM {
            return Err(BadToken::Foreign);
        }
        Ok(Self { header, signed, payload, signature })
    }

    /// The payload, if the key made the signature.
    pub(super) fn open(&self, key: &hmac::Key) -> Result<Vec<u8>, BadToken> {
        let signature = decoded(self.signature)?;
        hmac::verify(key, self.signed.as_bytes(), &signature).map_err(|_| BadToken::Foreign)?;
        decoded(self.payload)
    }
}

/// Signs a payload.
pub(super) fn sign(key: &hmac::Key, typ: &str, kid: String, payload: &[u8]) -> String {
    let header = Header { alg: ALGORITHM.to_owned(), typ: Some(typ.to_owned()), kid: Some(kid) };
    let header = serde_json::to_vec(&header).unwrap_or_default();
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let tag = hmac::sign(key, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}

/// Base64url without padding, without white space, without bits left over.
fn decoded(part: &str) -> Result<Vec<u8>, BadToken> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| BadToken::Foreign)
}

/// JSON in which no member is named twice, as far as the type names them.
pub(super) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, BadToken> {
    serde_json::from_slice(bytes).map_err(|_| BadToken::Foreign)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// What the vectors say of four texts cannot be followed: two "invalid" ones are to the byte the
    /// valid 357 (their padding was lost when they were written), and two "valid" ones have a sign
    /// in them that base64url does not have and that was not signed.
    const SAME_AS_357: [u64; 2] = [367, 370];
    const NOT_WHAT_WAS_SIGNED: [u64; 2] = [372, 373];

    #[test]
    fn wycheproofs_hmac_signatures_are_judged_as_it_judges_them() {
        let vectors = include_str!("../../tests/vectors/json_web_signature_hmac.json");
        let vectors: Value = serde_json::from_str(vectors).unwrap();
        let (mut count, mut sound) = (0, "");
        for group in vectors["testGroups"].as_array().unwrap() {
            assert_eq!(group["private"]["alg"], "HS256");
            let key = URL_SAFE_NO_PAD.decode(group["private"]["k"].as_str().unwrap()).unwrap();
            let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
            for case in group["tests"].as_array().unwrap() {
                let id = case["tcId"].as_u64().unwrap();
                let text = case["jws"].as_str().unwrap();
                let opens = Compact::read(text).and_then(|text| text.open(&key)).is_ok();
                if id == 357 {
                    sound = text;
                }
                let valid = if SAME_AS_357.contains(&id) {
                    assert_eq!(text, sound);
                    true
                } else {
                    case["result"] == "valid" && !NOT_WHAT_WAS_SIGNED.contains(&id)
                };
                assert_eq!(opens, valid, "{id}: {}", case["comment"]);
                count += 1;
            }
        }
        assert_eq!(count, 40);
    }
}
