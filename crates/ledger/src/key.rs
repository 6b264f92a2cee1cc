//! The keys that sign checkpoints: made at the first start, renewed at the command line.
//!
//! Each new key is endorsed by the one before it, so that whoever trusts an old key need not be
//! told of the new one.

use lk_base::id::{Id, LogKeyId, WorkspaceId};
use lk_base::{Error, Result};
use lk_crypto::Place;
use lk_db::{Action, Conn, Db, Entry, SystemReason, Unaudited, WriteTx};
use lk_tlog::note::Kind;
use lk_tlog::{Note, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::scope;

/// A key as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The public half, as signed notes write it.
    pub key: String,
    /// A note of the key before it; the first has none.
    pub endorsement: Option<String>,
}

/// A key as it is stored.
pub(crate) struct Stored {
    pub(crate) key_id: Uuid,
    pub(crate) verifier: String,
    pub(crate) seed_sealed: Vec<u8>,
    pub(crate) endorsement: Option<String>,
}

impl Stored {
    /// The private half, if this installation's root key opens it and it is that of the public one.
    pub(crate) fn open(&self, db: &Db) -> Result<SigningKey> {
        let seed =
            db.sealer().open(place(self.key_id), &self.seed_sealed).map_err(Error::internal)?;
        let public: VerifyingKey = self.verifier.parse().map_err(Error::internal)?;
        let key =
            SigningKey::from_seed(public.name(), Kind::Note, &seed).map_err(Error::internal)?;
        if *key.public() == public {
            Ok(key)
        } else {
            Err(Error::internal("a key of the audit log is not the one it says it is"))
        }
    }
}

/// What an endorsement says.
pub(crate) fn endorsement(origin: &str, key: &str) -> String {
    format!("leadkeep audit log key\n{origin}\n{key}\n")
}

/// Makes the log and its first key, unless they are there; `origin` is the name it will keep.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn open(db: &Db, origin: &str) -> Result<()> {
    let mut system =
        db.system(SystemReason::Start, &scope(WorkspaceId::PLATFORM, "audit log")).await?;
    let tx = system.tx();
    let (workspace, now) = (tx.workspace(), tx.now());
    // One node makes the first key; the others wait here and find it.
    lock(tx).await?;
    sqlx::query!(
        "insert into audit_log (workspace_id, origin, made_at) values ($1, $2, $3)
         on conflict (workspace_id) do nothing",
        workspace,
        origin,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    if all(tx.conn(), workspace).await?.is_empty() {
        insert(tx, db, origin, None).await?;
    }
    system.commit_unaudited(Unaudited::InstanceFact).await
}

/// Makes a new key, endorsed by the newest; the next checkpoint is signed with it.
///
/// # Errors
/// `Internal` when the database refuses or the newest key does not open.
pub async fn rotate(db: &Db) -> Result<VerifyingKey> {
    let scope = scope(WorkspaceId::PLATFORM, "command line");
    let mut system = db.system(SystemReason::CommandLine, &scope).await?;
    let tx = system.tx();
    lock(tx).await?;
    let workspace = tx.workspace();
    let origin = origin(tx.conn(), workspace).await?;
    let before = all(tx.conn(), workspace).await?;
    let newest = before.last().ok_or(Error::NotFound)?.open(db)?;
    let (id, key) = insert(tx, db, &origin, Some(&newest)).await?;
    system.commit(Entry::new(Action::LogKeyMade, id)).await?;
    Ok(key)
}

/// The id of the platform's workspace, under which the log's own rows lie.
pub(crate) const fn platform() -> Uuid {
    Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0000)
}

async fn lock(tx: &mut WriteTx) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(5465)").fetch_one(tx.conn()).await?;
    Ok(())
}

const fn place(row: Uuid) -> Place {
    Place { column: "audit_log_keys.seed", workspace: platform(), row }
}

/// The name of the log.
pub(crate) async fn origin(conn: Conn<'_>, workspace: Uuid) -> Result<String> {
    sqlx::query_scalar!("select origin from audit_log where workspace_id = $1", workspace)
        .fetch_optional(conn)
        .await?
        .ok_or(Error::NotFound)
}

/// All keys, the oldest first.
pub(crate) async fn all(conn: Conn<'_>, workspace: Uuid) -> Result<Vec<Stored>> {
    Ok(sqlx::query_as!(
        Stored,
        "select key_id, verifier, seed_sealed, endorsement
           from audit_log_keys where workspace_id = $1 order by position",
        workspace,
    )
    .fetch_all(conn)
    .await?)
}

async fn insert(
    tx: &mut WriteTx,
    db: &Db,
    origin: &str,
    before: Option<&SigningKey>,
) -> Result<(LogKeyId, VerifyingKey)> {
    let id: LogKeyId = tx.new_id();
    let (workspace, now) = (tx.workspace(), tx.now());
    let mut seed = [0_u8; 32];
    lk_base::clock::fill_random(&mut seed);
    let key = SigningKey::from_seed(origin, Kind::Note, &seed).map_err(Error::internal)?;
    let sealed = db.sealer().seal(place(id.uuid()), &seed).map_err(Error::internal)?;
    let verifier = key.public().to_string();
    let endorsed =
        before.map(|before| Note::signed(&endorsement(origin, &verifier), before).to_string());
    sqlx::query!(
        "insert into audit_log_keys (workspace_id, key_id, verifier, seed_sealed, endorsement, made_at)
         values ($1, $2, $3, $4, $5, $6)",
        workspace,
        id.uuid(),
        verifier,
        sealed,
        endorsed,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok((id, key.public().clone()))
}
