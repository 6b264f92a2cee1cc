//! How long a session is good in a workspace: the installation's limits, shorter ones of admins,
//! tighter ones of the workspace, and the instant from which on sessions count there at all.
//!
//! **Invariant:** a workspace can only make it shorter.

use std::time::Duration;

use lk_authz::Role;
use lk_base::Timestamp;

use crate::Lifetimes;

/// How long a session may rest, and how long it may live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) idle: Duration,
    pub(crate) absolute: Duration,
}

/// What a workspace asks for beyond that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tighter {
    pub(crate) idle: Option<Duration>,
    pub(crate) absolute: Option<Duration>,
}

/// When a session began, and when it last went on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Age {
    pub(crate) begun: Timestamp,
    pub(crate) seen: Timestamp,
}

/// What decides whether a session is good for one operator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) limits: Limits,
    /// Somebody ended all sessions that began until then.
    pub(crate) ended_at: Option<Timestamp>,
}

const MINUTE: u64 = 60;

/// Minutes as they are stored.
pub(crate) fn minutes(stored: Option<i32>) -> Option<Duration> {
    Some(Duration::from_secs(u64::try_from(stored?).ok()? * MINUTE))
}

impl Tighter {
    /// As stored.
    pub(crate) fn stored(idle: Option<i32>, absolute: Option<i32>) -> Self {
        Self { idle: minutes(idle), absolute: minutes(absolute) }
    }
}

/// The rule.
pub(crate) fn limits(lifetimes: &Lifetimes, tighter: Tighter, role: Role) -> Limits {
    let (mut idle, mut absolute) = (lifetimes.idle, lifetimes.absolute);
    if role >= Role::Admin {
        idle = idle.min(lifetimes.admin_idle);
        absolute = absolute.min(lifetimes.admin_absolute);
    }
    Limits {
        idle: tighter.idle.map_or(idle, |tighter| tighter.min(idle)),
        absolute: tighter.absolute.map_or(absolute, |tighter| tighter.min(absolute)),
    }
}

impl Bounds {
    /// Whether a session of this age is good.
    pub(crate) fn keep(self, age: Age, now: Timestamp) -> bool {
        now.since(age.begun) < self.limits.absolute
            && now.since(age.seen) < self.limits.idle
            && self.ended_at.is_none_or(|ended| age.begun > ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn lifetimes() -> Lifetimes {
        Lifetimes {
            access_token: HOUR / 6,
            idle: HOUR,
            absolute: HOUR * 24,
            admin_idle: HOUR / 2,
            admin_absolute: HOUR * 12,
        }
    }

    #[test]
    fn a_workspace_makes_sessions_shorter_and_never_longer() {
        let of = |idle, absolute, role| {
            let Limits { idle, absolute } = limits(&lifetimes(), Tighter { idle, absolute }, role);
            (idle, absolute)
        };
        assert_eq!(of(None, None, Role::User), (HOUR, HOUR * 24));
        assert_eq!(of(None, None, Role::Admin), (HOUR / 2, HOUR * 12));
        assert_eq!(of(None, None, Role::SuperAdmin), (HOUR / 2, HOUR * 12));
        assert_eq!(of(Some(HOUR / 4), Some(HOUR * 8), Role::User), (HOUR / 4, HOUR * 8));
        assert_eq!(of(Some(HOUR * 2), Some(HOUR * 48), Role::User), (HOUR, HOUR * 24));
        assert_eq!(of(Some(HOUR), Some(HOUR * 20), Role::Admin), (HOUR / 2, HOUR * 12));
    }

    #[test]
    fn a_session_is_good_until_it_rested_or_lived_too_long_or_was_ended() {
        let at = |hours: i64| Timestamp::from_unix_micros(hours * 3_600_000_000);
        let bounds =
            Bounds { limits: limits(&lifetimes(), Tighter::default(), Role::User), ended_at: None };
        let age = |begun, seen| Age { begun: at(begun), seen: at(seen) };
        assert!(bounds.keep(age(0, 22), at(22)));
        assert!(!bounds.keep(age(0, 22), at(23)), "it rested for an hour");
        assert!(!bounds.keep(age(0, 24), at(24)), "it lived for a day");
        let ended = Bounds { ended_at: Some(at(10)), ..bounds };
        assert!(!ended.keep(age(10, 20), at(20)) && ended.keep(age(11, 20), at(20)));
    }
}
