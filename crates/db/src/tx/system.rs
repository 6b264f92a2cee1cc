//! Transactions of the product itself: why they are, and how they walk from one workspace to another.

use lk_base::Result;
use sqlx::AssertSqlSafe;

use super::WriteTx;
use crate::audit::{Entry, Unaudited};
use crate::pool::Db;
use crate::scope::Scope;

/// Why the product touches rows without an authenticated caller. Closed on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemReason {
    /// Somebody signs in, refreshes, accepts an invitation or sets the product up: who they are
    /// is what is being found out.
    SignIn,
    /// A widget is asked for by its public id: which workspace it belongs to is what is looked up.
    WidgetLookup,
    /// Who belongs where, persons and keys: the directories live on the platform, what they may do
    /// in the workspace.
    Membership,
    /// The clock: waking snoozed conversations.
    Clock,
    /// Start of the server: signing keys, set-up link, facts about the installation.
    Start,
    /// The administrator at the command line.
    CommandLine,
    /// Staff: who they are and what lets them in lies among the platform's rows; what they look at,
    /// and what tells its owners so, in the workspace.
    Staff,
    /// Mail: it lies among the platform's rows, whoever it was written for.
    Mail,
    /// Streams of the audit log: which there are and when each is due lies among the platform's rows,
    /// what they deliver in the workspace.
    Stream,
    /// The running checks keep what they found.
    Evidence,
    /// Canaries: their people lie among the platform's rows, what is planted in their workspaces.
    Canary,
}

impl Db {
    /// Starts a transaction of the product itself, bound to the scope's workspace, which it may
    /// leave for another one with [`SystemTx::enter`].
    ///
    /// # Errors
    /// `Busy` when no connection is free in time.
    pub async fn system(&self, reason: SystemReason, scope: &Scope) -> Result<SystemTx> {
        tracing::trace!(?reason, "system transaction");
        Ok(SystemTx(self.write(scope).await?))
    }
}

/// A transaction of the product itself; it can walk from the platform's rows to a workspace's.
#[derive(Debug)]
pub struct SystemTx(WriteTx);

impl SystemTx {
    /// The transaction where it stands.
    pub const fn tx(&mut self) -> &mut WriteTx {
        &mut self.0
    }

    /// Goes to another workspace under another name. Events and entries so far stay where they
    /// were made.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn enter(&mut self, scope: Scope) -> Result<()> {
        self.0.announce().await?;
        let permit = self.0.db.permit(scope.workspace()).await?;
        let statement = format!("set local lk.workspace = '{permit}'");
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *self.0.tx).await?;
        self.0.scope = scope;
        Ok(())
    }

    /// Writes an entry beside the one that ends the transaction: where one change is seen from
    /// several workspaces, each has its own.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn also(&mut self, entry: Entry) -> Result<()> {
        self.0.record(entry).await
    }

    /// Writes the entry here and goes on elsewhere: the rest of the change is among the rows of
    /// another workspace, and [`Recorded::commit`] ends both.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn record(mut self, entry: Entry, onward: Scope) -> Result<Recorded> {
        self.0.record(entry).await?;
        self.enter(onward).await?;
        Ok(Recorded(self.0))
    }

    /// See [`WriteTx::commit`].
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn commit(self, entry: Entry) -> Result<()> {
        self.0.commit(entry).await
    }

    /// See [`WriteTx::commit_unaudited`].
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn commit_unaudited(self, reason: Unaudited) -> Result<()> {
        self.0.commit_unaudited(reason).await
    }
}

/// A transaction whose entry is already written, in the workspace it came from.
#[derive(Debug)]
pub struct Recorded(WriteTx);

impl Recorded {
    /// The transaction where it stands.
    pub const fn tx(&mut self) -> &mut WriteTx {
        &mut self.0
    }

    /// Goes to another workspace and writes an entry there: several are told of one change.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn told(self, entry: Entry, there: Scope) -> Result<Self> {
        let mut system = SystemTx(self.0);
        system.enter(there.clone()).await?;
        system.record(entry, there).await
    }

    /// Makes the change and its entry visible, with another entry in the workspace where it stands.
    ///
    /// # Errors
    /// `Internal` when the database refuses; nothing has happened then.
    pub async fn commit_with(self, entry: Entry) -> Result<()> {
        self.0.commit(entry).await
    }

    /// Makes the change and its entry visible.
    ///
    /// # Errors
    /// `Internal` when the database refuses; nothing has happened then.
    pub async fn commit(mut self) -> Result<()> {
        self.0.announce().await?;
        self.0.finish().await
    }
}
