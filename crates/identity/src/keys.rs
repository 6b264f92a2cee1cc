//! The ring of signing keys: sealed in the database, made at the first start, renewed on request.

use std::sync::{Arc, PoisonError, RwLock};

use lk_base::id::{Id, KeyId};
use lk_base::{Error, Result, Timestamp};
use lk_crypto::access_token::ring::Stored;
use lk_crypto::{KeyRing, Place};
use lk_db::{Action, Db, Entry, Origin, SystemReason, Unaudited, WriteTx};

use crate::nobody::nobody;

/// The ring in force.
pub struct Keys {
    db: Db,
    ring: RwLock<Arc<KeyRing>>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:?}", self.ring())
    }
}

impl Keys {
    /// The ring as the database has it.
    ///
    /// # Errors
    /// As [`load`].
    pub async fn open(db: &Db, issuer: &str) -> Result<Self> {
        Ok(Self::of(db, load(db, issuer).await?))
    }

    /// A ring that is known already.
    #[must_use]
    pub fn of(db: &Db, ring: KeyRing) -> Self {
        Self { db: db.clone(), ring: RwLock::new(Arc::new(ring)) }
    }

    /// The ring in force.
    #[must_use]
    pub fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks for keys that were made or taken away elsewhere.
    ///
    /// # Errors
    /// As [`load`].
    pub async fn look(&self) -> Result<()> {
        let new = Arc::new(load(&self.db, self.ring().issuer()).await?);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }
}

/// Whether tokens of the keys before are still good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// Until they are dead: nobody notices.
    Good,
    /// No longer: somebody may have a key. Sessions go on with their refresh tokens.
    Refused,
}

/// Makes a new signing key; running nodes hear of it when they look. For the command line.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn rotate(db: &Db, issuer: &str, before: Before) -> Result<KeyId> {
    let ring = load(db, issuer).await?;
    let scope = nobody(Arc::new(Origin::system("command line")));
    let mut system = db.system(SystemReason::CommandLine, &scope).await?;
    let tx = system.tx();
    lock(tx).await?;
    let keep = match before {
        Before::Good => ring.alive(tx.now()),
        Before::Refused => Vec::new(),
    };
    let gone = remove_but(tx, &keep).await?;
    let (new, ..) = insert(tx).await?;
    let entry = Entry::new(Action::SigningKeyMade, new);
    system.commit(entry.with(serde_json::json!({ "removed": gone }))).await?;
    Ok(new)
}

/// Loads the ring; makes the first key when there is none.
///
/// # Errors
/// `Internal` when a key does not open, which means that the root key is not the one that sealed it.
pub async fn load(db: &Db, issuer: &str) -> Result<KeyRing> {
    let scope = nobody(Arc::new(Origin::system("start")));
    let mut system = db.system(SystemReason::Start, &scope).await?;
    let tx = system.tx();
    // One node makes the first key; the others wait here and find it.
    lock(tx).await?;
    let mut keys = read(tx, db).await?;
    if keys.is_empty() {
        let (id, key, made_at) = insert(tx).await?;
        keys.push(Stored { id, key, made_at });
        system.commit_unaudited(Unaudited::InstanceFact).await?;
    }
    KeyRing::new(issuer.to_owned(), keys)
        .ok_or_else(|| Error::internal("the signing keys are too short"))
}

async fn lock(tx: &mut WriteTx) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(5462)").fetch_one(tx.conn()).await?;
    Ok(())
}

fn place(tx: &WriteTx, row: KeyId) -> Place {
    Place { column: "signing_keys.key", workspace: tx.workspace(), row: row.uuid() }
}

async fn read(tx: &mut WriteTx, db: &Db) -> Result<Vec<Stored>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select key_id     as "id: KeyId",
                  key_sealed,
                  created_at as "made_at: Timestamp"
             from signing_keys
            where workspace_id = $1
            order by created_at, key_id"#,
        workspace,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let key = db.sealer().open(place(tx, row.id), &row.key_sealed).map_err(|_| {
                Error::internal(
                    "a signing key does not open: the root key is not the one of this database",
                )
            })?;
            Ok(Stored { id: row.id, key, made_at: row.made_at })
        })
        .collect()
}

async fn insert(tx: &mut WriteTx) -> Result<(KeyId, Vec<u8>, Timestamp)> {
    let (workspace, now, id) = (tx.workspace(), tx.now(), tx.new_id::<KeyId>());
    let key = KeyRing::random_key();
    let sealed = tx.seal(place(tx, id), &key)?;
    sqlx::query!(
        "insert into signing_keys (workspace_id, key_id, key_sealed, created_at) values ($1, $2, $3, $4)",
        workspace,
        id.uuid(),
        sealed,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok((id, key, now))
}

/// Destroys the keys that are not kept; how many.
async fn remove_but(tx: &mut WriteTx, keep: &[KeyId]) -> Result<u64> {
    let workspace = tx.workspace();
    let keep: Vec<uuid::Uuid> = keep.iter().map(|id| id.uuid()).collect();
    let gone = sqlx::query!(
        "delete from signing_keys where workspace_id = $1 and key_id <> all ($2)",
        workspace,
        &keep,
    )
    .execute(tx.conn())
    .await?;
    Ok(gone.rows_affected())
}
