//! Buckets by the generic cell rate algorithm (GCRA).
//!
//! A bucket is one instant, "when the next request would be on time"; a request is refused when
//! that lies further ahead than the burst allows. The map of buckets is bounded: when it is full,
//! buckets that have run empty are dropped, and if none has, the caller is limited. It never
//! fails open.
//!
//! Several nodes may count together ([`Share`]): each decides by its own buckets and tells the
//! others, and what it hears back can only raise them.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use lk_base::Clock;

use super::RateClass;

const MOST_BUCKETS: usize = 200_000;

/// How often: sustained, and at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Sustained, in an hour.
    pub per_hour: u32,
    /// At once.
    pub burst: u32,
}

impl Allowance {
    pub(super) const fn times(self, factor: u32) -> Self {
        Self {
            per_hour: self.per_hour.saturating_mul(factor),
            burst: self.burst.saturating_mul(factor),
        }
    }

    /// Microseconds between two, and how far ahead the last one of a burst lies.
    fn steps(self) -> (i64, i64) {
        let step = (3_600_000_000 / i64::from(self.per_hour.max(1))).max(1);
        (step, step.saturating_mul(i64::from(self.burst)))
    }
}

/// What is left in a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// How many may come at once.
    now: u32,
    /// How many when it is full.
    most: u32,
    /// When it is full again.
    full_in: Duration,
    /// How long it takes from empty to full.
    window: Duration,
}

impl Left {
    /// Writes the headers of draft-ietf-httpapi-ratelimit-headers-10.
    pub(crate) fn tell(self, class: RateClass, headers: &mut HeaderMap) {
        let (name, seconds) = (class.name(), |of: Duration| of.as_secs_f64().ceil());
        let policy = format!("\"{name}\";q={};w={}", self.most, seconds(self.window));
        let left = format!("\"{name}\";r={};t={}", self.now, seconds(self.full_in));
        for (name, line) in [("ratelimit-policy", policy), ("ratelimit", left)] {
            if let Ok(value) = HeaderValue::from_str(&line) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

/// What was taken out of a bucket or put back, for whoever else counts it.
pub struct Change {
    /// The bucket, by a text that no other has.
    pub bucket: String,
    /// How far its instant moved, in microseconds.
    pub step: i64,
    /// When, in microseconds since 1970.
    pub now: i64,
    /// To be told where the instant is by everybody's count.
    pub told: Box<dyn FnOnce(i64) + Send>,
}

impl Debug for Change {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<change of a bucket>")
    }
}

/// Others who count the same buckets. Must be quick: requests stand behind it.
pub trait Share: Debug + Send + Sync + 'static {
    /// Tells them of a change.
    fn tell(&self, change: Change);
}

/// Microseconds since 1970 at which the bucket's next request would be on time.
type Instants<K> = Arc<Mutex<HashMap<K, i64>>>;

/// Buckets by any key, by the generic cell rate algorithm.
#[derive(Debug)]
pub struct Buckets<K> {
    clock: Clock,
    /// Multiplies every allowance: tests and benchmarks raise it, production leaves 1.
    factor: u32,
    on_time: Instants<K>,
    /// What these buckets are called among others, and who else counts them.
    share: Option<(&'static str, Arc<dyn Share>)>,
}

impl<K: Clone + Debug + Eq + Hash + Send + 'static> Buckets<K> {
    /// Empty buckets.
    #[must_use]
    pub fn new(clock: Clock, factor: u32) -> Self {
        Self { clock, factor: factor.max(1), on_time: Arc::default(), share: None }
    }

    /// The same buckets, counted together with others. A bucket's `Debug` text is its name there.
    #[must_use]
    pub fn shared(mut self, name: &'static str, share: &Arc<dyn Share>) -> Self {
        self.share = Some((name, Arc::clone(share)));
        self
    }

    fn tell(&self, key: &K, step: i64, now: i64) {
        let Some((name, share)) = &self.share else { return };
        let (on_time, own) = (Arc::clone(&self.on_time), key.clone());
        let told = move |instant: i64| {
            let mut on_time = on_time.lock().unwrap_or_else(PoisonError::into_inner);
            // Not beyond the bound: strangers elsewhere do not fill this node's memory.
            if on_time.len() < MOST_BUCKETS || on_time.contains_key(&own) {
                let then = on_time.entry(own).or_insert(instant);
                *then = (*then).max(instant);
            }
        };
        let bucket = format!("{name} {key:?}");
        share.tell(Change { bucket, step, now, told: Box::new(told) });
    }

    /// Takes one out of each bucket, or nothing out of any; what is left in the first.
    ///
    /// # Errors
    /// How long to wait until all of them have one.
    pub fn take<const N: usize>(&self, from: [(K, Allowance); N]) -> Result<Left, Duration> {
        let now = self.clock.now().unix_micros();
        let mut on_time = self.on_time.lock().unwrap_or_else(PoisonError::into_inner);
        if on_time.len() >= MOST_BUCKETS {
            on_time.retain(|_, then| *then > now);
            if on_time.len() >= MOST_BUCKETS {
                return Err(Duration::from_secs(1));
            }
        }
        let (mut wait, mut left) = (0, None);
        for (key, allowance) in &from {
            let (step, slack) = allowance.times(self.factor).steps();
            let next = on_time.get(key).copied().unwrap_or(now).max(now) + step;
            wait = wait.max(next - now - slack);
            left.get_or_insert(Left {
                now: u32::try_from((now + slack - next).max(0) / step).unwrap_or(u32::MAX),
                most: allowance.times(self.factor).burst,
                full_in: micros(next - now),
                window: micros(slack),
            });
        }
        if wait > 0 {
            return Err(micros(wait));
        }
        for (key, allowance) in &from {
            let (step, _) = allowance.times(self.factor).steps();
            let then = on_time.entry(key.clone()).or_insert(now);
            *then = (*then).max(now) + step;
        }
        drop(on_time);
        for (key, allowance) in &from {
            self.tell(key, allowance.times(self.factor).steps().0, now);
        }
        Ok(left.unwrap_or(Left {
            now: 0,
            most: 0,
            full_in: Duration::ZERO,
            window: Duration::ZERO,
        }))
    }

    /// Puts one back.
    pub fn put_back(&self, key: &K, allowance: Allowance) {
        let (step, _) = allowance.times(self.factor).steps();
        let mut on_time = self.on_time.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(then) = on_time.get_mut(key) {
            *then -= step;
        }
        drop(on_time);
        self.tell(key, -step, self.clock.now().unix_micros());
    }

    /// How many are out at this moment.
    pub fn taken(&self, key: &K, allowance: Allowance) -> u32 {
        let (step, _) = allowance.times(self.factor).steps();
        let now = self.clock.now().unix_micros();
        let on_time = self.on_time.lock().unwrap_or_else(PoisonError::into_inner);
        let ahead = on_time.get(key).map_or(0, |then| (then - now).max(0));
        u32::try_from((ahead + step - 1) / step).unwrap_or(u32::MAX)
    }
}

fn micros(of: i64) -> Duration {
    Duration::from_micros(u64::try_from(of).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::Timestamp;

    #[test]
    fn what_is_refused_by_one_bucket_is_taken_out_of_none() {
        let buckets = Buckets::new(Clock::manual(Timestamp::from_unix_micros(0)), 1);
        let (small, large) =
            (Allowance { per_hour: 1, burst: 1 }, Allowance { per_hour: 1, burst: 2 });
        buckets.take([("a", small), ("all", large)]).unwrap();
        for _ in 0..5 {
            assert!(buckets.take([("a", small), ("all", large)]).is_err());
        }
        assert_eq!(buckets.taken(&"all", large), 1);
        buckets.take([("b", small), ("all", large)]).unwrap();
        assert!(buckets.take([("c", small), ("all", large)]).is_err());
        buckets.put_back(&"all", large);
        buckets.take([("c", small), ("all", large)]).unwrap();
    }

    #[test]
    fn when_there_is_room_for_no_more_buckets_nobody_gets_through() {
        let clock = Clock::manual(Timestamp::from_unix_micros(0));
        let buckets = Buckets::new(clock.clone(), 1);
        let once = Allowance { per_hour: 3600, burst: 1 };
        for caller in 0..MOST_BUCKETS {
            buckets.take([(caller, once)]).unwrap();
        }
        assert_eq!(buckets.take([(MOST_BUCKETS, once)]).err(), Some(Duration::from_secs(1)));
        assert!(buckets.take([(0, once)]).is_err(), "nor who has a bucket");
        // Empty ones make room.
        clock.advance(Duration::from_secs(1));
        assert!(buckets.take([(MOST_BUCKETS, once)]).is_ok());
    }
}
