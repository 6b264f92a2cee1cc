//! Password hashing: Argon2id (RFC 9106), keyed, on a bounded pool.
//!
//! Hashing is the most expensive thing a stranger can ask for. So at most one hash per permit
//! runs at a time, a short queue waits, and beyond it the answer is "busy" instead of a machine
//! without memory. The memory of one hash is used again by the next, which saves a third.

mod cost;
pub mod rules;
mod stored;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use lk_base::{Error, Result, Secret};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

pub use cost::{Cost, FLOOR};
use stored::Stored;

use crate::root::RootKey;

const TAG: usize = 32;
const SALT: usize = 16;
/// How many may wait for a permit before the answer is "busy".
const QUEUE: usize = 64;

/// What checking a password found.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is not the password.
    Wrong,
    /// It is.
    Right,
    /// It is, but the hash is below today's cost: store this one instead.
    RightButOld(String),
}

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Hasher(Arc<Inner>);

struct Inner {
    cost: Cost,
    pepper: Secret<Vec<u8>>,
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    memory: Mutex<Vec<Vec<Block>>>,
    /// A hash of nothing anybody can type, checked for addresses that do not exist.
    dummy: String,
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "<hasher {:?}>", self.0.cost)
    }
}

impl Hasher {
    /// A hasher with `permits` hashes at a time.
    ///
    /// # Errors
    /// `Refused` when the cost is below the floor.
    pub fn new(root: &RootKey, cost: Cost, permits: usize) -> Result<Self> {
        if !cost.acceptable() {
            return Err(Error::Refused {
                code: "argon2_below_floor",
                detail: "The Argon2id parameters are below the OWASP floor; raise memory or passes.",
            });
        }
        let pepper = root.derive::<32>("password pepper p1").map_err(Error::internal)?.to_vec();
        let mut salt = vec![0; SALT];
        lk_base::clock::fill_random(&mut salt);
        let dummy = Stored { cost, salt, tag: vec![0; TAG] }.print();
        Ok(Self(Arc::new(Inner {
            cost,
            pepper: Secret::new(pepper),
            permits: Arc::new(Semaphore::new(permits.max(1))),
            waiting: AtomicUsize::new(0),
            memory: Mutex::new(Vec::new()),
            dummy,
        })))
    }

    /// The cost of new hashes.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.0.cost
    }

    /// Hashes a new password with a new salt.
    ///
    /// # Errors
    /// `Busy` when the queue is full.
    pub async fn hash(&self, password: Secret) -> Result<String> {
        let inner = Arc::clone(&self.0);
        self.run(move || {
            let mut salt = vec![0; SALT];
            lk_base::clock::fill_random(&mut salt);
            let tag = inner.tag(inner.cost, &password, &salt)?;
            Ok(Stored { cost: inner.cost, salt, tag }.print())
        })
        .await
    }

    /// Checks a password against a stored hash; `None` does the same work and is always wrong.
    ///
    /// # Errors
    /// `Busy` when the queue is full.
    pub async fn verify(&self, password: Secret, stored: Option<String>) -> Result<Verdict> {
        let inner = Arc::clone(&self.0);
        self.run(move || {
            let known = stored.is_some();
            let text = stored.unwrap_or_else(|| inner.dummy.clone());
            let Some(stored) = Stored::parse(&text) else {
                return Err(Error::internal("a stored password hash cannot be read"));
            };
            let tag = inner.tag(stored.cost, &password, &stored.salt)?;
            let same = bool::from(tag.ct_eq(&stored.tag));
            if !(known && same) {
                return Ok(Verdict::Wrong);
            }
            if stored.cost == inner.cost {
                return Ok(Verdict::Right);
            }
            let mut salt = vec![0; SALT];
            lk_base::clock::fill_random(&mut salt);
            let tag = inner.tag(inner.cost, &password, &salt)?;
            Ok(Verdict::RightButOld(Stored { cost: inner.cost, salt, tag }.print()))
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let place = Place::take(&self.0.waiting)?;
        let permit = Arc::clone(&self.0.permits).acquire_owned().await.map_err(Error::internal)?;
        drop(place);
        // The permit travels with the work: a caller who goes away must not free it early.
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        })
        .await
        .map_err(Error::internal)?
    }
}

/// A place in the queue. It is free again for the next one when whoever waits there gets a permit,
/// or goes away.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self> {
        let before = waiting.fetch_add(1, Ordering::SeqCst);
        let place = Self(waiting);
        if before >= QUEUE { Err(Error::Busy) } else { Ok(place) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Inner {
    fn tag(&self, cost: Cost, password: &Secret, salt: &[u8]) -> Result<Vec<u8>> {
        self.keyed_tag(self.pepper.expose(), cost, password, salt)
    }

    fn keyed_tag(
        &self,
        pepper: &[u8],
        cost: Cost,
        password: &Secret,
        salt: &[u8],
    ) -> Result<Vec<u8>> {
        let params = Params::new(cost.memory, cost.passes, 1, Some(TAG))
            .map_err(|e| Error::internal(e.to_string()))?;
        let mut memory =
            self.memory.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        if memory.len() < params.block_count() {
            memory.resize(params.block_count(), Block::default());
        }
        let argon = Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params)
            .map_err(|e| Error::internal(e.to_string()))?;
        let mut out = vec![0; TAG];
        let done = argon.hash_password_into_with_memory(
            password.expose().as_bytes(),
            salt,
            &mut out,
            &mut memory,
        );
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
        done.map(|()| out).map_err(|e| Error::internal(e.to_string()))
    }
}

#[cfg(test)]
mod reference;

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::Poll;

    use super::*;

    fn hasher() -> Hasher {
        Hasher::new(&RootKey::new(vec![1; 32]).unwrap(), Cost::LEAST, 2).unwrap()
    }

    fn word(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn the_right_password_is_right_and_others_are_wrong() {
        let hasher = hasher();
        let stored = hasher.hash(word("correct horse")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1,keyid="));
        assert_eq!(
            hasher.verify(word("correct horse"), Some(stored.clone())).await.unwrap(),
            Verdict::Right
        );
        assert_eq!(
            hasher.verify(word("correct hors"), Some(stored)).await.unwrap(),
            Verdict::Wrong
        );
    }

    #[tokio::test]
    async fn an_unknown_address_is_wrong_after_the_same_work() {
        assert_eq!(hasher().verify(word("anything"), None).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_hash_below_todays_cost_is_replaced() {
        let root = RootKey::new(vec![1; 32]).unwrap();
        let old = hasher().hash(word("correct horse")).await.unwrap();
        let dearer = Hasher::new(&root, Cost { memory: 20 * 1024, passes: 2 }, 1).unwrap();
        let Verdict::RightButOld(new) =
            dearer.verify(word("correct horse"), Some(old)).await.unwrap()
        else {
            panic!("the old hash was not replaced");
        };
        assert_eq!(dearer.verify(word("correct horse"), Some(new)).await.unwrap(), Verdict::Right);
    }

    #[tokio::test]
    async fn without_the_pepper_a_hash_is_worthless() {
        let stored = hasher().hash(word("correct horse")).await.unwrap();
        let other = Hasher::new(&RootKey::new(vec![2; 32]).unwrap(), Cost::LEAST, 1).unwrap();
        assert_eq!(
            other.verify(word("correct horse"), Some(stored)).await.unwrap(),
            Verdict::Wrong
        );
    }

    /// Polled once: whether it waits, or what it says at once.
    async fn now<F: Future + Unpin>(mut work: F) -> Option<F::Output> {
        std::future::poll_fn(|context| {
            Poll::Ready(match Pin::new(&mut work).poll(context) {
                Poll::Ready(done) => Some(done),
                Poll::Pending => None,
            })
        })
        .await
    }

    #[tokio::test]
    async fn a_full_queue_says_busy_at_once_and_has_room_again_when_somebody_goes() {
        let hasher = Hasher::new(&RootKey::new(vec![1; 32]).unwrap(), Cost::LEAST, 1).unwrap();
        let held = Arc::clone(&hasher.0.permits).acquire_owned().await.unwrap();
        let mut waiting = Vec::new();
        for _ in 0..QUEUE {
            let mut work = Box::pin(hasher.hash(word("correct horse")));
            assert!(now(&mut work).await.is_none(), "there is room in the queue");
            waiting.push(work);
        }
        let hash = now(Box::pin(hasher.hash(word("one too many")))).await;
        assert!(matches!(hash, Some(Err(Error::Busy))), "{hash:?}");
        let check = now(Box::pin(hasher.verify(word("one too many"), None))).await;
        assert!(matches!(check, Some(Err(Error::Busy))), "{check:?}");
        // Being refused takes no place, and whoever goes away leaves theirs.
        drop(waiting.pop());
        let mut next = Box::pin(hasher.hash(word("the next one")));
        assert!(now(&mut next).await.is_none(), "the place of who went away is free");
        let hash = now(Box::pin(hasher.hash(word("one too many")))).await;
        assert!(matches!(hash, Some(Err(Error::Busy))), "{hash:?}");
        drop(waiting);
        drop(held);
        assert!(next.await.is_ok());
        assert_eq!(hasher.0.waiting.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_cost_below_the_floor_is_refused() {
        let weak = Cost { memory: 18 * 1024, passes: 2 };
        assert!(Hasher::new(&RootKey::random(), weak, 1).is_err());
    }
}
