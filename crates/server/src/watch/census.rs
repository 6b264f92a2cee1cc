//! The census again, every hour: a table may have been made and a grant given meanwhile.

use std::time::Duration;

use lk_db::{Check, Db};
use tokio::sync::watch;

use super::{Found, look, pause};

const EVERY: Duration = Duration::from_secs(3600);

/// Looks at once and then every hour, until the server stops.
pub async fn census(db: Db, found: Found, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        let _ = look(&db, &found, Check::Census, db.census()).await;
        if !pause(EVERY, &mut stopping).await {
            return;
        }
    }
}
