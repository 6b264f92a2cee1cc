//! Rate limits: one bucket ([`bucket`]) per class and caller.
//!
//! What depends on whom somebody says they are (logins, devices) is the matter of `identity`,
//! which has [`Buckets`] of its own.

pub mod bucket;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use lk_base::{Clock, Error, Result};

pub use bucket::{Allowance, Buckets, Change, Left, Share};

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
    /// Searching, per operator or key: it may cost the database much more than a page of a list.
    Search = "search", 120, 30;
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
    /// Giving out the audit log, per operator.
    Export = "export", 6, 3;
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

/// The buckets of calls.
#[derive(Debug)]
pub struct Limiter(Buckets<(RateClass, Bucket)>);

impl Limiter {
    /// Empty buckets.
    #[must_use]
    pub fn new(clock: Clock, factor: u32) -> Self {
        Self(Buckets::new(clock, factor))
    }

    /// The same buckets, counted together with others.
    #[must_use]
    pub fn shared(self, share: &Arc<dyn Share>) -> Self {
        Self(self.0.shared("calls", share))
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
}
