//! Transactions: the only way to a row, and the only way to a commit.

use lk_base::id::{Id, WorkspaceId};
use lk_base::{Result, Timestamp};
use lk_crypto::Place;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Postgres, Transaction};
use uuid::Uuid;

use crate::audit::{Entry, Unaudited};
use crate::conn::Conn;
use crate::event::Event;
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
    /// Who belongs where: the directory lives on the platform, the role in the workspace.
    Membership,
    /// The clock: waking snoozed conversations.
    Clock,
    /// Start of the server: signing keys, set-up link, facts about the installation.
    Start,
    /// The administrator at the command line.
    CommandLine,
}

/// A transaction that reads one workspace.
#[derive(Debug)]
pub struct ReadTx {
    pub(crate) tx: Transaction<'static, Postgres>,
    pub(crate) workspace: WorkspaceId,
    pub(crate) now: Timestamp,
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

    /// Runs statements.
    pub fn conn(&mut self) -> Conn<'_> {
        Conn {
            inner: &mut self.tx,
            #[cfg(feature = "walls")]
            predicates_down: self.predicates_down,
        }
    }
}

/// A transaction that may change one workspace.
#[derive(Debug)]
pub struct WriteTx {
    tx: Transaction<'static, Postgres>,
    db: Db,
    scope: Scope,
    now: Timestamp,
    events: Vec<(Uuid, Event)>,
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
        })
    }

    /// Starts a transaction of the product itself, bound to the scope's workspace, which it may
    /// leave for another one with [`SystemTx::enter`].
    ///
    /// # Errors
    /// `Busy` when no connection is free in time.
    pub async fn system(&self, reason: SystemReason, scope: &Scope) -> Result<SystemTx> {
        tracing::trace!(?reason, "system transaction");
        Ok(SystemTx(self.write(scope).await?))
    }

    /// `begin` and the binding travel together: one round trip instead of two. The id is printed
    /// from a parsed UUID, because `set` takes no parameters.
    #[expect(clippy::disallowed_methods, reason = "this is the one door")]
    async fn open(
        &self,
        begin: &'static str,
        workspace: WorkspaceId,
    ) -> Result<Transaction<'static, Postgres>> {
        let statement = format!("{begin}; set local lk.workspace = '{}'", workspace.uuid());
        Ok(self.app().begin_with(AssertSqlSafe(statement)).await?)
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
        self.db.wake_dispatcher();
        Ok(())
    }

    fn take_events(&mut self) -> (Vec<Uuid>, Vec<String>, Vec<Uuid>, Vec<Value>) {
        let (mut ids, mut kinds, mut subjects, mut data) = (vec![], vec![], vec![], vec![]);
        for (id, event) in self.events.drain(..) {
            ids.push(id);
            kinds.push(event.kind.name().to_owned());
            subjects.push(event.subject);
            data.push(event.data);
        }
        (ids, kinds, subjects, data)
    }

    /// Writes an entry, and the events so far, in one statement.
    async fn record(&mut self, entry: Entry) -> Result<()> {
        let (ids, kinds, subjects, data) = self.take_events();
        let entry_id = self.db.clock().new_id::<lk_base::id::EntryId>().uuid();
        let (actor, origin) = (self.scope.actor(), self.scope.origin().clone());
        let (sealed, masked) = match &origin.address {
            Some(address) => {
                let place = Place {
                    column: "audit_entries.address",
                    workspace: self.workspace(),
                    row: entry_id,
                };
                let (sealed, masked) = self.db.seal_address(place, *address.reveal())?;
                (Some(sealed), Some(masked.as_str().to_owned()))
            }
            None => (None, None),
        };
        sqlx::query!(
            r#"with announced as (
                   insert into outbox
                       (workspace_id, event_id, kind, subject_id, actor_kind, actor_id, data, at)
                   select $1, e.event_id, e.kind, e.subject_id, $2, $3, e.data, $4
                     from unnest($5::uuid[], $6::text[], $7::uuid[], $8::jsonb[])
                          as e (event_id, kind, subject_id, data)
               )
               insert into audit_entries
                   (workspace_id, entry_id, at, action, actor_kind, actor_id, session_id,
                    address_sealed, address_masked, user_agent, target_kind, target_id, change, request_id)
               values ($1, $9, $4, $10, $2, $3, $11, $12, $13, $14, $15, $16, $17, $18)"#,
            self.workspace(),
            actor.kind(),
            actor.uuid(),
            self.now.sql(),
            &ids,
            &kinds,
            &subjects,
            &data,
            entry_id,
            entry.action.name(),
            actor.session().map(Id::uuid),
            sealed,
            masked,
            origin.user_agent,
            entry.target_kind,
            entry.target_id,
            entry.change,
            origin.request_id,
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Writes the events so far.
    async fn announce(&mut self) -> Result<()> {
        if self.events.is_empty() {
            return Ok(());
        }
        let (ids, kinds, subjects, data) = self.take_events();
        let actor = self.scope.actor();
        sqlx::query!(
            r#"insert into outbox
                   (workspace_id, event_id, kind, subject_id, actor_kind, actor_id, data, at)
               select $1, e.event_id, e.kind, e.subject_id, $2, $3, e.data, $4
                 from unnest($5::uuid[], $6::text[], $7::uuid[], $8::jsonb[])
                      as e (event_id, kind, subject_id, data)"#,
            self.workspace(),
            actor.kind(),
            actor.uuid(),
            self.now.sql(),
            &ids,
            &kinds,
            &subjects,
            &data,
        )
        .execute(self.conn())
        .await?;
        Ok(())
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
        let statement = format!("set local lk.workspace = '{}'", scope.workspace().uuid());
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *self.0.tx).await?;
        self.0.scope = scope;
        Ok(())
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

    /// Makes the change and its entry visible.
    ///
    /// # Errors
    /// `Internal` when the database refuses; nothing has happened then.
    pub async fn commit(mut self) -> Result<()> {
        self.0.announce().await?;
        self.0.finish().await
    }
}
