//! What is kept of a delivery: that it begins, that it was taken, that it failed; and the pause
//! that comes by itself.

use std::time::Duration;

use lk_base::id::{Id, WorkspaceId};
use lk_base::{Result, Timestamp};
use lk_db::{Action, Entry, SystemReason, SystemTx, Unaudited, WriteTx};
use serde_json::json;

use super::batch::Batch;
use super::carrier::{Carrier, Taken, chance, patience};
use super::delivery::Trouble;
use super::{Because, letter, the_carrier};

/// After this long without success a stream is paused.
const GIVES_UP: Duration = Duration::from_secs(3 * 24 * 3600);
/// But not before so many attempts: time in which nobody tried is not held against it.
const ATTEMPTS: i32 = 10;

/// How a stream has failed so far.
struct Failing {
    attempts: i32,
    since: Timestamp,
    name: String,
}

/// The rule: what the receiver says is gone is gone; else three days, and ten attempts.
fn gives_up(trouble: Trouble, failing: &Failing, now: Timestamp) -> Option<Because> {
    if trouble.is_gone() {
        return Some(Because::Gone);
    }
    let long = now.since(failing.since) >= GIVES_UP && failing.attempts >= ATTEMPTS;
    long.then_some(Because::Failing)
}

impl Carrier {
    /// Notes which batch is on its way, before it is; false when somebody else carried it on, or
    /// it was paused or removed.
    pub(super) async fn begin(&self, taken: Taken, batch: &Batch) -> Result<bool> {
        let mut system = self.within(taken).await?;
        let tx = system.tx();
        let workspace = tx.workspace();
        let begun = sqlx::query!(
            "update audit_streams
                set batch_last = $4
              where workspace_id = $1
                and stream_id = $2
                and last_number = $3
                and (batch_last is null or batch_last = $4)
                and paused_at is null",
            workspace,
            taken.stream.uuid(),
            batch.after,
            batch.last,
        )
        .execute(tx.conn())
        .await?
        .rows_affected();
        system.commit_unaudited(Unaudited::StreamOnItsWay).await?;
        Ok(begun > 0)
    }

    /// Moves the stream on: its receiver has the batch.
    pub(super) async fn delivered(&self, taken: Taken, batch: &Batch) -> Result<()> {
        let mut system = self.within(taken).await?;
        let tx = system.tx();
        let (workspace, now) = (tx.workspace(), tx.now());
        sqlx::query!(
            "update audit_streams
                set last_number = $4, batch_last = null, attempts = 0, failing_since = null,
                    next_attempt_at = null, delivered_at = coalesce($5, delivered_at)
              where workspace_id = $1
                and stream_id = $2
                and last_number = $3
                and batch_last = $4",
            workspace,
            taken.stream.uuid(),
            batch.after,
            batch.last,
            // Nothing was brought where all entries are gone.
            (!batch.events.is_empty()).then(|| now.sql()),
        )
        .execute(tx.conn())
        .await?;
        system.enter(the_carrier(WorkspaceId::PLATFORM)).await?;
        due(system.tx(), taken, Some(now)).await?;
        system.commit_unaudited(Unaudited::StreamOnItsWay).await
    }

    /// Notes what went wrong and when it is tried again; after three days it is not.
    pub(super) async fn failed(&self, taken: Taken, batch: &Batch, trouble: Trouble) -> Result<()> {
        let mut system = self.within(taken).await?;
        let tx = system.tx();
        let now = tx.now();
        let Some(failing) = count(tx, taken, batch, trouble).await? else { return Ok(()) };
        let Some(because) = gives_up(trouble, &failing, now) else {
            let next = now.plus(patience(failing.attempts, chance()));
            tried_again(tx, taken, next).await?;
            system.enter(the_carrier(WorkspaceId::PLATFORM)).await?;
            due(system.tx(), taken, Some(next)).await?;
            return system.commit_unaudited(Unaudited::StreamOnItsWay).await;
        };
        pause(tx, taken, because).await?;
        let (called, admins) = lk_mail::admins(tx).await?;
        let entry = Entry::new(Action::AuditStreamPaused, taken.stream).with(json!({
            "reason": because,
            "after_number": batch.after,
            "attempts": failing.attempts,
        }));
        // The mail lies among the platform's rows.
        let platform = the_carrier(WorkspaceId::PLATFORM);
        let mut recorded = system.record(entry, platform).await?;
        let letter = letter::paused(&self.audit.dashboard_url, &called, &failing.name, because);
        for email in &admins {
            lk_mail::post(recorded.tx(), Some(email), &letter).await?;
        }
        due(recorded.tx(), taken, None).await?;
        recorded.commit().await?;
        tracing::warn!(stream = %taken.stream, workspace = %taken.workspace, "a stream of the audit log is paused");
        Ok(())
    }

    /// Lets go of a stream until it is due again.
    pub(super) async fn release(&self, taken: Taken, next: Timestamp) -> Result<()> {
        let platform = the_carrier(WorkspaceId::PLATFORM);
        let mut system = self.audit.db.system(SystemReason::Stream, &platform).await?;
        due(system.tx(), taken, Some(next)).await?;
        system.commit_unaudited(Unaudited::StreamOnItsWay).await
    }

    async fn within(&self, taken: Taken) -> Result<SystemTx> {
        self.audit.db.system(SystemReason::Stream, &the_carrier(taken.workspace)).await
    }
}

/// Says when a stream is due again, unless somebody else took it since.
async fn due(tx: &mut WriteTx, taken: Taken, next: Option<Timestamp>) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "update audit_stream_directory
            set next_at = $4
          where workspace_id = $1
            and stream_id = $2
            and lease = $3
            and next_at is not null",
        workspace,
        taken.stream.uuid(),
        taken.lease,
        next.map(Timestamp::sql),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Counts a failure; nothing when somebody carried the stream on, paused or removed it.
async fn count(
    tx: &mut WriteTx,
    taken: Taken,
    batch: &Batch,
    trouble: Trouble,
) -> Result<Option<Failing>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    Ok(sqlx::query_as!(
        Failing,
        r#"update audit_streams
              set attempts = attempts + 1,
                  failing_since = coalesce(failing_since, $4),
                  last_error = $5,
                  last_error_at = $4
            where workspace_id = $1
              and stream_id = $2
              and last_number = $3
              and paused_at is null
           returning attempts, failing_since as "since!: Timestamp", name"#,
        workspace,
        taken.stream.uuid(),
        batch.after,
        now.sql(),
        trouble.to_string(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Shows when the next attempt is.
async fn tried_again(tx: &mut WriteTx, taken: Taken, next: Timestamp) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "update audit_streams
            set next_attempt_at = $3
          where workspace_id = $1
            and stream_id = $2",
        workspace,
        taken.stream.uuid(),
        next.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn pause(tx: &mut WriteTx, taken: Taken, because: Because) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update audit_streams
            set paused_at = $3, paused_because = $4, next_attempt_at = null
          where workspace_id = $1
            and stream_id = $2",
        workspace,
        taken.stream.uuid(),
        now.sql(),
        because.name(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_given_up_after_three_days_and_ten_attempts_or_when_it_is_gone() {
        let now = Timestamp::from_unix_micros(1_795_338_000_000_000);
        let failing = |attempts, for_long: Duration| Failing {
            attempts,
            since: now.minus(for_long),
            name: String::new(),
        };
        let after =
            |attempts, for_long| gives_up(Trouble::Status(500), &failing(attempts, for_long), now);
        let second = Duration::from_secs(1);
        assert_eq!(after(10, GIVES_UP), Some(Because::Failing));
        assert_eq!(after(9, GIVES_UP), None, "nobody tried while the server was off");
        assert_eq!(after(100, GIVES_UP - second), None);
        let gone = gives_up(Trouble::Status(410), &failing(1, Duration::ZERO), now);
        assert_eq!(gone, Some(Because::Gone));
    }
}
