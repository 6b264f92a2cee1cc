//! Who carries the log to its receivers: what is due, batch by batch, from where it stopped.
//!
//! One process takes a stream and has it until its lease ends, so that one batch of it is on its
//! way at a time. Should the process die between a delivery and the note of it, the same batch is
//! sent again, under the same id.
//!
//! **Invariant:** no transaction is open while a receiver is waited for, and nothing here holds a
//! row that whoever writes entries needs.

use std::time::Duration;

use lk_base::clock::fill_random;
use lk_base::id::{AuditStreamId, Id, WorkspaceId};
use lk_base::{Error, Result, Timestamp};
use lk_db::{SystemReason, Unaudited};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::batch::{self, Batch, Until};
use super::delivery::{Way, batch_id, opened};
use super::target::{Target, way_out};
use super::{Kind, secret_place, the_carrier};
use crate::Audit;

/// How often it is looked what is due.
const PACE: Duration = Duration::from_secs(1);
/// How long a stream without anything new is left alone.
const IDLE: Duration = Duration::from_secs(2);
/// How long whoever took a stream has it: several times what one delivery can take.
const LEASE: Duration = Duration::from_secs(60);
/// How many streams are carried at once: more than one workspace may have, so that slow receivers
/// of one hold up no other.
const MOST_AT_ONCE: usize = 32;

/// Carries streams. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Carrier {
    pub(super) audit: Audit,
}

/// A stream that was due, taken by this process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    pub(super) stream: AuditStreamId,
    pub(super) workspace: WorkspaceId,
    pub(super) lease: i64,
}

/// A stream as it stands, with what it takes to deliver.
struct Standing {
    way: Way,
    after: i64,
    until: Until,
}

/// What becomes of a stream that was taken.
enum Next {
    /// There is something to deliver.
    Deliver(Box<Standing>),
    /// There is nothing new.
    Nothing,
    /// It was removed, or paused meanwhile: whoever did that said when it is due again.
    Gone,
}

impl Carrier {
    /// Carries the streams of all workspaces.
    #[must_use]
    pub const fn new(audit: Audit) -> Self {
        Self { audit }
    }

    /// Works until `stopping` turns true. What fails is logged and tried again.
    pub async fn run(self, mut stopping: watch::Receiver<bool>) {
        let mut busy = JoinSet::new();
        while !*stopping.borrow() {
            match self.take(MOST_AT_ONCE.saturating_sub(busy.len())).await {
                Ok(taken) => {
                    for taken in taken {
                        let carrier = self.clone();
                        busy.spawn(async move { carrier.carry_and_log(taken).await });
                    }
                }
                Err(error) => tracing::warn!(?error, "streams could not be looked for"),
            }
            tokio::select! {
                () = tokio::time::sleep(PACE) => {}
                Some(_) = busy.join_next() => {}
                _ = stopping.changed() => {}
            }
        }
        // What is on its way ends by itself within seconds.
        while busy.join_next().await.is_some() {}
    }

    /// Delivers until nothing is due; how many batches were taken by their receivers.
    ///
    /// # Errors
    /// `Internal` when the directory of streams cannot be read; what fails in one workspace is
    /// logged and tried again when its lease ends.
    pub async fn round(&self) -> Result<usize> {
        let mut delivered = 0;
        loop {
            let taken = self.take(MOST_AT_ONCE).await?;
            if taken.is_empty() {
                return Ok(delivered);
            }
            for taken in taken {
                delivered += usize::from(self.carry_and_log(taken).await);
            }
        }
    }

    async fn carry_and_log(&self, taken: Taken) -> bool {
        match self.carry(taken).await {
            Ok(delivered) => delivered,
            Err(error) => {
                tracing::warn!(stream = %taken.stream, ?error, "a stream could not be carried");
                false
            }
        }
    }

    /// Takes what has been due for longest: nobody else does until the lease ends.
    async fn take(&self, most: usize) -> Result<Vec<Taken>> {
        if most == 0 {
            return Ok(Vec::new());
        }
        let platform = the_carrier(WorkspaceId::PLATFORM);
        let mut system = self.audit.db.system(SystemReason::Stream, &platform).await?;
        let tx = system.tx();
        let (workspace, now) = (tx.workspace(), tx.now());
        let taken = sqlx::query_as!(
            Taken,
            r#"update audit_stream_directory as d
                  set next_at = $3, lease = d.lease + 1
                 from (select stream_id
                         from audit_stream_directory
                        where workspace_id = $1
                          and next_at <= $2
                        order by next_at
                        limit $4
                          for update skip locked) as due
                where d.workspace_id = $1
                  and d.stream_id = due.stream_id
               returning d.stream_id          as "stream: AuditStreamId",
                         d.owner_workspace_id as "workspace: WorkspaceId",
                         d.lease"#,
            workspace,
            now.sql(),
            now.plus(LEASE).sql(),
            i64::try_from(most).map_err(Error::internal)?,
        )
        .fetch_all(tx.conn())
        .await?;
        if !taken.is_empty() {
            system.commit_unaudited(Unaudited::StreamOnItsWay).await?;
        }
        Ok(taken)
    }

    /// Delivers one batch of a stream, if there is one and its receiver takes it.
    async fn carry(&self, taken: Taken) -> Result<bool> {
        let standing = match self.standing(taken).await? {
            Next::Deliver(standing) => *standing,
            Next::Nothing => {
                self.release(taken, self.now().plus(IDLE)).await?;
                return Ok(false);
            }
            Next::Gone => return Ok(false),
        };
        let batch = self.batch(taken, &standing).await?;
        if !self.begin(taken, &batch).await? {
            return Ok(false);
        }
        if batch.events.is_empty() {
            self.delivered(taken, &batch).await?;
            return Ok(false);
        }
        let id = batch_id(taken.stream, batch.after, batch.last);
        match standing.way.bring(&id, self.now(), &batch.events).await {
            Ok(()) => self.delivered(taken, &batch).await.map(|()| true),
            Err(trouble) => self.failed(taken, &batch, trouble).await.map(|()| false),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.audit.db.clock().now()
    }

    async fn standing(&self, taken: Taken) -> Result<Next> {
        let mut tx = self.audit.db.read(&the_carrier(taken.workspace)).await?;
        let (workspace, now) = (tx.workspace(), tx.now());
        let row = sqlx::query!(
            r#"select s.kind as "kind: Kind", s.address, s.authority, s.secret_sealed,
                      s.old_secret_sealed, s.old_secret_ends_at as "old_ends_at: Timestamp",
                      s.last_number, s.batch_last, (s.paused_at is not null) as "paused!",
                      coalesce(h.last_number, 0) as "newest!"
                 from audit_streams s
                 left join audit_heads h
                   on h.workspace_id = s.workspace_id
                where s.workspace_id = $1
                  and s.stream_id = $2"#,
            workspace,
            taken.stream.uuid(),
        )
        .fetch_optional(tx.conn())
        .await?;
        drop(tx);
        let Some(row) = row.filter(|row| !row.paused) else { return Ok(Next::Gone) };
        let until = match row.batch_last {
            Some(last) => Until::Exactly(last),
            None if row.newest > row.last_number => Until::AtMost(row.newest),
            None => return Ok(Next::Nothing),
        };
        let old = row.old_secret_sealed.filter(|_| row.old_ends_at.is_some_and(|at| at > now));
        let place = secret_place(workspace, taken.stream.uuid());
        let sealer = self.audit.db.sealer();
        let sealed = [row.secret_sealed, old].into_iter().flatten();
        let secrets: Result<_> = sealed.map(|sealed| opened(sealer, place, &sealed)).collect();
        let way = Way {
            target: Target::parse(row.kind, &row.address)?,
            outbound: way_out(&self.audit, row.authority.as_deref())?,
            secrets: secrets?,
            host: self.audit.host().to_owned(),
        };
        Ok(Next::Deliver(Box::new(Standing { way, after: row.last_number, until })))
    }

    async fn batch(&self, taken: Taken, standing: &Standing) -> Result<Batch> {
        let mut tx = self.audit.db.read(&the_carrier(taken.workspace)).await?;
        batch::read(&mut tx, standing.after, standing.until).await
    }
}

/// How long until the next attempt: twice as long each time, an hour at most, and somewhere in its
/// second half, so that streams that failed together do not come back together.
pub(super) fn patience(attempts: i32, chance: u8) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(10);
    let whole = Duration::from_secs(5 << doublings).min(Duration::from_secs(3600));
    whole / 2 + whole / 2 * u32::from(chance) / 255
}

/// Any number.
pub(super) fn chance() -> u8 {
    let mut byte = [0];
    fill_random(&mut byte);
    let [byte] = byte;
    byte
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_doubles_up_to_an_hour_and_is_never_the_same_for_all() {
        let seconds = |attempts, chance| patience(attempts, chance).as_secs_f64();
        let most: Vec<f64> = (1..13).map(|attempts| seconds(attempts, 255)).collect();
        let doubled = [5., 10., 20., 40., 80., 160., 320., 640., 1280., 2560., 3600., 3600.];
        assert_eq!(most, doubled);
        assert_eq!((seconds(1, 0), seconds(12, 0)), (2.5, 1800.));
        assert!(seconds(3, 100) > seconds(3, 0) && seconds(3, 100) < seconds(3, 255));
        assert!(LEASE > Duration::from_secs(40), "a delivery takes ten seconds at most");
    }

    #[test]
    fn one_workspace_never_takes_all_places() {
        assert!(i64::try_from(MOST_AT_ONCE).unwrap() > super::super::MOST);
    }
}
