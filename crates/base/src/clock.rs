//! Time and ids are parameters: whoever needs them is given a [`Clock`].

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use time::OffsetDateTime;
use uuid::Uuid;

use crate::id::Id;
use crate::timestamp::Timestamp;

/// Tells the time and makes ids. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    /// Microseconds since 1970; moves only when told.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock for tests that stands still until [`Clock::advance`] moves it.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.unix_micros()))))
    }

    /// Now, in UTC, to the microsecond (the database keeps no more).
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the one place that asks the machine"
            )]
            Source::System => Timestamp::from(OffsetDateTime::now_utc()),
            Source::Manual(micros) => Timestamp::from_unix_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock forward; a system clock does not listen.
    pub fn advance(&self, by: std::time::Duration) {
        if let Source::Manual(micros) = &self.0 {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }

    /// A new id: UUIDv7 (RFC 9562 §5.7), 48 bits of time and 74 random bits.
    #[must_use]
    pub fn new_id<I: Id>(&self) -> I {
        I::from_uuid(self.new_uuid())
    }

    fn new_uuid(&self) -> Uuid {
        let millis = u64::try_from(self.now().unix_micros() / 1000).unwrap_or(0);
        let mut random = [0_u8; 10];
        fill_random(&mut random);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// Fills `bytes` from the operating system's generator.
///
/// The kernel's generator cannot fail once it is seeded; should it ever, ending the process is
/// the only answer that does not hand out a guessable secret.
pub fn fill_random(bytes: &mut [u8]) {
    if getrandom::fill(bytes).is_err() {
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::MessageId;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = Clock::manual(Timestamp::from_unix_micros(1_000_000));
        let before = clock.now();
        assert_eq!(clock.now(), before);
        clock.advance(std::time::Duration::from_secs(2));
        assert_eq!(clock.now().unix_micros(), 3_000_000);
    }

    #[test]
    fn ids_are_version_seven_and_differ() {
        let clock = Clock::system();
        let (one, two): (MessageId, MessageId) = (clock.new_id(), clock.new_id());
        assert_ne!(one, two);
        assert_eq!(one.uuid().get_version_num(), 7);
    }
}
