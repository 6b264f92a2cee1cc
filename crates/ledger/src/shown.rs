//! What a workspace sees of the tree: how far its own entries are in it, and the proof of one.

use lk_base::id::{EntryId, Id};
use lk_base::{Error, Result, Timestamp};
use lk_db::entry::Stored;
use lk_db::{Db, ReadTx};
use lk_tlog::{Hash, leaf_hash, proof};

use crate::bundle::Line;
use crate::kept::Asked;
use crate::published::{self, Keys};

/// How far the entries of a workspace are in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The name of the log.
    pub origin: String,
    /// The number of the workspace's newest entry in the tree; 0 before the first.
    pub numbered: u64,
    /// How many entries of the workspace wait for their place.
    pub waiting: u64,
    /// Since when the oldest of them has.
    pub waiting_since: Option<Timestamp>,
    /// When the newest checkpoint was signed.
    pub signed_at: Option<Timestamp>,
    /// How many leaves it is for, those of all workspaces.
    pub size: u64,
    /// The key that signs now, as signed notes write it.
    pub key: String,
}

/// One entry with all that is needed to find it in the tree of a signed checkpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Proved {
    /// The name of the log and its keys.
    pub keys: Keys,
    /// The signed checkpoint.
    pub checkpoint: String,
    /// The hashes beside the leaf, from left to right.
    pub proof: Vec<Hash>,
    /// Its number in the workspace.
    pub number: u64,
    /// Its place in the tree.
    pub index: u64,
    /// What is stored of it now.
    pub stored: Stored,
    /// The hash of the leaf that this gives.
    pub leaf: Hash,
}

/// The state of the log, as a workspace may know it.
///
/// # Errors
/// `Internal` when the database refuses, `NotFound` before the first start.
pub async fn chain(db: &Db, tx: &mut ReadTx) -> Result<Chain> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select coalesce((select last_number from audit_heads where workspace_id = $1), 0) as "numbered!",
                  (select count(*) from audit_waiting where workspace_id = $1) as "waiting!",
                  (select min(at) from audit_waiting where workspace_id = $1) as "since: Timestamp""#,
        workspace,
    )
    .fetch_one(tx.conn())
    .await?;
    let keys = published::keys(db).await?;
    let newest = published::newest(db).await?;
    let (size, signed_at) =
        newest.map_or((0, None), |newest| (newest.size, Some(newest.signed_at)));
    Ok(Chain {
        origin: keys.origin,
        numbered: u64::try_from(row.numbered).map_err(Error::internal)?,
        waiting: u64::try_from(row.waiting).map_err(Error::internal)?,
        waiting_since: row.since,
        signed_at,
        size: u64::try_from(size).map_err(Error::internal)?,
        key: keys.keys.last().map(|key| key.key.clone()).unwrap_or_default(),
    })
}

/// The proof of one entry of the workspace; `None` when it has no such entry.
///
/// # Errors
/// `Refused` while the entry waits for its place, `Internal` when the database refuses or a tile is
/// gone.
pub async fn proved(db: &Db, tx: &mut ReadTx, id: EntryId) -> Result<Option<Proved>> {
    let Some(stored) = tx.entry(id).await? else { return Ok(None) };
    let workspace = tx.workspace();
    let place = sqlx::query!(
        "select number, tree_index from audit_leaves where workspace_id = $1 and entry_id = $2",
        workspace,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    // Read after the leaf, so it is of a tree that has the leaf.
    let Some((place, newest)) = place.zip(published::newest(db).await?) else {
        return Err(Error::Refused {
            code: "entry_waits",
            detail: "This entry waits for its place in the tree. Ask again in a second.",
        });
    };
    let number = u64::try_from(place.number).map_err(Error::internal)?;
    let index = u64::try_from(place.tree_index).map_err(Error::internal)?;
    let size = u64::try_from(newest.size).map_err(Error::internal)?;
    let asked = Asked::default();
    let _ = proof::batch(&asked, &[index], size);
    let tiles = published::tiles(db, &asked.places()).await?;
    let proof = proof::batch(&tiles, &[index], size)
        .map_err(|_| Error::internal("a tile of the audit log's tree is gone"))?;
    let leaf = leaf_hash(&lk_db::entry::leaf(workspace, number, &stored.digest()));
    let keys = published::keys(db).await?;
    Ok(Some(Proved { keys, checkpoint: newest.note, proof, number, index, stored, leaf }))
}

impl Proved {
    /// The entry, in the form that bundles have it. A payload that does not open is left out, and
    /// so is its salt.
    ///
    /// # Errors
    /// `Internal` when the stored commitment is none.
    pub fn line(&self) -> Result<Line<'_>> {
        Line::of(self.number, self.index, &self.stored, &self.leaf)
    }
}
