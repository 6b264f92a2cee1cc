//! Tokens that somebody else signed: OpenID providers' JWT, verified with the keys they publish.
//!
//! The algorithm belongs to the key, never to the token: an RSA key verifies RS256 and PS256, a
//! P-256 key ES256, an Ed25519 key EdDSA, and a key that names its algorithm only that one. There
//! is no symmetric key and no `none`. What a token says is for the caller to judge.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::de::DeserializeOwned;

/// Nobody publishes more keys than this at a time.
const MOST_KEYS: usize = 64;
/// No token is longer.
const MOST_BYTES: usize = 32 * 1024;

/// A token that is not accepted. The reason is for the audit log, never for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadProviderToken {
    /// Not a JWT, or one with extensions that we do not know.
    #[error("not a token")]
    Shape,
    /// No key of the provider's goes by this name: they may have new ones.
    #[error("unknown key")]
    UnknownKey,
    /// The algorithm is not one of the key's.
    #[error("algorithm not of the key")]
    Algorithm,
    /// The signature is not the key's.
    #[error("bad signature")]
    Signature,
    /// The signature is good, and what is signed has not the wanted form.
    #[error("claims not readable")]
    Claims,
}

/// The keys that a provider publishes.
#[derive(Clone)]
pub struct ProviderKeys(Vec<Jwk>);

impl std::fmt::Debug for ProviderKeys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "<{} provider keys>", self.0.len())
    }
}

impl ProviderKeys {
    /// Reads a JWK set; keys that we cannot use are left out. `None` when it is no such set.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let set: serde_json::Value = serde_json::from_slice(bytes).ok()?;
        let keys = set.get("keys")?.as_array()?;
        let usable = |key: &serde_json::Value| {
            let key: Jwk = serde_json::from_value(key.clone()).ok()?;
            (!algorithms(&key).is_empty()).then_some(key)
        };
        Some(Self(keys.iter().take(MOST_KEYS).filter_map(usable).collect()))
    }

    /// Verifies a token and gives what it says. `typ` is the type its header must have; without
    /// one, the types of access and logout tokens are refused.
    ///
    /// # Errors
    /// See [`BadProviderToken`].
    pub fn verify<T: DeserializeOwned>(
        &self,
        token: &str,
        typ: Option<&str>,
    ) -> Result<T, BadProviderToken> {
        if token.len() > MOST_BYTES {
            return Err(BadProviderToken::Shape);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| BadProviderToken::Shape)?;
        if header.crit.is_some() || header.enc.is_some() || header.zip.is_some() {
            return Err(BadProviderToken::Shape);
        }
        let said = header.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
        let said = said.strip_prefix("application/").unwrap_or(&said);
        if said != typ.unwrap_or("jwt") {
            return Err(BadProviderToken::Shape);
        }
        let key = match &header.kid {
            Some(kid) => self.0.iter().find(|key| key.common.key_id.as_ref() == Some(kid)),
            // A provider with one key need not name it.
            None => match self.0.as_slice() {
                [only] => Some(only),
                _ => None,
            },
        };
        let key = key.ok_or(BadProviderToken::UnknownKey)?;
        if !algorithms(key).contains(&header.alg) {
            return Err(BadProviderToken::Algorithm);
        }
        let decoding = DecodingKey::from_jwk(key).map_err(|_| BadProviderToken::Signature)?;
        let mut rules = Validation::new(header.alg);
        rules.required_spec_claims.clear();
        rules.validate_exp = false;
        rules.validate_aud = false;
        jsonwebtoken::decode::<T>(token, &decoding, &rules).map(|data| data.claims).map_err(
            |error| match error.kind() {
                jsonwebtoken::errors::ErrorKind::Json(_) => BadProviderToken::Claims,
                _ => BadProviderToken::Signature,
            },
        )
    }
}

/// What a key may verify; nothing when it is not for us.
fn algorithms(key: &Jwk) -> Vec<Algorithm> {
    let signs = match &key.common.public_key_use {
        Some(PublicKeyUse::Signature) | None => true,
        Some(_) => false,
    };
    let verifies = key
        .common
        .key_operations
        .as_ref()
        .is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    if !(signs && verifies) {
        return Vec::new();
    }
    let of_kind: &[Algorithm] = match &key.algorithm {
        AlgorithmParameters::RSA(_) => &[Algorithm::RS256, Algorithm::PS256],
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            &[Algorithm::ES256]
        }
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            &[Algorithm::EdDSA]
        }
        _ => &[],
    };
    let named = key.common.key_algorithm;
    of_kind.iter().copied().filter(|one| named.is_none_or(|named| named == (*one).into())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    use aws_lc_rs::rsa::{KeyPair as RsaPair, KeySize, PublicKeyComponents};
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    };
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jsonwebtoken::{EncodingKey, Header};
    use serde_json::{Value, json};

    fn b64(bytes: impl AsRef<[u8]>) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// A private key and its public half as it is published.
    fn rsa(kid: &str) -> (EncodingKey, Value) {
        let pair = RsaPair::generate(KeySize::Rsa2048).unwrap();
        let public: PublicKeyComponents<Vec<u8>> = pair.public_key().into();
        let jwk = json!({ "kty": "RSA", "kid": kid, "use": "sig", "n": b64(public.n), "e": b64(public.e) });
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        // Behind the envelope of PKCS #8 lies the key as jsonwebtoken wants it.
        (EncodingKey::from_rsa_der(&der.as_ref()[26..]), jwk)
    }

    fn ec(kid: &str) -> (EncodingKey, Value) {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let jwk = json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": b64(x), "y": b64(y) });
        (EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref()), jwk)
    }

    fn ed(kid: &str) -> (EncodingKey, Value) {
        let pair = Ed25519KeyPair::generate().unwrap();
        let jwk =
            json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "x": b64(pair.public_key()) });
        (EncodingKey::from_ed_der(pair.to_pkcs8().unwrap().as_ref()), jwk)
    }

    fn keys(published: &[&Value]) -> ProviderKeys {
        ProviderKeys::read(json!({ "keys": published }).to_string().as_bytes()).unwrap()
    }

    fn token(algorithm: Algorithm, kid: Option<&str>, key: &EncodingKey) -> String {
        let mut header = Header::new(algorithm);
        header.kid = kid.map(str::to_owned);
        jsonwebtoken::encode(&header, &json!({ "sub": "ada" }), key).unwrap()
    }

    fn verify(keys: &ProviderKeys, token: &str) -> Result<Value, BadProviderToken> {
        keys.verify(token, None)
    }

    #[test]
    fn each_kind_of_key_verifies_its_own_algorithms() {
        let ((rsa, rsa_jwk), (ec, ec_jwk), (ed, ed_jwk)) = (rsa("r"), ec("e"), ed("d"));
        let keys = keys(&[&rsa_jwk, &ec_jwk, &ed_jwk]);
        for (algorithm, kid, key) in [
            (Algorithm::RS256, "r", &rsa),
            (Algorithm::PS256, "r", &rsa),
            (Algorithm::ES256, "e", &ec),
            (Algorithm::EdDSA, "d", &ed),
        ] {
            let token = token(algorithm, Some(kid), key);
            assert_eq!(verify(&keys, &token).unwrap()["sub"], "ada", "{algorithm:?}");
        }
        for weak in [Algorithm::RS384, Algorithm::RS512] {
            let refused = verify(&keys, &token(weak, Some("r"), &rsa));
            assert_eq!(refused, Err(BadProviderToken::Algorithm));
        }
    }

    #[test]
    fn a_key_that_names_its_algorithm_verifies_no_other() {
        let (rsa, mut jwk) = rsa("r");
        jwk["alg"] = json!("PS256");
        let keys = keys(&[&jwk]);
        assert!(verify(&keys, &token(Algorithm::PS256, Some("r"), &rsa)).is_ok());
        let refused = verify(&keys, &token(Algorithm::RS256, Some("r"), &rsa));
        assert_eq!(refused, Err(BadProviderToken::Algorithm));
    }

    #[test]
    fn none_and_a_public_key_as_a_shared_secret_are_refused() {
        let (_, jwk) = rsa("r");
        let keys = keys(&[&jwk]);
        let payload = b64(r#"{"sub":"ada"}"#);
        for alg in ["none", "None", "NONE", "nOnE"] {
            let none = format!("{}.{payload}.", b64(format!(r#"{{"alg":"{alg}","kid":"r"}}"#)));
            assert_eq!(verify(&keys, &none), Err(BadProviderToken::Shape), "{alg}");
        }
        let modulus = URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
        for secret in [jwk.to_string().into_bytes(), modulus] {
            let forged = token(Algorithm::HS256, Some("r"), &EncodingKey::from_secret(&secret));
            assert_eq!(verify(&keys, &forged), Err(BadProviderToken::Algorithm));
        }
    }

    #[test]
    fn a_symmetric_or_encrypting_key_in_the_set_is_no_key() {
        let shared = json!({ "kty": "oct", "kid": "s", "k": b64("a shared secret that is long enough"), "alg": "HS256" });
        let (ec, mut ec_jwk) = ec("e");
        ec_jwk["use"] = json!("enc");
        let keys = keys(&[&shared, &ec_jwk]);
        let secret = EncodingKey::from_secret(b"a shared secret that is long enough");
        let hs = token(Algorithm::HS256, Some("s"), &secret);
        assert_eq!(verify(&keys, &hs), Err(BadProviderToken::UnknownKey));
        let es = token(Algorithm::ES256, Some("e"), &ec);
        assert_eq!(verify(&keys, &es), Err(BadProviderToken::UnknownKey));
    }

    #[test]
    fn another_key_an_unknown_one_and_a_changed_token_are_refused() {
        let ((ada, jwk), (mallory, own)) = (ec("k"), ec("k"));
        let known = keys(&[&jwk]);
        let forged = token(Algorithm::ES256, Some("k"), &mallory);
        assert_eq!(verify(&known, &forged), Err(BadProviderToken::Signature));
        let unknown = token(Algorithm::ES256, Some("other"), &ada);
        assert_eq!(verify(&known, &unknown), Err(BadProviderToken::UnknownKey));
        // The key in the token's own header is nobody's.
        let mut header = Header::new(Algorithm::ES256);
        header.jwk = serde_json::from_value(own).ok();
        let own = jsonwebtoken::encode(&header, &json!({ "sub": "ada" }), &mallory).unwrap();
        assert_eq!(verify(&known, &own), Err(BadProviderToken::Signature));
        let good = token(Algorithm::ES256, Some("k"), &ada);
        let parts: Vec<&str> = good.split('.').collect();
        let changed = format!("{}.{}.{}", parts[0], b64(r#"{"sub":"eve"}"#), parts[2]);
        assert_eq!(verify(&known, &changed), Err(BadProviderToken::Signature));
        for broken in ["", "a.b.c", &format!("{}.{}", parts[0], parts[1])] {
            assert_eq!(verify(&known, broken), Err(BadProviderToken::Shape), "{broken}");
        }
    }

    #[test]
    fn a_token_without_a_key_id_is_taken_only_where_there_is_one_key() {
        let ((one, one_jwk), (_, two_jwk)) = (ec("a"), ec("b"));
        let nameless = token(Algorithm::ES256, None, &one);
        assert!(verify(&keys(&[&one_jwk]), &nameless).is_ok());
        let refused = verify(&keys(&[&one_jwk, &two_jwk]), &nameless);
        assert_eq!(refused, Err(BadProviderToken::UnknownKey));
    }

    #[test]
    fn a_token_of_one_type_is_not_one_of_another() {
        let (key, jwk) = ec("k");
        let keys = keys(&[&jwk]);
        let typed = |typ: &str| {
            let mut header = Header::new(Algorithm::ES256);
            header.typ = Some(typ.to_owned());
            jsonwebtoken::encode(&header, &json!({}), &key).unwrap()
        };
        let read = |token: &str, typ| keys.verify::<Value>(token, typ).is_ok();
        assert!(read(&typed("JWT"), None) && !read(&typed("logout+jwt"), None));
        assert!(read(&typed("logout+jwt"), Some("logout+jwt")));
        assert!(read(&typed("application/logout+jwt"), Some("logout+jwt")));
        assert!(!read(&typed("JWT"), Some("logout+jwt")) && !read(&typed("at+jwt"), None));
    }
}
