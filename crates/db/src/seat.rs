//! The seat of the audit log's sequencer: one process has it, and its transactions prove it.
//!
//! **Invariant:** a transaction of a seat begins with its fence: if another seat was taken since,
//! however the first one's connection came to be thought dead, nothing of it is written.

use lk_base::id::{EntryId, Id, WorkspaceId};
use lk_base::{Error, Result, Timestamp};
use sqlx::{Connection, PgConnection, Postgres, Transaction};
use uuid::Uuid;

use crate::conn::Conn;
use crate::pool::Db;

/// The right to append to the tree, as long as its connection lives.
#[derive(Debug)]
pub struct Seat {
    connection: PgConnection,
    fence: i64,
}

/// A transaction of the seat; without [`SeatTx::commit`] nothing has happened.
#[derive(Debug)]
pub struct SeatTx<'s> {
    tx: Transaction<'s, Postgres>,
    /// How many leaves the tree has.
    pub size: i64,
    /// The name of the log.
    pub origin: String,
}

/// What waits to be appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// How many entries.
    pub count: i64,
    /// When the oldest was written.
    pub oldest: Option<Timestamp>,
    /// How many leaves the tree has.
    pub size: i64,
}

impl Db {
    /// Takes the seat, unless another process has it or there is no log yet.
    ///
    /// # Errors
    /// `Internal` when the database does not answer.
    #[expect(clippy::disallowed_methods, reason = "the sequencer's own connection")]
    pub async fn take_seat(&self) -> Result<Option<Seat>> {
        let mut connection = self.dispatch().acquire().await?;
        let is_free = sqlx::query_scalar!("select pg_try_advisory_lock(5464) as \"free!\"")
            .fetch_one(&mut *connection)
            .await?;
        if !is_free {
            return Ok(None);
        }
        // From here on the lock lives and dies with the connection.
        let mut connection = connection.detach();
        let fence = sqlx::query_scalar!(
            "update audit_log set fence = fence + 1 where workspace_id = $1 returning fence",
            platform(),
        )
        .fetch_optional(&mut connection)
        .await?;
        Ok(fence.map(|fence| Seat { connection, fence }))
    }

    /// What waits, in all workspaces, and how large the tree is.
    ///
    /// # Errors
    /// `Internal` when the database does not answer.
    pub async fn waiting(&self) -> Result<Waiting> {
        let row = sqlx::query!(
            r#"select count(w.entry_id) as "count!", min(w.at) as "oldest: Timestamp",
                      coalesce((select size from audit_log where workspace_id = $1), 0) as "size!"
                 from audit_waiting w"#,
            platform(),
        )
        .fetch_one(self.dispatch())
        .await?;
        Ok(Waiting { count: row.count, oldest: row.oldest, size: row.size })
    }

    /// The entries of a workspace that wait.
    ///
    /// # Errors
    /// `Internal` when the database does not answer.
    pub async fn waiting_of(&self, workspace: WorkspaceId) -> Result<Vec<EntryId>> {
        Ok(sqlx::query_scalar!(
            r#"select entry_id as "entry: EntryId" from audit_waiting where workspace_id = $1"#,
            workspace.uuid(),
        )
        .fetch_all(self.dispatch())
        .await?)
    }

    /// The place of the first leaf whose entry was written at this time or later.
    ///
    /// # Errors
    /// `Internal` when the database does not answer.
    pub async fn first_leaf_since(&self, at: Timestamp) -> Result<Option<i64>> {
        // every workspace: the tree is one for all.
        Ok(sqlx::query_scalar!("select min(tree_index) from audit_leaves where at >= $1", at.sql())
            .fetch_one(self.dispatch())
            .await?)
    }

    /// All workspaces that have ever entered something, and their newest number.
    ///
    /// # Errors
    /// `Internal` when the database does not answer.
    pub async fn heads(&self) -> Result<Vec<(WorkspaceId, i64)>> {
        let rows = sqlx::query!(
            r#"select workspace_id as "workspace: WorkspaceId", last_number
                 from audit_heads order by workspace_id"#
        )
        .fetch_all(self.dispatch())
        .await?;
        Ok(rows.into_iter().map(|row| (row.workspace, row.last_number)).collect())
    }
}

fn platform() -> Uuid {
    WorkspaceId::PLATFORM.uuid()
}

impl Seat {
    /// Begins to append: nobody else does until this ends.
    ///
    /// # Errors
    /// `Internal` when the database does not answer, or another seat was taken since.
    pub async fn begin(&mut self) -> Result<SeatTx<'_>> {
        let fence = self.fence;
        let mut tx = self.connection.begin().await?;
        let row = sqlx::query!(
            "select size, origin from audit_log where workspace_id = $1 and fence = $2 for update",
            platform(),
            fence,
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| Error::internal("another process has the sequencer's seat"))?;
        Ok(SeatTx { tx, size: row.size, origin: row.origin })
    }
}

impl SeatTx<'_> {
    /// Runs statements, for all workspaces.
    pub fn conn(&mut self) -> Conn<'_> {
        Conn {
            inner: &mut self.tx,
            #[cfg(feature = "walls")]
            predicates_down: false,
        }
    }

    /// Ends it without a change. Merely dropped, it would stay open until the next one begins.
    ///
    /// # Errors
    /// `Internal` when the database does not answer.
    pub async fn roll_back(self) -> Result<()> {
        Ok(self.tx.rollback().await?)
    }

    /// Makes what was appended visible: all, or nothing.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }
}
