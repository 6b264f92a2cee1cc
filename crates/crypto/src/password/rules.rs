//! The rules for new passwords (ASVS 5.0 V6.2): 12 to 128 characters of any kind, not on a list
//! of known ones, and not made of what everybody knows about the person.

use std::path::Path;

use crate::breached::Breached;
use lk_base::text::Email;
use lk_base::{Error, Result, Secret};

/// What is known about whoever chooses a password.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Their address.
    pub email: &'a Email,
    /// Their name and those of workspaces, as far as they are known here.
    pub names: &'a [String],
}

/// A shorter word is no hint.
const LEAST_WORD: usize = 4;
/// This much must be left of a password without the words that everybody knows.
const LEAST_OWN: usize = 8;

/// Says which passwords are good enough.
#[derive(Debug)]
pub struct Rules {
    common: Breached,
    /// The administrator's own, larger list.
    full: Option<Breached>,
    /// What the installation is called.
    installation: String,
}

impl Rules {
    /// The rules with the compiled-in list, and a larger one when there is a path.
    ///
    /// # Errors
    /// A list that cannot be read.
    pub fn new(installation: &str, full: Option<&Path>) -> std::io::Result<Self> {
        Ok(Self {
            common: Breached::common(),
            full: full.map(Breached::open).transpose()?,
            installation: installation.to_owned(),
        })
    }

    /// Whether a new password is good enough. The larger list is read from disk, a few dozen
    /// kilobytes at most, beside a hash that takes a hundred times as long.
    ///
    /// # Errors
    /// `Refused`, with the rule that it breaks.
    pub fn check(&self, password: &Secret, about: About<'_>) -> Result<()> {
        let text = password.expose();
        let length = text.chars().count();
        if !(12..=128).contains(&length) {
            return Err(Error::Refused {
                code: "password_length",
                detail: "A password needs 12 to 128 characters. A sentence is a good password.",
            });
        }
        let small = text.to_lowercase();
        if small.contains(&about.email.key()) {
            return Err(Error::Refused {
                code: "password_is_address",
                detail: "A password must not contain the e-mail address.",
            });
        }
        let words = self.words(about);
        let is_hinted = words.iter().any(|word| small.contains(word.as_str()));
        if is_hinted && own_part(&small, &words) < LEAST_OWN {
            return Err(Error::Refused {
                code: "password_is_known_words",
                detail: "This password is made of names that others know: yours, the workspace's or the product's.",
            });
        }
        if self.is_listed(text, &small)? {
            return Err(Error::Refused {
                code: "password_is_common",
                detail: "This password, or what it is made of, is on lists that are tried first. Choose another one.",
            });
        }
        Ok(())
    }

    /// The words that are no secret: of the product, the installation, the address, the names.
    fn words(&self, about: About<'_>) -> Vec<String> {
        let address = about.email.key();
        let mut words: Vec<String> = ["leadkeep", &self.installation, &address]
            .into_iter()
            .chain(about.names.iter().map(String::as_str))
            .flat_map(|text| text.split(|sign: char| !sign.is_alphanumeric()))
            .map(str::to_lowercase)
            .filter(|word| word.chars().count() >= LEAST_WORD)
            .collect();
        // The longest first, so that a part of one does not hide the rest of it.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words
    }

    fn is_listed(&self, text: &str, small: &str) -> Result<bool> {
        if let Some(full) = &self.full
            && full.contains(text).map_err(Error::internal)?
        {
            return Ok(true);
        }
        for guess in guesses(small) {
            if self.common.contains(&guess).map_err(Error::internal)? {
                return Ok(true);
            }
        }
        Ok(is_run(small))
    }
}

/// How many letters and digits are left without these words.
fn own_part(small: &str, words: &[String]) -> usize {
    let rest = words.iter().fold(small.to_owned(), |rest, word| rest.replace(word.as_str(), " "));
    rest.chars().filter(|sign| sign.is_alphanumeric()).count()
}

/// What programs that guess try when they have a list: the word itself, with figures and signs
/// around it, with figures for letters, several times in a row.
fn guesses(small: &str) -> Vec<String> {
    let trimmed = |text: &str| text.trim_matches(|sign: char| !sign.is_alphabetic()).to_owned();
    let (core, plain) = (trimmed(small), in_letters(small));
    let mut all = vec![small.to_owned(), in_letters(&core), trimmed(&plain), core, plain];
    let units: Vec<String> = all.iter().filter_map(|text| unit(text)).collect();
    all.extend(units);
    all
}

/// Letters for the figures and signs that stand for them.
fn in_letters(text: &str) -> String {
    text.chars()
        .map(|sign| match sign {
            '0' => 'o',
            '1' => 'l',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        })
        .collect()
}

/// The shortest text of which this one is a repetition.
fn unit(text: &str) -> Option<String> {
    let signs: Vec<char> = text.chars().collect();
    (1..=signs.len() / 2)
        .filter(|length| signs.len().is_multiple_of(*length))
        .find(|length| signs.iter().zip(signs.iter().skip(*length)).all(|(a, b)| a == b))
        .map(|length| signs.iter().take(length).collect())
}

/// Whether each sign follows the one before it, in the alphabet or in the digits, or repeats it.
fn is_run(small: &str) -> bool {
    let follows = |a: char, b: char| {
        u32::from(a).abs_diff(u32::from(b)) <= 1 || (a, b) == ('9', '0') || (a, b) == ('0', '9')
    };
    small.chars().zip(small.chars().skip(1)).all(|(a, b)| follows(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<&'static str> {
        let rules = Rules::new("Plum House", None).unwrap();
        let email = Email::parse("ada.lovelace@fern-and-clay.test").unwrap();
        let names = ["Ada Lovelace", "Fern & Clay"].map(str::to_owned);
        let about = About { email: &email, names: &names };
        match rules.check(&Secret::new(text.to_owned()), about) {
            Ok(()) => None,
            Err(Error::Refused { code, .. }) => Some(code),
            Err(_) => Some("another error"),
        }
    }

    #[test]
    fn length_is_a_rule_and_composition_is_none() {
        for good in
            ["correct horse", "äöüäöüäöüäöü", "once upon a time there was", "xkqz vbnm wrtp"]
        {
            assert_eq!(said(good), None, "{good}");
        }
        assert_eq!(said("short"), Some("password_length"));
        assert_eq!(said(&"xy z".repeat(33)), Some("password_length"));
        assert_eq!(said(&"wild plum ".repeat(12)), None, "120 characters are welcome");
    }

    #[test]
    fn what_programs_try_first_is_refused_in_its_usual_disguises() {
        for bad in [
            "password1234",
            "passwordpassword",
            "P@ssw0rd2026!!",
            "!!!dragon!!!!",
            "letmein12345",
            "123456789012",
            "abcdefghijklm",
            "qwertyqwerty",
            "aaaaaaaaaaaaa",
            "dr4g0ndr4g0n",
        ] {
            assert_eq!(said(bad), Some("password_is_common"), "{bad}");
        }
    }

    #[test]
    fn what_everybody_knows_about_a_person_is_no_password() {
        assert_eq!(said("ADA.lovelace@fern-and-clay.test1"), Some("password_is_address"));
        for bad in ["lovelace2026!", "LeadkeepLovelace", "plum-house-2026", "leadkeep-fern-1"] {
            assert_eq!(said(bad), Some("password_is_known_words"), "{bad}");
        }
        assert_eq!(said("lovelace and her nine engines"), None);
    }
}
