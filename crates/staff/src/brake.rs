//! How often somebody may try to sign in as staff: as often as a person may try a login, per
//! address and over all addresses.
//!
//! There is no work to do instead and no known device: nobody reaches the private listener who is
//! not on this machine, and whoever is held up there has the command line.
//!
//! **Invariant:** addresses of mail are counted by a tag, before anything is looked up.

use std::sync::Arc;

use lk_base::text::Email;
use lk_base::{Clock, Error, Result};
use lk_crypto::root::BadKey;
use lk_crypto::{Mac, RootKey};
use lk_db::Scope;
use lk_web::limit::{Allowance, Bucket, Buckets, Share};

/// From one address at one login.
const PAIR: Allowance = Allowance { per_hour: 30, burst: 5 };
/// At one login, from everywhere together.
const LOGIN: Allowance = Allowance { per_hour: 12, burst: 10 };

/// A login by its tag, and an address where it is counted apart.
type Key = (Vec<u8>, Option<Bucket>);

/// The brake of this process.
#[derive(Debug)]
pub struct Brake {
    names: Mac,
    buckets: Buckets<Key>,
}

/// What an attempt was let in with.
#[derive(Debug)]
pub(crate) struct Admitted([(Key, Allowance); 2]);

impl Brake {
    /// A brake; `factor` multiplies what it allows.
    ///
    /// # Errors
    /// See [`RootKey::derive`].
    pub fn new(root: &RootKey, clock: &Clock, factor: u32) -> Result<Self, BadKey> {
        let names = Mac::new(root, "names of staff in limits")?;
        Ok(Self { names, buckets: Buckets::new(clock.clone(), factor) })
    }

    /// The same brake, counting together with others.
    #[must_use]
    pub fn shared(mut self, share: &Arc<dyn Share>) -> Self {
        self.buckets = self.buckets.shared("staff", share);
        self
    }

    /// Lets an attempt in.
    pub(crate) fn admit(&self, email: &Email, scope: &Scope) -> Result<Admitted> {
        let name = self.names.tag(&[email.key().as_bytes()]);
        let from = scope.origin().address.as_ref().map(|address| Bucket::of(*address.reveal()));
        let from = from.unwrap_or(Bucket::Actor(0));
        let keys = [((name.clone(), Some(from)), PAIR), ((name, None), LOGIN)];
        match self.buckets.take(keys.clone()) {
            Ok(_) => Ok(Admitted(keys)),
            Err(retry_after) => Err(Error::RateLimited { retry_after }),
        }
    }

    /// The attempt was right: it counts for nothing.
    pub(crate) fn forgive(&self, admitted: &Admitted) {
        for (key, allowance) in &admitted.0 {
            self.buckets.put_back(key, *allowance);
        }
    }
}
