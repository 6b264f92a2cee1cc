//! Rate limits: one bucket per class and caller, by the generic cell rate algorithm (GCRA).
//!
//! A bucket is one instant, "when the next request would be on time"; a request is refused when
//! that lies further ahead than the burst allows. The map of buckets is bounded: when it is full,
//! buckets that have run empty are dropped, and if none has, the caller is limited. It never
//! fails open.
//!
//! What depends on whom somebody says they are (logins, devices) is the matter of `identity`,
//! which has [`Buckets`] of its own.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use lk_base::{Clock, Error, Result};

const MOST_BUCKETS: usize = 200_000;

macro_rules! classes {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal, $per_minute:literal, $burst:literal;)*) => {
        /// How often an operation may be called by one caller.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum RateClass {
            $($(#[doc = $doc])* $name,)*
        }

        impl RateClass {
            /// All classes.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name in the document.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// Sustained requests per minute, and how many at once.
            #[must_use]
            pub const fn allowance(self) -> (u32, u32) {
                match self { $(Self::$name => ($per_minute, $burst)),* }
            }

            fn per_hour(self) -> Allowance {
                let (per_minute, burst) = self.allowance();
                Allowance { per_hour: per_minute.saturating_mul(60), burst }
            }
        }
    };
}

classes! {
    /// Reading, per operator or key.
    Read = "read", 1200, 300;
    /// Changing, per operator or key.
    Write = "write", 600, 120;
    /// Sending messages, per operator or key.
    Send = "send", 6000, 600;
    /// Trying a credential, per address.
    SignIn = "sign_in", 20, 20;
    /// Trying a second factor, per address.
    SecondFactor = "second_factor", 20, 20;
    /// Proving again who one is, and changing how one does, per operator.
    StepUp = "step_up", 10, 10;
    /// Asking for a new password, per address.
    Reset = "reset", 6, 10;
    /// Refreshing a session, per address.
    Refresh = "refresh", 120, 60;
    /// Inviting, per operator.
    Invite = "invite", 30, 30;
    /// Showing an API key, per address, whatever becomes of it.
    Key = "key", 6000, 1200;
    /// Reporting a leaked API key, per address.
    KeyLeak = "key_leak", 10, 10;
    /// A widget asking for its configuration, per address.
    WidgetRead = "widget_read", 600, 200;
    /// A browser becoming a visitor, per address.
    WidgetSession = "widget_session", 30, 20;
    /// A visitor writing, per visitor.
    WidgetSend = "widget_send", 120, 30;
    /// Opening a socket, per address.
    Socket = "socket", 600, 200;
}

/// Whose bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// An address: IPv4 whole, IPv6 by its first 64 bits.
    Address([u8; 8]),
    /// An IPv6 network by its first 48 bits, which is what one line is given.
    Network([u8; 6]),
    /// An operator, key or visitor.
    Actor(u128),
}

/// How much more a network of 48 bits may do than one of its 65,536 networks of 64.
const NETWORK: u32 = 8;

impl Bucket {
    /// The bucket of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        let mut key = [0_u8; 8];
        match address.to_canonical() {
            IpAddr::V4(four) => key.iter_mut().zip(four.octets()).for_each(|(to, from)| *to = from),
            IpAddr::V6(six) => key.iter_mut().zip(six.octets()).for_each(|(to, from)| *to = from),
        }
        Self::Address(key)
    }

    /// The bucket of the network around an IPv6 address.
    fn around(address: IpAddr) -> Option<Self> {
        let IpAddr::V6(six) = address.to_canonical() else { return None };
        let mut key = [0_u8; 6];
        key.iter_mut().zip(six.octets()).for_each(|(to, from)| *to = from);
        Some(Self::Network(key))
    }
}

/// How often: sustained, and at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Sustained, in an hour.
    pub per_hour: u32,
    /// At once.
    pub burst: u32,
}

impl Allowance {
    const fn times(self, factor: u32) -> Self {
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

/// Buckets by any key, by the generic cell rate algorithm.
#[derive(Debug)]
pub struct Buckets<K> {
    clock: Clock,
    /// Multiplies every allowance: tests and benchmarks raise it, production leaves 1.
    factor: u32,
    /// Microseconds since 1970 at which the bucket's next request would be on time.
    on_time: Mutex<HashMap<K, i64>>,
}

impl<K: Eq + Hash> Buckets<K> {
    /// Empty buckets.
    #[must_use]
    pub fn new(clock: Clock, factor: u32) -> Self {
        Self { clock, factor: factor.max(1), on_time: Mutex::default() }
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
        for (key, allowance) in from {
            let (step, _) = allowance.times(self.factor).steps();
            let then = on_time.entry(key).or_insert(now);
            *then = (*then).max(now) + step;
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

/// The buckets of this process.
#[derive(Debug)]
pub struct Limiter(Buckets<(RateClass, Bucket)>);

impl Limiter {
    /// Empty buckets.
    #[must_use]
    pub fn new(clock: Clock, factor: u32) -> Self {
        Self(Buckets::new(clock, factor))
    }

    /// Counts one request of somebody known.
    ///
    /// # Errors
    /// `RateLimited` when the bucket is empty.
    pub fn check(&self, class: RateClass, bucket: Bucket) -> Result<Left> {
        limited(self.0.take([((class, bucket), class.per_hour())]))
    }

    /// Counts one request from an address: in IPv6 also against the network around it.
    ///
    /// # Errors
    /// `RateLimited` when one of the buckets is empty.
    pub fn check_address(&self, class: RateClass, address: IpAddr) -> Result<Left> {
        let one = ((class, Bucket::of(address)), class.per_hour());
        let Some(around) = Bucket::around(address) else { return limited(self.0.take([one])) };
        limited(self.0.take([one, ((class, around), class.per_hour().times(NETWORK))]))
    }
}

fn limited(taken: Result<Left, Duration>) -> Result<Left> {
    taken.map_err(|retry_after| Error::RateLimited { retry_after })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::Timestamp;

    #[test]
    fn a_burst_passes_then_requests_drip() {
        let clock = Clock::manual(Timestamp::from_unix_micros(0));
        let limiter = Limiter::new(clock.clone(), 1);
        let me = Bucket::of("203.0.113.9".parse().unwrap());
        for _ in 0..20 {
            let _ = limiter.check(RateClass::SignIn, me.clone()).unwrap();
        }
        assert!(matches!(
            limiter.check(RateClass::SignIn, me.clone()),
            Err(Error::RateLimited { .. })
        ));
        clock.advance(Duration::from_secs(3));
        let _ = limiter.check(RateClass::SignIn, me.clone()).unwrap();
        assert!(limiter.check(RateClass::SignIn, me).is_err());
        let _ =
            limiter.check(RateClass::SignIn, Bucket::of("203.0.113.10".parse().unwrap())).unwrap();
    }

    #[test]
    fn one_ipv6_network_is_one_caller() {
        let bucket = |text: &str| Bucket::of(text.parse().unwrap());
        assert_eq!(bucket("2001:db8:1:2::1"), bucket("2001:db8:1:2:ffff::9"));
        assert_ne!(bucket("2001:db8:1:2::1"), bucket("2001:db8:1:3::1"));
        assert_eq!(bucket("::ffff:203.0.113.9"), bucket("203.0.113.9"));
    }

    #[test]
    fn a_line_with_many_ipv6_networks_is_limited_over_all_of_them() {
        let limiter = Limiter::new(Clock::manual(Timestamp::from_unix_micros(0)), 1);
        let passed = |site: u32| {
            let address = |n: u32| format!("2001:db8:{site:x}:{n:x}::1").parse().unwrap();
            (0..1000_u32)
                .filter(|n| limiter.check_address(RateClass::SignIn, address(*n)).is_ok())
                .count()
        };
        assert_eq!(passed(1), 160, "eight times what one address may");
        assert_eq!(passed(2), 160);
    }

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
}
