//! The rows against the tree: what was changed, removed, slipped in or exchanged in the database
//! behind the product's back, entry by entry.
//!
//! The tree itself is held against its newest checkpoint, whose key must open with the root key.
//! What this cannot see is a log that was put back as a whole, rows and tree: that is what
//! witnesses and kept checkpoints are for ([`crate::witness`]).

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;

use lk_base::id::{EntryId, Id, WorkspaceId};
use lk_base::{Error, Result};
use lk_db::entry::{Contents, Stored, payload};
use lk_db::{Db, entry};
use lk_tlog::tile::WIDTH;
use lk_tlog::{Checkpoint, Edge, Hash, Note, Place, Tiles, VerifyingKey, leaf_hash};

use crate::kept::Kept;
use crate::retention::{self, Gone};
use crate::summary::Summary;
use crate::{key, published, scope};

/// How many entries are read at a time.
const PAGE: i64 = 2_000;

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The facts of an entry are not what was entered.
    Changed(WorkspaceId, u64, EntryId),
    /// The payload of an entry is not what was entered.
    PayloadChanged(WorkspaceId, u64, EntryId),
    /// An entry is gone.
    Deleted(WorkspaceId, u64, EntryId),
    /// An entry is there that was never entered.
    Inserted(WorkspaceId, EntryId),
    /// Two entries have each other's place.
    Swapped(WorkspaceId, u64, u64),
    /// The newest numbers of a workspace are gone: the last that is there, and the last there was.
    Truncated(WorkspaceId, u64, u64),
    /// Numbers in the middle are gone, with their leaves.
    Missing(WorkspaceId, u64, u64),
    /// A summary of a month that is gone is not signed by this installation, or of another.
    Summary(WorkspaceId),
    /// Leaves of the tree belong to no entry: how many.
    Unclaimed(u64),
    /// The tree is not the one that the newest checkpoint was signed for, or is not all there.
    Tree(String),
    /// The rows are older than a checkpoint that somebody kept: its size, and that of the tree.
    RolledBack(u64, u64),
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(of, number, id) => {
                write!(out, "{of}: entry {number} ({id}) was changed")
            }
            Self::PayloadChanged(of, number, id) => {
                write!(out, "{of}: the payload of entry {number} ({id}) was changed")
            }
            Self::Deleted(of, number, id) => {
                write!(out, "{of}: entry {number} ({id}) was deleted")
            }
            Self::Inserted(of, id) => {
                write!(out, "{of}: entry {id} was inserted behind the log's back")
            }
            Self::Swapped(of, one, two) => {
                write!(out, "{of}: entries {one} and {two} were swapped")
            }
            Self::Truncated(of, there, was) => {
                write!(out, "{of}: the log was truncated: its last entry was {was} and is {there}")
            }
            Self::Missing(of, from, to) => {
                write!(out, "{of}: entries {from} to {to} and their leaves were deleted")
            }
            Self::Summary(of) => {
                write!(out, "{of}: the summary of a month that is gone was changed")
            }
            Self::Unclaimed(count) => {
                write!(out, "{count} leaves of the tree belong to no entry: entries were deleted")
            }
            Self::Tree(why) => write!(out, "the tree does not hold: {why}"),
            Self::RolledBack(kept, now) => write!(
                out,
                "the log was rolled back: a checkpoint was signed for {kept} entries, and the tree has {now}"
            ),
        }
    }
}

/// What was looked at, and what does not fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many entries.
    pub entries: u64,
    /// How many leaves the tree has.
    pub size: u64,
    /// How many entries wait for their place.
    pub waiting: u64,
    /// What does not fit.
    pub findings: Vec<Finding>,
}

/// The place of an entry.
struct Leaf {
    number: u64,
    index: u64,
}

/// Holds every row against the tree. `kept`: a checkpoint that was taken elsewhere earlier.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn check(db: &Db, kept: Option<&Checkpoint>) -> Result<Checked> {
    let mut checked = Checked::default();
    let Some(tree) = tree(db, &mut checked).await? else { return Ok(checked) };
    if let Some(kept) = kept.filter(|kept| kept.size > checked.size) {
        checked.findings.push(Finding::RolledBack(kept.size, checked.size));
    }
    let mut claimed = 0;
    for (workspace, head) in db.heads().await? {
        let dropped = dropped(db, workspace, tree.gone.as_ref(), &tree.keys, &mut checked).await?;
        claimed += dropped.count;
        claimed += of_workspace(db, workspace, (head, dropped), &tree.lowest, &mut checked).await?;
    }
    if claimed < checked.size {
        checked.findings.push(Finding::Unclaimed(checked.size - claimed));
    }
    Ok(checked)
}

/// What the rows are held against.
struct Tree {
    lowest: Kept,
    keys: Vec<VerifyingKey>,
    gone: Option<Gone>,
}

/// Numbers of a workspace whose entries went with their months, ascending.
#[derive(Default)]
struct DroppedNumbers {
    stretches: VecDeque<(u64, u64)>,
    count: u64,
}

impl DroppedNumbers {
    /// The last number before the next that should be there, when all up to `last` are.
    fn skip(&mut self, mut last: u64) -> u64 {
        while let Some((from, to)) = self.stretches.front().copied() {
            if from > last + 1 {
                break;
            }
            last = last.max(to);
            self.stretches.pop_front();
        }
        last
    }
}

/// What the signed summaries of a workspace's dropped months count.
async fn dropped(
    db: &Db,
    workspace: WorkspaceId,
    gone: Option<&Gone>,
    keys: &[VerifyingKey],
    checked: &mut Checked,
) -> Result<DroppedNumbers> {
    let Some(gone) = gone else { return Ok(DroppedNumbers::default()) };
    let mut stretches = Vec::new();
    let mut count = 0;
    for note in retention::summaries(db, workspace, gone).await? {
        match Summary::read(&note, keys) {
            Ok(summary) if summary.workspace == workspace.uuid() => {
                count += summary.entries;
                stretches.extend(summary.numbers);
            }
            _ => checked.findings.push(Finding::Summary(workspace)),
        }
    }
    stretches.sort_unstable();
    Ok(DroppedNumbers { stretches: stretches.into(), count })
}

/// The lowest tiles that are kept, when they and those above what is gone add up to the newest
/// checkpoint.
async fn tree(db: &Db, checked: &mut Checked) -> Result<Option<Tree>> {
    let mut broken = |why: &str| {
        checked.findings.push(Finding::Tree(why.to_owned()));
    };
    let waiting = db.waiting().await?;
    let Some(note) = published::checkpoint(db).await? else {
        if waiting.size > 0 {
            broken("there is no checkpoint");
        }
        return Ok(None);
    };
    let mut tx = db.read(&scope(WorkspaceId::PLATFORM, "audit check")).await?;
    let platform = tx.workspace();
    let keys = key::all(tx.conn(), platform).await?;
    drop(tx);
    let mut own: Vec<VerifyingKey> = Vec::new();
    for stored in &keys {
        match stored.open(db) {
            Ok(key) => own.push(key.public().clone()),
            Err(_) => broken("a key of the log is not of this installation"),
        }
    }
    let signed = note.parse::<Note>().ok().filter(|note| note.verify(&own).is_ok());
    let Some(signed) = signed.and_then(|note| Checkpoint::parse(note.text()).ok()) else {
        broken("the newest checkpoint is not signed by a key of this installation");
        return Ok(None);
    };
    if u64::try_from(waiting.size) != Ok(signed.size) {
        broken("the newest checkpoint is of another size");
    }
    let gone = retention::gone(db).await?;
    let first = gone.as_ref().map_or(0, |gone| gone.leaves / WIDTH);
    let above = published::tiles(db, &Edge::places(first * WIDTH)).await?;
    let Some(mut edge) = Edge::read(&above, first * WIDTH) else {
        broken("a tile above what is gone is not there");
        return Ok(None);
    };
    let width = signed.size.div_ceil(WIDTH);
    let places: Vec<Place> = (first..width).map(|index| Place { level: 0, index }).collect();
    let mut lowest = published::tiles(db, &places).await?;
    for place in &places {
        let wanted = usize::try_from(place.width(signed.size)).map_err(Error::internal)?;
        match lowest.tile(*place).and_then(|hashes| hashes.get(..wanted)) {
            Some(hashes) => {
                let hashes = hashes.to_vec();
                drop(edge.append(&hashes));
                lowest.put(*place, &hashes.concat());
            }
            None => {
                broken(&format!("tile {} is not there", place.path(signed.size)));
                return Ok(None);
            }
        }
    }
    if edge.root() != signed.root {
        broken("its tiles do not add up to the newest checkpoint");
    }
    checked.size = signed.size;
    checked.waiting = u64::try_from(waiting.count).map_err(Error::internal)?;
    Ok(Some(Tree { lowest, keys: own, gone }))
}

/// Looks at one workspace; how many leaves of the tree are its own.
async fn of_workspace(
    db: &Db,
    workspace: WorkspaceId,
    (head, mut dropped): (i64, DroppedNumbers),
    tree: &Kept,
    checked: &mut Checked,
) -> Result<u64> {
    let mut tx = db.read(&scope(workspace, "audit check")).await?;
    let of = tx.workspace();
    let rows = sqlx::query!(
        r#"select number, tree_index as index, entry_id as "entry: EntryId"
             from audit_leaves where workspace_id = $1 order by number"#,
        of,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut leaves: HashMap<EntryId, Leaf> = HashMap::new();
    let mut last = 0;
    for row in &rows {
        let number = u64::try_from(row.number).map_err(Error::internal)?;
        let index = u64::try_from(row.index).map_err(Error::internal)?;
        last = dropped.skip(last);
        if number > last + 1 {
            checked.findings.push(Finding::Missing(workspace, last + 1, number - 1));
        }
        last = number;
        leaves.insert(row.entry, Leaf { number, index });
    }
    last = dropped.skip(last);
    let head = u64::try_from(head).map_err(Error::internal)?;
    if last < head {
        checked.findings.push(Finding::Truncated(workspace, last, head));
    }
    let claimed = u64::try_from(leaves.len()).map_err(Error::internal)?;
    let mut wrong: Vec<(Leaf, Stored)> = Vec::new();
    let mut stray: HashSet<EntryId> = HashSet::new();
    let mut after = None;
    loop {
        let page = tx.entries(after, PAGE).await?;
        let Some(newest) = page.last() else { break };
        after = Some(newest.entry);
        for stored in page {
            checked.entries += 1;
            let Some(leaf) = leaves.remove(&stored.entry) else {
                stray.insert(stored.entry);
                continue;
            };
            if !fits(&stored, &leaf, tree, leaf.number) {
                wrong.push((leaf, stored));
            } else if !is_whole(&stored) {
                let finding = Finding::PayloadChanged(workspace, leaf.number, stored.entry);
                checked.findings.push(finding);
            }
        }
    }
    drop(tx);
    for (entry, leaf) in leaves {
        checked.findings.push(Finding::Deleted(workspace, leaf.number, entry));
    }
    for entry in waiting(db, workspace, stray).await? {
        checked.findings.push(Finding::Inserted(workspace, entry));
    }
    checked.findings.extend(explained(workspace, &wrong, tree));
    Ok(claimed)
}

/// Whether the tree has this entry under this number at this place.
fn fits(stored: &Stored, at: &Leaf, tree: &Kept, number: u64) -> bool {
    let hash = leaf_hash(&entry::leaf(stored.workspace, number, &stored.digest()));
    leaf(tree, at.index) == Some(hash)
}

fn leaf(tree: &Kept, index: u64) -> Option<Hash> {
    let tile = tree.tile(Place { level: 0, index: index / WIDTH })?;
    tile.get(usize::try_from(index % WIDTH).ok()?).copied()
}

/// Whether the payload opens to what the entry committed to, or was destroyed as a whole month.
fn is_whole(stored: &Stored) -> bool {
    match &stored.contents {
        Contents::Open { salt, text, .. } => stored.commitment == payload::commitment(salt, text),
        Contents::Destroyed => true,
        Contents::Damaged => false,
    }
}

/// Of the entries that do not fit where they are: which fit in each other's place.
fn explained(workspace: WorkspaceId, wrong: &[(Leaf, Stored)], tree: &Kept) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut paired: HashSet<u64> = HashSet::new();
    for (at, stored) in wrong {
        if paired.contains(&at.number) {
            continue;
        }
        let other = wrong.iter().find(|(other, _)| {
            other.number != at.number && fits(stored, other, tree, other.number)
        });
        match other {
            Some((other, _)) => {
                paired.insert(other.number);
                findings.push(Finding::Swapped(workspace, at.number, other.number));
            }
            None => findings.push(Finding::Changed(workspace, at.number, stored.entry)),
        }
    }
    findings
}

/// Those of the entries without a leaf that do not wait for one either.
async fn waiting(db: &Db, workspace: WorkspaceId, stray: HashSet<EntryId>) -> Result<Vec<EntryId>> {
    if stray.is_empty() {
        return Ok(Vec::new());
    }
    let waiting = db.waiting_of(workspace).await?;
    // What got its leaf while we looked is no stranger either.
    let mut tx = db.read(&scope(workspace, "audit check")).await?;
    let of = tx.workspace();
    let ids: Vec<_> = stray.iter().map(|entry| entry.uuid()).collect();
    let placed = sqlx::query_scalar!(
        r#"select entry_id as "entry: EntryId" from audit_leaves
            where workspace_id = $1 and entry_id = any ($2)"#,
        of,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    let known: HashSet<EntryId> = waiting.into_iter().chain(placed).collect();
    let mut strangers: Vec<EntryId> = stray.difference(&known).copied().collect();
    strangers.sort();
    Ok(strangers)
}
