//! Proof of work: a text for which the caller's device finds a number.
//!
//! The number is right when SHA-256 of `<challenge>:<number>` begins with so many zero bits. The
//! challenge is signed by us and says what it is for, so nothing is kept but those that were used.
//!
//! It does not stop somebody with much hardware. It makes a guess cost more than the answer to it,
//! while a person's device is busy for a second or two.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lk_base::{Timestamp, clock};
use lk_crypto::root::BadKey;
use lk_crypto::token::sha256;
use lk_crypto::{Mac, RootKey};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Attempt, Named};

/// The header that carries a challenge and the number that was found, with a `:` between.
const HEADER: &str = "leadkeep-work";

/// The work that came along with a request.
pub(crate) fn shown(headers: &HeaderMap) -> Option<&str> {
    headers.get(HEADER)?.to_str().ok()
}

/// How long somebody's device may take.
const LIFETIME: Duration = Duration::from_secs(5 * 60);
/// How much harder it gets: one bit more, twice the work, with each so many that were shown.
const EVERY: u32 = 5;
const MOST_HARDER: u32 = 4;
/// So many used ones are remembered; beyond that none is taken until some have expired.
const MOST_USED: usize = 100_000;
/// Digits of the largest number.
const MOST_DIGITS: usize = 16;

/// What is to be done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Work {
    /// The text in front of the `:` and the number.
    pub challenge: String,
    /// How many zero bits SHA-256 of it all must begin with.
    pub bits: u32,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Work that was shown and is used up.
#[derive(Debug)]
pub(crate) struct Done(String);

/// Gives work out and takes it.
#[derive(Debug)]
pub(crate) struct Works {
    mac: Mac,
    bits: u32,
    /// Used ones, until they would have expired.
    used: Mutex<HashMap<String, Timestamp>>,
}

impl Works {
    pub(super) fn new(root: &RootKey, bits: u32) -> Result<Self, BadKey> {
        Ok(Self { mac: Mac::new(root, "proof of work")?, bits, used: Mutex::default() })
    }

    /// `<bits>.<expiry>.<random>.<tag>`: attempt and login are in the tag only.
    pub(super) fn make(&self, attempt: Attempt, named: Named, tried: u32, now: Timestamp) -> Work {
        let bits = self.bits + (tried / EVERY).min(MOST_HARDER);
        let expires_at = now.plus(LIFETIME);
        let mut random = [0; 12];
        clock::fill_random(&mut random);
        let said =
            format!("{bits}.{}.{}", expires_at.unix_seconds(), URL_SAFE_NO_PAD.encode(random));
        let tag = URL_SAFE_NO_PAD.encode(self.mac.tag(&parts(&said, attempt, &named.bytes())));
        Work { challenge: format!("{said}.{tag}"), bits, expires_at }
    }

    /// Uses up what was shown; `None` when it is not good for this.
    pub(super) fn take(
        &self,
        shown: &str,
        attempt: Attempt,
        named: Named,
        now: Timestamp,
    ) -> Option<Done> {
        let (challenge, number) = shown.rsplit_once(':')?;
        if number.is_empty()
            || number.len() > MOST_DIGITS
            || !number.bytes().all(|digit| digit.is_ascii_digit())
        {
            return None;
        }
        let (said, tag) = challenge.rsplit_once('.')?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        if !self.mac.verify(&parts(said, attempt, &named.bytes()), &tag) {
            return None;
        }
        // From here on the text is ours.
        let mut said = said.split('.');
        let bits: u32 = said.next()?.parse().ok()?;
        let expires_at: i64 = said.next()?.parse().ok()?;
        let is_done = zero_bits(&sha256(shown.as_bytes())) >= bits;
        if !is_done || now.unix_seconds() >= expires_at {
            return None;
        }
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= MOST_USED {
            used.retain(|_, until| *until > now);
            if used.len() >= MOST_USED {
                return None;
            }
        }
        let fresh = used.insert(challenge.to_owned(), now.plus(LIFETIME)).is_none();
        fresh.then(|| Done(challenge.to_owned()))
    }

    /// It was of no use: it may be shown again.
    pub(super) fn put_back(&self, done: Done) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).remove(&done.0);
    }
}

impl Named {
    const fn bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

const fn parts<'a>(said: &'a str, attempt: Attempt, named: &'a [u8; 16]) -> [&'a [u8]; 3] {
    [said.as_bytes(), attempt.name().as_bytes(), named]
}

fn zero_bits(hash: &[u8]) -> u32 {
    let whole = hash.iter().take_while(|byte| **byte == 0).count();
    let rest = hash.get(whole).map_or(0, |byte| byte.leading_zeros());
    u32::try_from(whole).unwrap_or(0) * 8 + rest
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::brake) fn solve(work: &Work) -> String {
        (0_u64..)
            .map(|number| format!("{}:{number}", work.challenge))
            .find(|shown| zero_bits(&sha256(shown.as_bytes())) >= work.bits)
            .unwrap()
    }

    fn now() -> Timestamp {
        Timestamp::from_unix_micros(1_795_338_000_000_000)
    }

    const ADA: Named = Named(1);

    fn works() -> Works {
        Works::new(&RootKey::random(), 6).unwrap()
    }

    #[test]
    fn work_is_taken_once_for_what_it_was_given_out_for() {
        let works = works();
        let work = works.make(Attempt::SignIn, ADA, 0, now());
        let shown = solve(&work);
        assert!(works.take(&shown, Attempt::Reset, ADA, now()).is_none());
        assert!(works.take(&shown, Attempt::SignIn, Named(2), now()).is_none());
        assert!(works.take(&shown, Attempt::SignIn, ADA, work.expires_at).is_none());
        let done = works.take(&shown, Attempt::SignIn, ADA, now()).unwrap();
        assert!(works.take(&shown, Attempt::SignIn, ADA, now()).is_none());
        // Another number for the same text is the same work.
        let other = (0_u64..)
            .map(|number| format!("{}:{number}", work.challenge))
            .find(|text| *text != shown && zero_bits(&sha256(text.as_bytes())) >= work.bits);
        assert!(works.take(&other.unwrap(), Attempt::SignIn, ADA, now()).is_none());
        works.put_back(done);
        assert!(works.take(&shown, Attempt::SignIn, ADA, now()).is_some());
    }

    #[test]
    fn work_that_was_not_done_or_made_easier_is_not_taken() {
        let works = works();
        let work = works.make(Attempt::SignIn, ADA, 0, now());
        let idle = (0_u64..)
            .map(|number| format!("{}:{number}", work.challenge))
            .find(|text| zero_bits(&sha256(text.as_bytes())) < work.bits)
            .unwrap();
        let easier = format!("0{}:0", work.challenge.trim_start_matches('6'));
        let longer = work.challenge.replacen(".17", ".27", 1) + ":0";
        let number = solve(&work).rsplit_once(':').unwrap().1.to_owned();
        for shown in [
            idle,
            easier,
            longer,
            String::new(),
            ":".to_owned(),
            work.challenge.clone(),
            format!("{}:", work.challenge),
            format!("{}: {number}", work.challenge),
            format!("{}:{number}x", work.challenge),
            format!("{}:-{number}", work.challenge),
            format!("{}:{}", work.challenge, "0".repeat(17)),
            "6.9999999999.AAAA.AAAA:0".to_owned(),
        ] {
            assert!(works.take(&shown, Attempt::SignIn, ADA, now()).is_none(), "{shown}");
        }
    }

    #[test]
    fn while_too_many_used_ones_are_remembered_none_is_taken() {
        let works = works();
        let shown = solve(&works.make(Attempt::SignIn, ADA, 0, now()));
        let until = now().plus(Duration::from_secs(60));
        let others = (0..MOST_USED).map(|number| (number.to_string(), until));
        works.used.lock().unwrap().extend(others);
        assert!(works.take(&shown, Attempt::SignIn, ADA, now()).is_none());
        assert!(works.take(&shown, Attempt::SignIn, ADA, until).is_some(), "they have expired");
    }

    #[test]
    fn it_gets_harder_and_not_without_end() {
        let works = works();
        let bits = |tried| works.make(Attempt::SignIn, ADA, tried, now()).bits;
        assert_eq!(
            [bits(0), bits(4), bits(5), bits(19), bits(20), bits(9999)],
            [6, 6, 7, 9, 10, 10]
        );
    }

    #[test]
    fn the_browser_and_we_count_the_same_zero_bits() {
        assert_eq!(zero_bits(&[0, 0, 0x1f, 0]), 19);
        assert_eq!(zero_bits(&[0x80]), 0);
        assert_eq!(zero_bits(&[0; 32]), 256);
    }
}
