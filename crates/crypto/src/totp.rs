//! Codes of an authenticator app: RFC 6238 with HMAC-SHA-1, six digits, thirty seconds, because
//! that is what every app can do; the secret has 160 bits.
//!
//! SHA-1's weakness is collisions, which HMAC does not rest on (RFC 6194 §3.3).
//! **Invariant:** this file remembers nothing: that a code works once is the caller's part, who
//! keeps the last step that was used.

use aws_lc_rs::hmac;
use lk_base::Secret;
use subtle::ConstantTimeEq;

/// How long a code is shown, in seconds.
const STEP: i64 = 30;
/// How many steps before and after the present one are accepted: clocks differ, people are slow.
const DRIFT: i64 = 1;
/// RFC 4226 §4 R6 recommends 160 bits.
const SECRET: usize = 20;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What the app and the server share.
#[derive(Debug, Clone)]
pub struct TotpSecret(Secret<Vec<u8>>);

impl TotpSecret {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = vec![0_u8; SECRET];
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

    /// The text that a person types into an app: base 32 without padding (RFC 4648).
    #[must_use]
    pub fn text(&self) -> Secret {
        let (mut out, mut held, mut bits) = (String::new(), 0_u32, 0_u32);
        for byte in self.bytes() {
            held = (held << 8) | u32::from(*byte);
            bits += 8;
            while bits >= 5 {
                bits -= 5;
                out.push(letter(held >> bits));
            }
            held &= (1 << bits) - 1;
        }
        if bits > 0 {
            out.push(letter(held << (5 - bits)));
        }
        Secret::new(out)
    }

    /// What an app reads from a QR code. `holder` is shown in the app below the name.
    #[must_use]
    pub fn uri(&self, holder: &str) -> Secret {
        Secret::new(format!(
            "otpauth://totp/Leadkeep:{}?secret={}&issuer=Leadkeep&algorithm=SHA1&digits=6&period={STEP}",
            escaped(holder),
            self.text().expose(),
        ))
    }

    /// The code of a step, as an app shows it.
    #[must_use]
    pub fn code(&self, step: i64) -> String {
        format!("{:06}", self.truncated(step) % 1_000_000)
    }

    /// The latest step around `now` to which a code belongs. Every step is looked at, whether or
    /// not one was found.
    #[must_use]
    pub fn matching(&self, code: &str, now: i64) -> Option<i64> {
        let typed: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
        let mut found = None;
        for step in now - DRIFT..=now + DRIFT {
            if bool::from(self.code(step).as_bytes().ct_eq(typed.as_bytes())) {
                found = Some(step);
            }
        }
        found
    }

    /// RFC 4226 §5.3: 31 bits out of the HMAC.
    fn truncated(&self, step: i64) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.bytes());
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let bytes = tag.as_ref();
        let at = bytes.last().map_or(0, |last| usize::from(last & 15));
        bytes.iter().skip(at).take(4).fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte))
            & 0x7fff_ffff
    }
}

/// The step in which an instant lies.
#[must_use]
pub const fn step_at(unix_seconds: i64) -> i64 {
    unix_seconds.div_euclid(STEP)
}

fn letter(five: u32) -> char {
    let place = usize::try_from(five & 31).unwrap_or(0);
    BASE32.get(place).copied().map_or('A', char::from)
}

/// Percent-encoding of everything but the unreserved characters of RFC 3986.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_the_rfcs() -> TotpSecret {
        TotpSecret::stored(b"12345678901234567890".to_vec())
    }

    #[test]
    fn the_vectors_of_rfc_4226_appendix_d_hold() {
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (counter, code) in (0..).zip(expected) {
            assert_eq!(of_the_rfcs().code(counter), code, "{counter}");
        }
    }

    #[test]
    fn the_vectors_of_rfc_6238_appendix_b_hold() {
        for (seconds, code) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            let step = step_at(seconds);
            assert_eq!(of_the_rfcs().truncated(step) % 100_000_000, code, "{seconds}");
            assert_eq!(of_the_rfcs().code(step), format!("{:06}", code % 1_000_000));
        }
    }

    #[test]
    fn a_code_is_accepted_one_step_early_and_one_step_late() {
        let secret = of_the_rfcs();
        let now = 50_000_000;
        for (step, accepted) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let found = secret.matching(&secret.code(now + step), now);
            assert_eq!(found, accepted.then_some(now + step), "{step}");
        }
    }

    #[test]
    fn spaces_do_not_matter_and_nonsense_does_not_match() {
        let secret = of_the_rfcs();
        assert_eq!(secret.matching(" 755 224\n", 0), Some(0));
        for nonsense in ["", "75522", "7552240", "75522a", "٧٥٥٢٢٤"] {
            assert_eq!(secret.matching(nonsense, 0), None, "{nonsense}");
        }
    }

    #[test]
    fn the_text_is_base_32_and_the_uri_escapes_its_holder() {
        assert_eq!(of_the_rfcs().text().expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (plain, text) in [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ")] {
            assert_eq!(TotpSecret::stored(plain.into()).text().expose(), text);
        }
        assert_eq!(
            of_the_rfcs().uri("ada lovelace@example.test").expose(),
            "otpauth://totp/Leadkeep:ada%20lovelace%40example.test\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Leadkeep&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn every_new_secret_has_160_bits_of_its_own() {
        let (one, two) = (TotpSecret::random(), TotpSecret::random());
        assert_eq!(one.bytes().len() * 8, 160);
        assert_ne!(one.bytes(), two.bytes());
    }
}
