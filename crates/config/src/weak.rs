//! Recognises secrets that are none: samples, repetitions, sequences.

/// Words that stand in examples and on lists of passwords.
const SAMPLES: [&str; 18] = [
    "admin",
    "change",
    "default",
    "demo",
    "dummy",
    "example",
    "insecure",
    "keyhere",
    "leadkeep",
    "password",
    "placeholder",
    "postgres",
    "qwerty",
    "replace",
    "sample",
    "secret",
    "test",
    "yourkey",
];

/// Whether a text looks like something copied from an example.
pub(crate) fn is_sample(text: &str) -> bool {
    let plain: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    plain.len() < 8
        || SAMPLES.iter().any(|word| plain.starts_with(word) || plain.ends_with(word))
        || plain.starts_with("123456")
}

/// What is wrong with a key, continuing the sentence "the key …", or nothing.
pub(crate) fn fault_of_key(bytes: &[u8]) -> Option<&'static str> {
    if bytes.len() < 32 {
        return Some("must have 32 random bytes or more; make one with `openssl rand -base64 32`");
    }
    // Spelled-out samples, such as base64 of "change-me-change-me-change-me-…".
    if std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(|c| !c.is_control())) {
        return Some("is readable text, not random bytes; make one with `openssl rand -base64 32`");
    }
    let mut seen: Vec<u8> = bytes.to_vec();
    seen.sort_unstable();
    seen.dedup();
    let step = |pair: &[u8]| match pair {
        [first, second] => second.wrapping_sub(*first),
        _ => 0,
    };
    let mut steps: Vec<u8> = bytes.windows(2).map(step).collect();
    steps.sort_unstable();
    steps.dedup();
    // 32 random bytes have about 30 different ones; fewer than 16 does not happen by chance.
    if seen.len() < 16 || steps.len() < 16 {
        return Some(
            "repeats itself, so it is not random; make one with `openssl rand -base64 32`",
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_recognised_in_any_spelling() {
        for weak in ["changeme", "Change-Me-123456", "postgres", "Secret123!", "12345678", "short"]
        {
            assert!(is_sample(weak), "{weak}");
        }
        assert!(!is_sample("kX9vQ2mWz7Lp4Rt8"));
    }

    #[test]
    fn keys_that_are_not_random_are_recognised() {
        let sequence: Vec<u8> = (0..32).collect();
        let pattern: Vec<u8> = [0xfe, 0x01, 0x99, 0x7f].repeat(8);
        let text = b"change-me-change-me-change-me-change-me";
        for weak in [&[0; 32][..], &[255; 64], &sequence, &pattern, text, &[7; 31]] {
            assert!(fault_of_key(weak).is_some(), "{weak:?}");
        }
    }

    #[test]
    fn random_keys_pass_every_time() {
        for _ in 0..10_000 {
            let mut key = [0_u8; 32];
            getrandom::fill(&mut key).unwrap();
            assert_eq!(fault_of_key(&key), None, "{key:?}");
        }
    }
}
