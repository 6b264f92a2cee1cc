//! A bundle of one workspace: its entries, opened, and the proof that they are all.
//!
//! An export is entered in the log itself, and the bundle ends with that entry: whatever the
//! workspace entered before has a lower number, so nothing can be left out at the end unseen.

use std::collections::HashMap;
use std::io::Write;
use std::time::Duration;

use lk_base::id::{EntryId, Id, WorkspaceId};
use lk_base::{Error, Result, Timestamp};
use lk_db::entry::{Contents, Stored};
use lk_db::{Action, Db, Entry, ReadTx, SystemReason};
use lk_tlog::{Checkpoint, Hash, Note, leaf_hash, proof};
use uuid::Uuid;

use crate::bundle::{FORMAT, Head, Line, text};
use crate::kept::Asked;
use crate::sequencer::Sequencer;
use crate::{published, retention, scope};

/// How many entries are read at a time.
const PAGE: usize = 2_000;
/// How often it is looked whether the export's own entry is in the tree.
const LOOK: Duration = Duration::from_millis(100);
/// How often at most.
const LOOKS: u32 = 300;

struct Leaf {
    number: i64,
    index: i64,
    entry: EntryId,
}

/// Enters the export and writes the bundle, a page of entries at a time. The entry is appended by
/// the running server, or here when none runs.
///
/// # Errors
/// `NotFound` for a workspace that never entered anything, `Busy` when the sequencer does not come
/// to the export's entry in half a minute, `Internal` when an entry is gone (`audit check` says
/// which) or `out` does not take what is written; it holds no bundle then.
pub async fn export(db: &Db, workspace: WorkspaceId, out: &mut impl Write) -> Result<()> {
    let scope = scope(workspace, "audit export");
    if !db.heads().await?.iter().any(|(known, _)| *known == workspace) {
        return Err(Error::NotFound);
    }
    let system = db.system(SystemReason::CommandLine, &scope).await?;
    system.commit(Entry::new(Action::LogExported, workspace)).await?;
    settle(db, db.clock().now()).await?;
    bundle(db, workspace, out).await
}

/// Waits until nothing waits any more of what was entered up to a moment.
async fn settle(db: &Db, upto: Timestamp) -> Result<()> {
    let sequencer = Sequencer::new(db.clone());
    for _ in 0..LOOKS {
        if db.waiting().await?.oldest.is_none_or(|oldest| oldest > upto) {
            return Ok(());
        }
        if sequencer.round().await? == 0 {
            tokio::time::sleep(LOOK).await;
        }
    }
    Err(Error::Busy)
}

/// The bundle of what is in the tree up to the newest export.
async fn bundle(db: &Db, workspace: WorkspaceId, out: &mut impl Write) -> Result<()> {
    let note = published::checkpoint(db).await?.ok_or(Error::NotFound)?;
    let signed: Note = note.parse().map_err(Error::internal)?;
    let size = Checkpoint::parse(signed.text()).map_err(Error::internal)?.size;
    let summaries = match retention::gone(db).await? {
        Some(gone) => retention::summaries(db, workspace, &gone).await?,
        None => Vec::new(),
    };
    let keys = published::keys(db).await?;
    let mut tx = db.read(&scope(workspace, "audit export")).await?;
    let leaves = leaves(&mut tx, size).await?;
    let head = Head {
        format: FORMAT.to_owned(),
        origin: keys.origin,
        workspace: workspace.uuid(),
        entries: u64::try_from(leaves.len()).map_err(Error::internal)?,
        checkpoint: note,
        keys: keys.keys,
        summaries,
        proof: proved(db, &leaves, size).await?.iter().map(text).collect(),
    };
    line(out, &head)?;
    for page in leaves.chunks(PAGE) {
        write(&mut tx, workspace, page, out).await?;
    }
    out.flush().map_err(Error::internal)
}

fn unsigned(stored: i64) -> Result<u64> {
    u64::try_from(stored).map_err(Error::internal)
}

fn line(out: &mut impl Write, value: &impl serde::Serialize) -> Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(Error::internal)?;
    out.write_all(b"\n").map_err(Error::internal)
}

/// The workspace's leaves up to its newest export in a tree of this size, by number. Others of the
/// workspace may have entered more meanwhile, and exported, too.
async fn leaves(tx: &mut ReadTx, size: u64) -> Result<Vec<Leaf>> {
    let of = tx.workspace();
    Ok(sqlx::query_as!(
        Leaf,
        r#"select number, tree_index as index, entry_id as "entry: EntryId"
             from audit_leaves
            where workspace_id = $1
              and number <= (select max(l.number)
                               from audit_entries e
                               join audit_leaves l on l.workspace_id = e.workspace_id
                                                  and l.entry_id = e.entry_id
                              where e.workspace_id = $1 and e.action = $2 and l.tree_index < $3)
            order by number"#,
        of,
        Action::LogExported.name(),
        i64::try_from(size).map_err(Error::internal)?,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The hashes beside these leaves.
async fn proved(db: &Db, leaves: &[Leaf], size: u64) -> Result<Vec<Hash>> {
    let indexes = leaves.iter().map(|leaf| unsigned(leaf.index)).collect::<Result<Vec<u64>>>()?;
    let asked = Asked::default();
    let _ = proof::batch(&asked, &indexes, size);
    let tiles = published::tiles(db, &asked.places()).await?;
    proof::batch(&tiles, &indexes, size)
        .map_err(|_| Error::internal("a tile of the audit log's tree is gone"))
}

/// Writes the entries of these leaves.
async fn write(
    tx: &mut ReadTx,
    workspace: WorkspaceId,
    page: &[Leaf],
    out: &mut impl Write,
) -> Result<()> {
    let ids: Vec<EntryId> = page.iter().map(|leaf| leaf.entry).collect();
    let stored = tx.entries_of(&ids).await?;
    let stored: HashMap<Uuid, Stored> =
        stored.into_iter().map(|entry| (entry.entry.uuid(), entry)).collect();
    for Leaf { number, index, entry } in page {
        let found = stored
            .get(&entry.uuid())
            .ok_or_else(|| Error::internal(format!("entry {entry} (number {number}) is gone")))?;
        if found.contents == Contents::Damaged {
            return Err(Error::internal(format!("the payload of {entry} does not open")));
        }
        let (number, index) = (unsigned(*number)?, unsigned(*index)?);
        let leaf = lk_db::entry::leaf(workspace.uuid(), number, &found.digest());
        line(out, &Line::of(number, index, found, &leaf_hash(&leaf))?)?;
    }
    Ok(())
}
