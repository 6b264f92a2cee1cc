//! Canaries, made when they are missing, and a look through them at the start and every hour.

use std::time::Duration;

use lk_db::{Check, Db};
use tokio::sync::watch;

use super::{Found, look, pause};
use crate::canary::Canaries;

const EVERY: Duration = Duration::from_secs(3600);

/// Looks at once and then every hour, until the server stops.
pub async fn canaries(
    db: Db,
    canaries: Canaries,
    found: Found,
    mut stopping: watch::Receiver<bool>,
) {
    while !*stopping.borrow() {
        let _ = look(&db, &found, Check::Canaries, canaries.look()).await;
        if !pause(EVERY, &mut stopping).await {
            return;
        }
    }
}
