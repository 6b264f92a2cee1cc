//! Transactions: the only way to a row, and the only way to a commit.

mod begin;
mod record;
mod system;

use std::time::Duration;

use lk_base::id::{Id, WorkspaceId};
use lk_base::{Result, Timestamp};
use lk_crypto::{Place, Sealer};
use sqlx::{AssertSqlSafe, Postgres, Transaction};
use uuid::Uuid;

use crate::audit::{Entry, Unaudited};
use crate::conn::Conn;
use crate::entry::Of;
use crate::event::Event;
use crate::pool::Db;
use crate::scope::Scope;

pub use system::{Recorded, SystemReason, SystemTx};

/// Whether a statement was ended because it took longer than [`ReadTx::at_most`] says.
#[must_use]
pub fn is_over_time(error: &sqlx::Error) -> bool {
    // query_canceled: nothing else ends a statement of ours.
    matches!(error, sqlx::Error::Database(error) if error.code().as_deref() == Some("57014"))
}

/// A transaction that reads one workspace.
#[derive(Debug)]
pub struct ReadTx {
    pub(crate) tx: Transaction<'static, Postgres>,
    pub(crate) workspace: WorkspaceId,
    pub(crate) now: Timestamp,
    pub(crate) db: Db,
    #[cfg(feature = "walls")]
    pub(crate) predicates_down: bool,
}

impl ReadTx {
    /// The workspace: the first parameter of every statement.
    #[must_use]
    pub fn workspace(&self) -> Uuid {
        self.workspace.uuid()
    }

    /// The instant of this transaction.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Has the statements that follow planned for their own values, where one plan for all values
    /// would be good for none.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn plan_for_values(&mut self) -> Result<()> {
        let statement = "set local plan_cache_mode = force_custom_plan";
        sqlx::raw_sql(statement).execute(&mut *self.tx).await?;
        Ok(())
    }

    /// Ends each statement that follows after so much time, and gives it no second process: where a
    /// caller may ask for more than one answer should cost. [`is_over_time`] knows the error.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn at_most(&mut self, time: Duration) -> Result<()> {
        let statement = format!(
            "set local statement_timeout = {}; set local max_parallel_workers_per_gather = 0",
            time.as_millis()
        );
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *self.tx).await?;
        Ok(())
    }

    /// Runs statements.
    pub fn conn(&mut self) -> Conn<'_> {
        Conn {
            inner: &mut self.tx,
            #[cfg(feature = "walls")]
            predicates_down: self.predicates_down,
        }
    }

    /// As [`WriteTx::key_conn`].
    pub(crate) fn key_conn(&mut self) -> Conn<'_> {
        Conn {
            inner: &mut self.tx,
            #[cfg(feature = "walls")]
            predicates_down: false,
        }
    }
}

/// A transaction that may change one workspace.
#[derive(Debug)]
pub struct WriteTx {
    tx: Transaction<'static, Postgres>,
    pub(crate) db: Db,
    scope: Scope,
    now: Timestamp,
    events: Vec<(Uuid, Event)>,
    /// Keys of payloads that this transaction made: known to others once it has committed.
    pub(crate) new_keys: Vec<(Of, Sealer)>,
}

impl Db {
    /// Starts a transaction that reads the scope's workspace.
    ///
    /// # Errors
    /// `Busy` when no connection is free in time.
    pub async fn read(&self, scope: &Scope) -> Result<ReadTx> {
        Ok(ReadTx {
            tx: self.open("begin read only", scope.workspace()).await?,
            workspace: scope.workspace(),
            now: self.clock().now(),
            db: self.clone(),
            #[cfg(feature = "walls")]
            predicates_down: self.predicates_down(),
        })
    }

    /// Starts a transaction that may change the scope's workspace.
    ///
    /// # Errors
    /// `Busy` when no connection is free in time.
    pub async fn write(&self, scope: &Scope) -> Result<WriteTx> {
        Ok(WriteTx {
            tx: self.open("begin", scope.workspace()).await?,
            db: self.clone(),
            scope: scope.clone(),
            now: self.clock().now(),
            events: Vec::new(),
            new_keys: Vec::new(),
        })
    }
}

impl WriteTx {
    /// The workspace: the first parameter of every statement.
    #[must_use]
    pub fn workspace(&self) -> Uuid {
        self.scope.workspace().uuid()
    }

    /// Who acts, and where.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The instant of this transaction: the same in every row it writes.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// A new id.
    #[must_use]
    pub fn new_id<I: Id>(&self) -> I {
        self.db.clock().new_id()
    }

    /// Seals a value for its place; opened again with [`Db::sealer`].
    ///
    /// # Errors
    /// None in practice.
    pub fn seal(&self, place: Place, plain: &[u8]) -> Result<Vec<u8>> {
        self.db.sealer().seal(place, plain).map_err(lk_base::Error::internal)
    }

    /// Runs statements.
    pub fn conn(&mut self) -> Conn<'_> {
        Conn {
            inner: &mut self.tx,
            #[cfg(feature = "walls")]
            predicates_down: self.db.predicates_down(),
        }
    }

    /// Runs statements of this crate about the workspace's keys, which keep their predicates in
    /// every test: a foreign key opens nothing, and the test would end before it sees anything.
    pub(crate) fn key_conn(&mut self) -> Conn<'_> {
        Conn {
            inner: &mut self.tx,
            #[cfg(feature = "walls")]
            predicates_down: false,
        }
    }

    /// Announces the change. Nobody hears of it unless the transaction commits.
    pub fn emit(&mut self, event: Event) {
        let id = self.db.clock().new_id::<lk_base::id::EventId>();
        self.events.push((id.uuid(), event));
    }

    /// Writes the events and the audit entry and makes the change visible: all, or nothing.
    ///
    /// # Errors
    /// `Internal` when the database refuses; nothing has happened then.
    pub async fn commit(mut self, entry: Entry) -> Result<()> {
        self.record(entry).await?;
        self.finish().await
    }

    /// Makes a change visible that leaves no audit entry, for one of the listed reasons.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn commit_unaudited(mut self, reason: Unaudited) -> Result<()> {
        tracing::trace!(?reason, "commit without entry");
        self.announce().await?;
        self.finish().await
    }

    async fn finish(self) -> Result<()> {
        self.tx.commit().await?;
        for (of, key) in self.new_keys {
            self.db.data_keys().put(of, key);
        }
        self.db.wake_dispatcher();
        Ok(())
    }
}
