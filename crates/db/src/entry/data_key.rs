//! The keys of payloads: one for a workspace and a month, kept sealed under the root key.
//!
//! The first entry of a month makes its key, in its own transaction; a key is remembered in the
//! process once it is known to be committed, so that all others cost no statement.
//!
//! **Invariant:** a key that a transaction made is not remembered before that transaction has
//! committed: otherwise entries would be sealed under a key that was rolled back.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use lk_base::id::{Id, KeyId};
use lk_base::{Error, Result, Timestamp};
use lk_crypto::{DataKey, Place, Sealer};
use uuid::Uuid;

use crate::conn::Conn;
use crate::pool::Db;
use crate::tx::WriteTx;

/// How many keys are remembered.
const MOST: usize = 50_000;

/// A workspace in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Of {
    workspace: Uuid,
    year: i32,
    month: u8,
}

impl Of {
    pub(crate) fn new(workspace: Uuid, at: Timestamp) -> Self {
        let at = at.sql();
        Self { workspace, year: at.year(), month: u8::from(at.month()) }
    }
}

/// The keys that this process knows.
#[derive(Debug, Default)]
pub(crate) struct DataKeys(Mutex<HashMap<Of, Sealer>>);

impl DataKeys {
    pub(crate) fn get(&self, of: Of) -> Option<Sealer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&of).cloned()
    }

    pub(crate) fn put(&self, of: Of, sealer: Sealer) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(of, sealer);
    }
}

/// A key as it is kept.
struct Kept {
    key_id: Uuid,
    /// `None`: destroyed.
    key_sealed: Option<Vec<u8>>,
}

impl Kept {
    fn open(&self, db: &Db, workspace: Uuid) -> Result<Option<Sealer>> {
        let Some(sealed) = &self.key_sealed else { return Ok(None) };
        let key = DataKey::open(db.sealer(), place(workspace, self.key_id), sealed)
            .map_err(Error::internal)?;
        Ok(Some(Sealer::under(key)))
    }
}

/// The key by which the entries of a moment open; `None` when it was destroyed, or never was.
pub(super) async fn for_reading(
    db: &Db,
    conn: Conn<'_>,
    workspace: Uuid,
    at: Timestamp,
) -> Result<Option<Sealer>> {
    let of = Of::new(workspace, at);
    if let Some(known) = db.data_keys().get(of) {
        return Ok(Some(known));
    }
    match kept(conn, workspace, at).await? {
        Some(kept) => kept.open(db, workspace),
        None => Ok(None),
    }
}

impl WriteTx {
    /// The key for an entry that is written now.
    pub(crate) async fn data_key(&mut self) -> Result<Sealer> {
        let (workspace, now) = (self.workspace(), self.now());
        let of = Of::new(workspace, now);
        let own = self.new_keys.iter().find(|(made, _)| *made == of);
        if let Some(known) = own.map(|(_, key)| key.clone()).or_else(|| self.db.data_keys().get(of))
        {
            return Ok(known);
        }
        let destroyed =
            || Error::internal("the key of this month was destroyed: is the clock right?");
        if let Some(kept) = kept(self.key_conn(), workspace, now).await? {
            let key = kept.open(&self.db, workspace)?.ok_or_else(destroyed)?;
            self.db.data_keys().put(of, key.clone());
            return Ok(key);
        }
        let key = DataKey::random();
        let key_id = self.new_id::<KeyId>().uuid();
        let sealed =
            key.sealed(self.db.sealer(), place(workspace, key_id)).map_err(Error::internal)?;
        sqlx::query!(
            r#"insert into audit_keys (workspace_id, month, key_id, key_sealed, created_at)
               values ($1, date_trunc('month', $4::timestamptz at time zone 'UTC')::date, $2, $3, $4)
               on conflict (workspace_id, month) do nothing"#,
            workspace,
            key_id,
            sealed,
            now.sql(),
        )
        .execute(self.key_conn())
        .await?;
        // Of two that make it at once the second has waited for the first, and takes the first's.
        let kept = kept(self.key_conn(), workspace, now).await?.ok_or_else(destroyed)?;
        let key = kept.open(&self.db, workspace)?.ok_or_else(destroyed)?;
        self.new_keys.push((of, key.clone()));
        Ok(key)
    }
}

async fn kept(conn: Conn<'_>, workspace: Uuid, at: Timestamp) -> Result<Option<Kept>> {
    Ok(sqlx::query_as!(
        Kept,
        r#"select key_id, key_sealed
             from audit_keys
            where workspace_id = $1
              and month = date_trunc('month', $2::timestamptz at time zone 'UTC')::date"#,
        workspace,
        at.sql(),
    )
    .fetch_optional(conn)
    .await?)
}

const fn place(workspace: Uuid, row: Uuid) -> Place {
    Place { column: "audit_keys.key", workspace, row }
}
