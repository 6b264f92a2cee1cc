//! Entries read back: facts as they are stored, the payload opened while its key lives.
//!
//! The whole network address stays under its own seal; [`ReadTx::whole_address`] opens it, and
//! whoever calls that has asked for the right to.

use std::collections::HashMap;
use std::net::IpAddr;

use lk_base::id::{EntryId, Id};
use lk_base::{Error, Personal, Result, Timestamp};
use lk_crypto::Sealer;
use lk_tlog::Hash;
use uuid::Uuid;

use super::data_key::{self, Of};
use super::payload::{self, Payload, Salt};
use super::{Facts, digest};
use crate::conn::Conn;
use crate::pool::Db;
use crate::tx::{ReadTx, WriteTx};

/// A payload as it is stored, for [`ReadTx::open_payloads`].
#[derive(Debug, Clone, Copy)]
pub struct Sealed<'a> {
    /// Whose it is.
    pub entry: EntryId,
    /// When the entry was written: it says which key is needed.
    pub at: Timestamp,
    /// The column `payload`.
    pub payload: &'a [u8],
}

/// What is found in a stored payload.
#[derive(Debug, Clone, PartialEq)]
pub enum Contents {
    /// What the entry says.
    Open {
        /// What the commitment was made with.
        salt: Salt,
        /// The exact text that the commitment is to.
        text: String,
        /// The same, parsed.
        payload: Payload,
    },
    /// The key of its month was destroyed.
    Destroyed,
    /// It does not open: it was changed, or moved here from another entry.
    Damaged,
}

impl Contents {
    /// What the entry says, if it can still be read.
    #[must_use]
    pub const fn payload(&self) -> Option<&Payload> {
        match self {
            Self::Open { payload, .. } => Some(payload),
            Self::Destroyed | Self::Damaged => None,
        }
    }
}

/// An entry, read back.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The workspace.
    pub workspace: Uuid,
    /// Its id.
    pub entry: EntryId,
    /// Grows with every entry of the installation, with holes.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub action: String,
    /// Who did it: the kind.
    pub actor_kind: String,
    /// Who did it.
    pub actor: Option<Uuid>,
    /// In which session.
    pub session: Option<Uuid>,
    /// To what: the kind.
    pub target_kind: String,
    /// To what.
    pub target: Option<Uuid>,
    /// In which request.
    pub request: String,
    /// By what the log's tree knows the payload.
    pub commitment: Vec<u8>,
    /// The payload.
    pub contents: Contents,
}

impl Stored {
    /// The facts.
    #[must_use]
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            workspace: self.workspace,
            entry: self.entry.uuid(),
            at: self.at,
            action: &self.action,
            actor_kind: &self.actor_kind,
            actor: self.actor,
            session: self.session,
            target_kind: &self.target_kind,
            target: self.target,
            request: &self.request,
        }
    }

    /// The digest of what is stored now.
    #[must_use]
    pub fn digest(&self) -> Hash {
        let commitment = Hash::try_from(self.commitment.as_slice()).unwrap_or_default();
        digest(&self.facts(), &commitment)
    }
}

/// A row of the log.
struct Plain {
    entry: EntryId,
    position: i64,
    at: Timestamp,
    action: String,
    actor_kind: String,
    actor_id: Option<Uuid>,
    session_id: Option<Uuid>,
    target_kind: String,
    target_id: Option<Uuid>,
    request_id: String,
    commitment: Vec<u8>,
    payload: Vec<u8>,
}

impl ReadTx {
    /// Opens payloads of entries of this transaction's workspace, in their order.
    ///
    /// # Errors
    /// `Internal` when the database refuses or a key does not open.
    pub async fn open_payloads(&mut self, rows: &[Sealed<'_>]) -> Result<Vec<Contents>> {
        let (db, workspace) = (self.db.clone(), self.workspace());
        let mut keys = Keys::default();
        for row in rows {
            keys.find(&db, self.key_conn(), workspace, row).await?;
        }
        Ok(rows.iter().map(|row| keys.open(workspace, row)).collect())
    }

    /// Up to `limit` entries of this transaction's workspace in the order of their ids, after one.
    ///
    /// # Errors
    /// `Internal` when the database refuses or a key does not open.
    pub async fn entries(&mut self, after: Option<EntryId>, limit: i64) -> Result<Vec<Stored>> {
        let workspace = self.workspace();
        let rows = sqlx::query_as!(
            Plain,
            r#"select entry_id as "entry!: EntryId", position as "position!",
                      at as "at!: Timestamp", action as "action!", actor_kind as "actor_kind!",
                      actor_id, session_id, target_kind as "target_kind!", target_id,
                      request_id as "request_id!", commitment as "commitment!", payload as "payload!"
                 from audit_written
                where workspace_id = $1
                  and ($2::uuid is null or entry_id > $2)
                order by entry_id
                limit $3"#,
            workspace,
            after.map(Id::uuid),
            limit,
        )
        .fetch_all(self.conn())
        .await?;
        self.opened(workspace, rows).await
    }

    /// Those of these entries that this transaction's workspace has, in no order.
    ///
    /// # Errors
    /// `Internal` when the database refuses or a key does not open.
    pub async fn entries_of(&mut self, ids: &[EntryId]) -> Result<Vec<Stored>> {
        let workspace = self.workspace();
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let rows = sqlx::query_as!(
            Plain,
            r#"select entry_id as "entry!: EntryId", position as "position!",
                      at as "at!: Timestamp", action as "action!", actor_kind as "actor_kind!",
                      actor_id, session_id, target_kind as "target_kind!", target_id,
                      request_id as "request_id!", commitment as "commitment!", payload as "payload!"
                 from audit_written
                where workspace_id = $1
                  and entry_id = any($2)"#,
            workspace,
            &ids,
        )
        .fetch_all(self.conn())
        .await?;
        self.opened(workspace, rows).await
    }

    /// One entry of this transaction's workspace.
    ///
    /// # Errors
    /// `Internal` when the database refuses or a key does not open.
    pub async fn entry(&mut self, id: EntryId) -> Result<Option<Stored>> {
        let workspace = self.workspace();
        let rows = sqlx::query_as!(
            Plain,
            r#"select entry_id as "entry!: EntryId", position as "position!",
                      at as "at!: Timestamp", action as "action!", actor_kind as "actor_kind!",
                      actor_id, session_id, target_kind as "target_kind!", target_id,
                      request_id as "request_id!", commitment as "commitment!", payload as "payload!"
                 from audit_written
                where workspace_id = $1
                  and entry_id = $2"#,
            workspace,
            id.uuid(),
        )
        .fetch_all(self.conn())
        .await?;
        Ok(self.opened(workspace, rows).await?.pop())
    }

    async fn opened(&mut self, workspace: Uuid, rows: Vec<Plain>) -> Result<Vec<Stored>> {
        let sealed: Vec<_> = rows
            .iter()
            .map(|row| Sealed { entry: row.entry, at: row.at, payload: &row.payload })
            .collect();
        let contents = self.open_payloads(&sealed).await?;
        let stored = rows.into_iter().zip(contents).map(|(row, contents)| Stored {
            workspace,
            entry: row.entry,
            position: row.position,
            at: row.at,
            action: row.action,
            actor_kind: row.actor_kind,
            actor: row.actor_id,
            session: row.session_id,
            target_kind: row.target_kind,
            target: row.target_id,
            request: row.request_id,
            commitment: row.commitment,
            contents,
        });
        Ok(stored.collect())
    }

    /// The whole address of an entry: `None` when it has none or it can no longer be read.
    ///
    /// # Errors
    /// `Internal` when the database refuses or a key does not open.
    pub async fn whole_address(&mut self, row: Sealed<'_>) -> Result<Option<Personal<IpAddr>>> {
        let (db, workspace) = (self.db.clone(), self.workspace());
        let mut keys = Keys::default();
        keys.find(&db, self.key_conn(), workspace, &row).await?;
        let contents = keys.open(workspace, &row);
        let Some(address) = contents.payload().and_then(|payload| payload.address.as_ref()) else {
            return Ok(None);
        };
        // Before payloads had keys of their own, addresses were sealed under the root key.
        let key = if payload::is_unsealed(row.payload) {
            Some(db.sealer())
        } else {
            keys.of(workspace, &row)
        };
        let Some(key) = key else { return Ok(None) };
        let whole = payload::whole(key, workspace, row.entry.uuid(), address);
        whole.map(Some).map_err(Error::internal)
    }
}

impl WriteTx {
    /// See [`ReadTx::open_payloads`].
    ///
    /// # Errors
    /// `Internal` when the database refuses or a key does not open.
    pub async fn open_payloads(&mut self, rows: &[Sealed<'_>]) -> Result<Vec<Contents>> {
        let (db, workspace) = (self.db.clone(), self.workspace());
        let mut keys = Keys::default();
        for row in rows {
            keys.find(&db, self.key_conn(), workspace, row).await?;
        }
        Ok(rows.iter().map(|row| keys.open(workspace, row)).collect())
    }
}

/// The keys that some entries need; `None`: destroyed.
#[derive(Default)]
struct Keys(HashMap<Of, Option<Sealer>>);

impl Keys {
    async fn find(
        &mut self,
        db: &Db,
        conn: Conn<'_>,
        workspace: Uuid,
        row: &Sealed<'_>,
    ) -> Result<()> {
        let of = Of::new(workspace, row.at);
        if !payload::is_unsealed(row.payload) && !self.0.contains_key(&of) {
            self.0.insert(of, data_key::for_reading(db, conn, workspace, row.at).await?);
        }
        Ok(())
    }

    fn of(&self, workspace: Uuid, row: &Sealed<'_>) -> Option<&Sealer> {
        self.0.get(&Of::new(workspace, row.at)).and_then(Option::as_ref)
    }

    fn open(&self, workspace: Uuid, row: &Sealed<'_>) -> Contents {
        let key = self.of(workspace, row);
        if key.is_none() && !payload::is_unsealed(row.payload) {
            return Contents::Destroyed;
        }
        let Ok((salt, text)) = payload::open(key, workspace, row.entry.uuid(), row.payload) else {
            return Contents::Damaged;
        };
        match serde_json::from_str(&text) {
            Ok(payload) => Contents::Open { salt, text, payload },
            Err(_) => Contents::Damaged,
        }
    }
}
