//! Recovery codes: 120 random bits each, written so that a person can copy them from paper, and
//! stored as their SHA-256 like every random token.

use lk_base::Secret;

use crate::token::TokenHash;

/// Without i, l, o and u, which are read as something else.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LETTERS: usize = 24;
const GROUP: usize = 4;

/// A recovery code as its holder has it: six groups of four letters.
#[derive(Debug, Clone)]
pub struct RecoveryCode(Secret);

impl RecoveryCode {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = [0_u8; LETTERS];
        lk_base::clock::fill_random(&mut bytes);
        let mut out = String::new();
        for (place, byte) in bytes.iter().enumerate() {
            if place > 0 && place % GROUP == 0 {
                out.push('-');
            }
            // 256 is a multiple of 32, so every letter is as likely as any other.
            out.push(ALPHABET.get(usize::from(byte & 31)).copied().map_or('0', char::from));
        }
        Self(Secret::new(out))
    }

    /// The text, for the one moment it is shown.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What is stored.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        hash_of(self.0.expose())
    }
}

/// The stored form of a code as somebody typed it: case, hyphens and spaces do not matter, and
/// letters that are not in the alphabet are read as the digits they look like.
#[must_use]
pub fn hash_of(typed: &str) -> TokenHash {
    let plain: String = typed
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .map(|letter| match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    TokenHash::of(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_more_than_112_bits_and_six_groups() {
        let code = RecoveryCode::random();
        let groups: Vec<&str> = code.expose().split('-').collect();
        assert_eq!(groups.len(), 6);
        assert!(groups.iter().all(|group| group.len() == 4));
        const { assert!(LETTERS * 5 >= 112) };
        assert_ne!(code.expose(), RecoveryCode::random().expose());
    }

    #[test]
    fn a_code_that_was_copied_by_hand_is_the_same_code() {
        let code = RecoveryCode::random();
        let copied = format!(" {} ", code.expose().to_uppercase().replace('-', " "));
        assert!(code.hash().matches(&hash_of(&copied)));
        assert!(hash_of("o1l-i").matches(&hash_of("0111")));
        assert!(!code.hash().matches(&hash_of("0000-0000-0000-0000-0000-0000")));
    }
}
