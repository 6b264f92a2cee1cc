//! When an answer leaves that must not say by its time what was found.
//!
//! Both cases run the same statements, but not quite the same work: a row that names a person is
//! checked against another table and stands in more indexes. That is some 60 µs, which two thousand
//! attempts on a quiet machine can tell. So the answer waits for the next stroke of a clock that
//! began with the request, many times coarser than that.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// From stroke to stroke: longer than the work takes on a machine that is not overloaded.
const STROKE: Duration = Duration::from_millis(25);

/// Does the work, and answers on a stroke, whatever came of it.
pub(crate) async fn evenly<T>(work: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let done = work.await;
    sleep_until(begun + leaves(begun.elapsed())).await;
    done
}

/// When what took so long leaves: always after it, never more than a stroke later.
fn leaves(took: Duration) -> Duration {
    let strokes = took.as_nanos() / STROKE.as_nanos() + 1;
    STROKE.saturating_mul(u32::try_from(strokes).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_a_little_longer_leaves_at_the_same_time() {
        let after = |micros| leaves(Duration::from_micros(micros));
        assert_eq!(after(0), STROKE);
        assert_eq!(after(2_150), STROKE);
        assert_eq!(after(2_210), STROKE);
        assert_eq!(after(24_999), STROKE);
        assert_eq!(after(25_000), STROKE * 2);
        assert_eq!(after(60_000), STROKE * 3);
        assert!(leaves(Duration::MAX) > STROKE);
    }
}
