//! Checks that run as long as the server does, and what they found last.
//!
//! **Invariant:** a check that could not look is not green: its result is `unknown`, and the gauge
//! is down.

mod canaries;
mod census;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lk_base::{Result, Timestamp};
use lk_db::{Check, Db, Evidence, Outcome};
use tokio::sync::watch;

pub use canaries::canaries;
pub use census::census;

/// What each check found last, for the metrics.
#[derive(Debug, Clone, Default)]
pub struct Found(Arc<Mutex<BTreeMap<Check, (Outcome, Timestamp)>>>);

impl Found {
    fn note(&self, check: Check, outcome: Outcome, at: Timestamp) {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        found.insert(check, (outcome, at));
    }

    /// Lines in the Prometheus text format.
    #[must_use]
    pub fn metrics(&self) -> String {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::from(
            "# TYPE leadkeep_check_passed gauge\n# TYPE leadkeep_check_seconds gauge\n",
        );
        for (check, (outcome, at)) in &*found {
            let (name, passed) = (check.name(), u8::from(*outcome == Outcome::Passed));
            let seconds = at.unix_seconds();
            let _ = writeln!(text, "leadkeep_check_passed{{check=\"{name}\"}} {passed}");
            let _ = writeln!(text, "leadkeep_check_seconds{{check=\"{name}\"}} {seconds}");
        }
        text
    }
}

/// Looks once: what is wrong becomes a failure, nothing wrong a pass, and no answer neither. It is
/// logged when it is no pass, noted for the metrics, and kept.
pub async fn look(
    db: &Db,
    found: &Found,
    check: Check,
    looking: impl Future<Output = Result<Vec<String>>>,
) -> Outcome {
    let start = Instant::now();
    let (outcome, detail) = match looking.await {
        Ok(wrong) if wrong.is_empty() => (Outcome::Passed, wrong),
        Ok(wrong) => (Outcome::Failed, wrong),
        Err(error) => {
            tracing::error!(check = check.name(), ?error, "a check could not look");
            (Outcome::Unknown, vec!["the check could not look; the log says why".to_owned()])
        }
    };
    if outcome == Outcome::Failed {
        tracing::error!(check = check.name(), wrong = ?detail, "a promise does not hold");
    }
    found.note(check, outcome, db.clock().now());
    let build = crate::VERSION.to_owned();
    let evidence = Evidence { check, outcome, took: start.elapsed(), detail, build };
    if let Err(error) = db.keep(&evidence).await {
        tracing::error!(check = check.name(), ?error, "what a check found could not be kept");
    }
    outcome
}

/// Waits for the next look; `false` when the server stops.
async fn pause(every: Duration, stopping: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = tokio::time::sleep(every) => true,
        _ = stopping.changed() => false,
    }
}
