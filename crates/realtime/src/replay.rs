//! Answers that repeat history are large, and a client that does not read them piles them up.
//!
//! One answer of a socket is made at a time. Whoever goes on from where the last one ended gets
//! each thing once; whoever asks for the same again and again has a budget for the socket's life,
//! and a new socket costs a place in the rate limit.

/// So many bytes a socket may be told again.
const MOST_REPEATED: usize = 16 * 1024 * 1024;

/// What a socket was told, of one thing at a time: `K` says which.
#[derive(Debug)]
pub(crate) struct Replays<K> {
    told: Option<(K, i64)>,
    repeated: usize,
}

impl<K> Default for Replays<K> {
    fn default() -> Self {
        Self { told: None, repeated: 0 }
    }
}

impl<K: PartialEq> Replays<K> {
    /// Whether what comes after a number may be told.
    pub(crate) fn may_tell(&self, of: &K, after: i64) -> bool {
        self.goes_on(of, after) || self.repeated <= MOST_REPEATED
    }

    /// It was told, in so many bytes, up to another number.
    pub(crate) fn told(&mut self, of: K, after: i64, upto: i64, bytes: usize) {
        if !self.goes_on(&of, after) {
            self.repeated = self.repeated.saturating_add(bytes);
        }
        self.told = Some((of, upto));
    }

    fn goes_on(&self, of: &K, after: i64) -> bool {
        self.told.as_ref().is_some_and(|(last, upto)| last == of && after >= *upto)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1024 * 1024;

    #[test]
    fn whoever_goes_on_from_the_last_answer_is_told_without_end() {
        let mut replays = Replays::default();
        for round in 0..100 {
            assert!(replays.may_tell(&"one", round * 500));
            replays.told("one", round * 500, (round + 1) * 500, 8 * MIB);
        }
    }

    #[test]
    fn whoever_asks_for_the_same_is_told_until_the_budget_is_spent() {
        let mut replays = Replays::default();
        let mut told = 0;
        while replays.may_tell(&"one", 0) && told < 100 {
            replays.told("one", 0, 500, MIB);
            told += 1;
        }
        assert_eq!(told, 17);
    }

    #[test]
    fn a_number_of_another_thing_is_no_way_to_begin_again() {
        let mut replays = Replays::default();
        for _ in 0..20 {
            replays.told("one", 0, 500, MIB);
            replays.told("other", 500, 500, 0);
        }
        assert!(!replays.may_tell(&"one", 0));
    }
}
