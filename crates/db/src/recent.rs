//! What was read a moment ago, so that not every request reads it again.
//!
//! An answer is at most [`FRESH`] old, and it is forgotten as soon as this process hears of a
//! change. On other nodes, which hear nothing, the age is the limit.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How old an answer may be: who is revoked elsewhere is out within a second.
const FRESH: Duration = Duration::from_millis(900);
/// How many answers are kept.
const MOST: usize = 50_000;

/// Answers of the database by what was asked.
#[derive(Debug)]
pub struct Recent<K, V> {
    answers: Mutex<HashMap<K, (V, Instant)>>,
    /// Grows with every forgetting: what was read before one is not remembered after it.
    forgettings: AtomicU64,
}

/// When somebody began to read.
#[derive(Debug, Clone, Copy)]
pub struct Begun {
    at: Instant,
    forgettings: u64,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self { answers: Mutex::default(), forgettings: AtomicU64::new(0) }
    }
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    /// The answer, if it is fresh.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<V> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(key).filter(|(_, at)| at.elapsed() < FRESH).map(|(value, _)| value.clone())
    }

    /// To be called before the database is asked.
    #[must_use]
    pub fn begin(&self) -> Begun {
        Begun { at: Instant::now(), forgettings: self.forgettings.load(Ordering::SeqCst) }
    }

    /// Keeps what was read, unless something was forgotten meanwhile: it may have been just this.
    pub fn put(&self, key: K, value: V, begun: Begun) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if self.forgettings.load(Ordering::SeqCst) != begun.forgettings {
            return;
        }
        if answers.len() >= MOST {
            answers.retain(|_, (_, at)| at.elapsed() < FRESH);
        }
        if answers.len() < MOST {
            answers.insert(key, (value, begun.at));
        }
    }

    /// Forgets what `which` says: the next request asks the database.
    pub fn forget(&self, which: impl Fn(&K, &V) -> bool) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        self.forgettings.fetch_add(1, Ordering::SeqCst);
        answers.retain(|key, (value, _)| !which(key, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_known_until_it_is_forgotten() {
        let recent = Recent::default();
        recent.put("a", 1, recent.begin());
        recent.put("b", 2, recent.begin());
        recent.forget(|key, _| *key == "a");
        assert_eq!((recent.get(&"a"), recent.get(&"b")), (None, Some(2)));
    }

    #[test]
    fn what_was_read_before_a_forgetting_is_not_remembered_after_it() {
        let recent = Recent::default();
        let begun = recent.begin();
        recent.forget(|_, _: &i32| false);
        recent.put("a", 1, begun);
        assert_eq!(recent.get(&"a"), None);
    }

    #[test]
    fn an_old_answer_is_none() {
        let recent = Recent::default();
        let begun = Begun { at: Instant::now() - FRESH, forgettings: 0 };
        recent.put("a", 1, begun);
        assert_eq!(recent.get(&"a"), None);
    }
}
