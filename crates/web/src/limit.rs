//! Rate limits: one bucket per class and caller, by the generic cell rate algorithm (GCRA).
//!
//! A bucket is one instant, "when the next request would be on time"; a request is refused when
//! that lies further ahead than the burst allows. The map of buckets is bounded: when it is full,
//! buckets that have run empty are dropped, and if none has, the caller is limited. It never
//! fails open.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

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
    /// An operator, key or visitor.
    Actor(u128),
}

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
}

/// The buckets of this process.
#[derive(Debug)]
pub struct Limiter {
    clock: Clock,
    /// Multiplies every allowance: tests and benchmarks raise it, production leaves 1.
    factor: u32,
    /// Microseconds since 1970 at which the bucket's next request would be on time.
    buckets: Mutex<HashMap<(RateClass, Bucket), i64>>,
}

impl Limiter {
    /// Empty buckets.
    #[must_use]
    pub fn new(clock: Clock, factor: u32) -> Self {
        Self { clock, factor: factor.max(1), buckets: Mutex::default() }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// `RateLimited` when the bucket is full.
    pub fn check(&self, class: RateClass, bucket: Bucket) -> Result<()> {
        let (per_minute, burst) = class.allowance();
        let step = 60_000_000 / i64::from(per_minute.saturating_mul(self.factor).max(1));
        let slack = step.saturating_mul(i64::from(burst.saturating_mul(self.factor)));
        let now = self.clock.now().unix_micros();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_BUCKETS {
            buckets.retain(|_, on_time| *on_time > now);
            if buckets.len() >= MOST_BUCKETS {
                return Err(Error::RateLimited { retry_after: Duration::from_secs(1) });
            }
        }
        let on_time = buckets.entry((class, bucket)).or_insert(now);
        let next = (*on_time).max(now) + step;
        if next - now > slack {
            let wait = u64::try_from(next - now - slack).unwrap_or(0);
            return Err(Error::RateLimited { retry_after: Duration::from_micros(wait) });
        }
        *on_time = next;
        Ok(())
    }
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
            limiter.check(RateClass::SignIn, me.clone()).unwrap();
        }
        assert!(matches!(
            limiter.check(RateClass::SignIn, me.clone()),
            Err(Error::RateLimited { .. })
        ));
        clock.advance(Duration::from_secs(3));
        limiter.check(RateClass::SignIn, me.clone()).unwrap();
        assert!(limiter.check(RateClass::SignIn, me).is_err());
        limiter.check(RateClass::SignIn, Bucket::of("203.0.113.10".parse().unwrap())).unwrap();
    }

    #[test]
    fn one_ipv6_network_is_one_caller() {
        let bucket = |text: &str| Bucket::of(text.parse().unwrap());
        assert_eq!(bucket("2001:db8:1:2::1"), bucket("2001:db8:1:2:ffff::9"));
        assert_ne!(bucket("2001:db8:1:2::1"), bucket("2001:db8:1:3::1"));
        assert_eq!(bucket("::ffff:203.0.113.9"), bucket("203.0.113.9"));
    }
}
