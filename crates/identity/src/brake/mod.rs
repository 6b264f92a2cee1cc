//! The brake of logins: how often somebody may try, whoever they say they are.
//!
//! A few tries at a login are free, per address and over all addresses. Then each costs a wait
//! or work ([`work`]), and the work gets harder. A browser that signed in to the login before
//! ([`device`]) has an allowance of its own, which strangers cannot use up.
//!
//! **Invariant:** nothing here asks whether the login exists: logins are counted by a tag of
//! what was typed, before anything is looked up.
//! **Invariant:** nobody is locked out for good: an empty bucket fills by itself, and whoever
//! reads the login's mail gets a known device by it (`reset`).

pub mod device;
pub mod work;

use std::sync::Arc;

use lk_base::text::Email;
use lk_base::{Clock, Error, Result};
use lk_crypto::root::BadKey;
use lk_crypto::{Mac, RootKey};
use lk_db::Scope;
use lk_web::limit::{Allowance, Bucket, Buckets, Share};
use serde_json::json;

use crate::person::Person;
use device::{Device, Devices};
use work::Works;

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Attempt {
    /// A password.
    SignIn,
    /// A code after the password.
    SecondFactor,
    /// A mail with a link for a new password.
    Reset,
    /// A mail with a link for a new login.
    SignUp,
}

/// What one kind of attempt may.
struct Allowances {
    /// From one address at one login.
    pair: Allowance,
    /// At one login, from everywhere together.
    login: Allowance,
    /// At one login, with work.
    worked: Allowance,
    /// At one login, from one browser that signed in to it before.
    known: Allowance,
}

const fn per_hour(per_hour: u32, burst: u32) -> Allowance {
    Allowance { per_hour, burst }
}

impl Attempt {
    const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SecondFactor => "second_factor",
            Self::Reset => "reset",
            Self::SignUp => "sign_up",
        }
    }

    const fn allowances(self) -> Allowances {
        match self {
            Self::SignIn => Allowances {
                pair: per_hour(30, 5),
                login: per_hour(12, 10),
                worked: per_hour(60, 20),
                known: per_hour(60, 20),
            },
            // All strangers together stay below the twenty wrong codes that a person may give in
            // an hour (`factor`), so that they cannot use these up for their owner.
            Self::SecondFactor => Allowances {
                pair: per_hour(6, 6),
                login: per_hour(6, 6),
                worked: per_hour(4, 2),
                known: per_hour(60, 20),
            },
            Self::Reset | Self::SignUp => Allowances {
                pair: per_hour(6, 3),
                login: per_hour(12, 6),
                worked: per_hour(30, 10),
                known: per_hour(12, 6),
            },
        }
    }
}

/// A login by a name that says nothing about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Named(u128);

/// Whose bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Whose {
    Pair(Named, Option<Bucket>),
    Login(Named),
    Worked(Named),
    Known(Named, Device),
}

type Key = (Attempt, Whose);

/// The brake of logins.
#[derive(Debug)]
pub struct Brake {
    clock: Clock,
    names: Mac,
    devices: Devices,
    works: Works,
    strangers: Buckets<Key>,
    /// Apart, so that no number of strangers fills it.
    known: Buckets<Key>,
}

/// What an attempt was let in with.
#[derive(Debug)]
pub(crate) struct Admitted(Vec<(Key, Allowance)>);

impl Brake {
    /// A brake whose work takes about `2^bits` hashes to begin with.
    ///
    /// # Errors
    /// See [`RootKey::derive`].
    pub fn new(root: &RootKey, clock: &Clock, factor: u32, bits: u32) -> Result<Self, BadKey> {
        Ok(Self {
            clock: clock.clone(),
            names: Mac::new(root, "names of names in limits")?,
            devices: Devices::new(root)?,
            works: Works::new(root, bits)?,
            strangers: Buckets::new(clock.clone(), factor),
            known: Buckets::new(clock.clone(), factor),
        })
    }

    /// The same brake, counting together with others.
    #[must_use]
    pub fn shared(mut self, share: &Arc<dyn Share>) -> Self {
        self.strangers = self.strangers.shared("strangers", share);
        self.known = self.known.shared("known", share);
        self
    }

    /// Browsers that are known again.
    pub(crate) const fn devices(&self) -> &Devices {
        &self.devices
    }

    /// The login that an address names, whether or not there is one.
    pub(crate) fn named(&self, email: &Email) -> Named {
        let tag = self.names.tag(&[email.key().as_bytes()]);
        Named(tag.iter().take(16).fold(0, |all, byte| all << 8 | u128::from(*byte)))
    }

    /// The login of somebody who is known.
    pub(crate) fn named_by(&self, person: &Person) -> Result<Named> {
        let email = Email::parse(person.email.reveal()).map_err(Error::internal)?;
        Ok(self.named(&email))
    }

    /// Lets an attempt in, or says what it takes. `shown` is the work that came along.
    ///
    /// # Errors
    /// `WorkNeeded` when work or a wait is needed, `RateLimited` when only a wait helps.
    pub(crate) fn admit(
        &self,
        attempt: Attempt,
        named: Named,
        scope: &Scope,
        shown: Option<&str>,
    ) -> Result<Admitted> {
        let (may, origin) = (attempt.allowances(), scope.origin());
        if let Some(device) = self.devices.known(origin.device.as_ref(), named) {
            let key = (attempt, Whose::Known(named, device));
            if self.known.take([(key.clone(), may.known)]).is_ok() {
                return Ok(Admitted(Vec::new()));
            }
        }
        let worked = (attempt, Whose::Worked(named));
        if let Some(shown) = shown
            && let Some(done) = self.works.take(shown, attempt, named, self.clock.now())
        {
            return match self.strangers.take([(worked, may.worked)]) {
                Ok(_) => Ok(Admitted(Vec::new())),
                Err(retry_after) => {
                    self.works.put_back(done);
                    Err(Error::RateLimited { retry_after })
                }
            };
        }
        let from = origin.address.as_ref().map(|address| Bucket::of(*address.reveal()));
        let pair = ((attempt, Whose::Pair(named, from)), may.pair);
        let whole = ((attempt, Whose::Login(named)), may.login);
        match self.strangers.take([pair.clone(), whole.clone()]) {
            Ok(_) => Ok(Admitted(vec![pair, whole])),
            Err(retry_after) => {
                let tried = self.strangers.taken(&worked, may.worked);
                let work = self.works.make(attempt, named, tried, self.clock.now());
                Err(Error::WorkNeeded { retry_after, extra: json!({ "work": work }) })
            }
        }
    }

    /// The attempt was right: it counts for nothing.
    pub(crate) fn forgive(&self, admitted: Admitted) {
        for (key, allowance) in admitted.0 {
            self.strangers.put_back(&key, allowance);
        }
    }
}

#[cfg(test)]
mod tests;
