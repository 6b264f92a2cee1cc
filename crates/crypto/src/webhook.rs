//! Signatures of what is sent to others, as Standard Webhooks has them: HMAC-SHA-256 over id, time
//! and body, with a key that the receiver has too.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lk_base::Secret;

/// 256 bits; the specification wants 192 to 512.
const BYTES: usize = 32;

/// What sender and receiver share.
#[derive(Debug, Clone)]
pub struct WebhookSecret(Secret<Vec<u8>>);

impl WebhookSecret {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = vec![0_u8; BYTES];
        lk_base::clock::fill_random(&mut bytes);
        Self(Secret::new(bytes))
    }

    /// One that was kept sealed.
    #[must_use]
    pub const fn stored(bytes: Vec<u8>) -> Self {
        Self(Secret::new(bytes))
    }

    /// The bytes to seal.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.expose()
    }

    /// The text that the receiver is given.
    #[must_use]
    pub fn text(&self) -> Secret {
        Secret::new(format!("whsec_{}", STANDARD.encode(self.bytes())))
    }

    /// The signature of a body that is sent under `id` at `at`, in seconds since 1970.
    #[must_use]
    pub fn sign(&self, id: &str, at: i64, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.bytes());
        let mut signed = format!("{id}.{at}.").into_bytes();
        signed.extend_from_slice(body);
        format!("v1,{}", STANDARD.encode(hmac::sign(&key, &signed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn a_body_is_signed_as_the_reference_libraries_sign_it() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let secret = WebhookSecret::stored(key);
        assert_eq!(secret.text().expose(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let sign = |id, at, body: &str| secret.sign(id, at, body.as_bytes());
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "{\"test\": 2432232314}");
        let signed = sign(id, 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        for other in [
            sign("msg_2", 1_614_265_330, body),
            sign(id, 1_614_265_331, body),
            sign(id, 1_614_265_330, "{\"test\": 2432232315}"),
        ] {
            assert_ne!(signed, other);
        }
        assert_eq!(WebhookSecret::random().bytes().len(), 32);
    }
}
