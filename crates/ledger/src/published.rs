//! What everybody may fetch: the newest checkpoint, the tiles and the public keys. There is nothing
//! in them but hashes, and how many entries the installation has.

use lk_base::id::WorkspaceId;
use lk_base::{Result, Timestamp};
use lk_db::Db;
use lk_tlog::Place;
use serde::{Deserialize, Serialize};

use crate::kept;
use crate::key::{self, Published};
use crate::scope;

/// The name of the log and its keys, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// The name of the log.
    pub origin: String,
    /// The keys.
    pub keys: Vec<Published>,
}

/// A checkpoint with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// How many leaves it is for.
    pub size: i64,
    /// The signed note.
    pub note: String,
    /// When it was signed.
    pub signed_at: Timestamp,
}

/// The newest checkpoint; `None` before the first.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn newest(db: &Db) -> Result<Option<Newest>> {
    let mut tx = db.read(&scope(WorkspaceId::PLATFORM, "audit log")).await?;
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        Newest,
        r#"select size, note, signed_at as "signed_at: Timestamp"
             from audit_checkpoints
            where workspace_id = $1
            order by size desc
            limit 1"#,
        workspace,
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The newest checkpoint as a signed note; `None` before the first.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn checkpoint(db: &Db) -> Result<Option<String>> {
    Ok(newest(db).await?.map(|newest| newest.note))
}

/// The tile that a path below `tile/` names, in the width it names; `None` when there is none.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn tile(db: &Db, path: &str) -> Result<Option<Vec<u8>>> {
    let Some((place, width)) = Place::parse(path) else { return Ok(None) };
    let (Ok(index), Ok(width)) = (i64::try_from(place.index), usize::try_from(width * 32)) else {
        return Ok(None);
    };
    let mut tx = db.read(&scope(WorkspaceId::PLATFORM, "audit log")).await?;
    let workspace = tx.workspace();
    let hashes = sqlx::query_scalar!(
        "select hashes from audit_tiles where workspace_id = $1 and level = $2 and tile_index = $3",
        workspace,
        i16::from(place.level),
        index,
    )
    .fetch_optional(tx.conn())
    .await?;
    // A tile only grows: what it was earlier is its beginning.
    Ok(hashes.and_then(|hashes| hashes.get(..width).map(<[u8]>::to_vec)))
}

/// The name and the keys.
///
/// # Errors
/// `Internal` when the database refuses, `NotFound` before the first start.
pub async fn keys(db: &Db) -> Result<Keys> {
    let mut tx = db.read(&scope(WorkspaceId::PLATFORM, "audit log")).await?;
    let workspace = tx.workspace();
    let origin = key::origin(tx.conn(), workspace).await?;
    let keys = key::all(tx.conn(), workspace).await?;
    let keys = keys
        .into_iter()
        .map(|key| Published { key: key.verifier, endorsement: key.endorsement })
        .collect();
    Ok(Keys { origin, keys })
}

/// Tiles out of the database, for proofs.
pub(crate) async fn tiles(db: &Db, places: &[Place]) -> Result<kept::Kept> {
    let mut tx = db.read(&scope(WorkspaceId::PLATFORM, "audit log")).await?;
    let workspace = tx.workspace();
    kept::read(tx.conn(), workspace, places).await
}
