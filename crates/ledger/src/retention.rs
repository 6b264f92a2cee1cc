//! The oldest month of the log, once it is over its time: summarised for each workspace, signed,
//! and dropped. The tree stays as it is, and so do all proofs that anybody holds.
//!
//! Nothing goes that does not fit the tree: what somebody changed stays, to be looked at.
//!
//! **Invariant:** an entry is dropped only with the whole month, and only when a signed summary
//! counts it; the database checks both once more, and that the month is twelve months old.

use lk_base::id::{Id, WorkspaceId};
use lk_base::{Error, Result, Timestamp};
use lk_db::{Action, Db, Entry, SystemReason, entry};
use lk_tlog::proof::{self, check_consistency};
use lk_tlog::{Checkpoint, Edge, Note, Place, SigningKey, Tiles, VerifyingKey, leaf_hash};
use serde_json::json;
use uuid::Uuid;

use crate::kept::Asked;
use crate::month::Month;
use crate::summary::{Counting, Row, Summary};
use crate::{key, published, scope};

/// How many months the log stays at the least, whatever is set.
pub const LEAST_MONTHS: u32 = 12;
/// How many entries are read at a time.
const PAGE: i64 = 2_000;

/// A month that went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Which.
    pub month: Month,
    /// How many entries it had, in all workspaces.
    pub entries: u64,
}

/// Drops the oldest month, if it is over its time of so many months (at least [`LEAST_MONTHS`]).
/// To be called until it says `None`.
///
/// # Errors
/// `Internal` when the database refuses or something of the month does not fit the tree; the month
/// stays then.
pub async fn drop_oldest(db: &Db, keep_months: u32) -> Result<Option<Dropped>> {
    db.make_room().await?;
    let Some(month) = oldest(db).await? else { return Ok(None) };
    let kept_from = Month::of(db.clock().now()).earlier(keep_months.max(LEAST_MONTHS));
    if month.next() > kept_from {
        return Ok(None);
    }
    let mut tx = db.read(&scope(WorkspaceId::PLATFORM, "audit retention")).await?;
    let platform = tx.workspace();
    let keys = key::all(tx.conn(), platform).await?;
    drop(tx);
    let newest = keys.last().ok_or_else(|| Error::internal("the log has no key"))?;
    let signer = newest.open(db)?;
    let known: Vec<VerifyingKey> =
        keys.iter().filter_map(|stored| stored.verifier.parse().ok()).collect();
    let signed = signed(db, &known).await?;
    let mut entries = 0;
    for (workspace, _) in db.heads().await? {
        entries += summarise(db, workspace, month, &signed.origin, &signer).await?;
    }
    let gone = db.first_leaf_since(month.next().start()).await?;
    let gone = match gone {
        Some(index) => u64::try_from(index).map_err(Error::internal)?,
        None => signed.size,
    };
    let note = boundary(db, gone, &signed, &signer).await?;
    let mut system =
        db.system(SystemReason::Clock, &scope(WorkspaceId::PLATFORM, "audit retention")).await?;
    sqlx::query!(
        r#"select audit_drop_month($1, $2, $3)::text as "done""#,
        month.first_day(),
        i64::try_from(gone).map_err(Error::internal)?,
        note,
    )
    .fetch_one(system.tx().conn())
    .await?;
    let entry = Entry::new(Action::AuditMonthDropped, WorkspaceId::PLATFORM);
    system.commit(entry.with(json!({ "month": month.start(), "entries": entries }))).await?;
    Ok(Some(Dropped { month, entries }))
}

async fn oldest(db: &Db) -> Result<Option<Month>> {
    let mut tx = db.read(&scope(WorkspaceId::PLATFORM, "audit retention")).await?;
    let day = sqlx::query_scalar!("select audit_oldest_month()").fetch_one(tx.conn()).await?;
    Ok(day.map(Month::starting))
}

/// The newest checkpoint, if one of these keys signed it.
async fn signed(db: &Db, known: &[VerifyingKey]) -> Result<Checkpoint> {
    let note = published::checkpoint(db).await?;
    let note = note.ok_or_else(|| Error::internal("there is no checkpoint"))?;
    let note: Note = note.parse().map_err(Error::internal)?;
    note.verify(known).map_err(Error::internal)?;
    Checkpoint::parse(note.text()).map_err(Error::internal)
}

/// Makes the summary of a workspace's month, unless it is there; how many entries it has.
async fn summarise(
    db: &Db,
    workspace: WorkspaceId,
    month: Month,
    origin: &str,
    signer: &SigningKey,
) -> Result<u64> {
    let mut counting = Counting::default();
    let mut after = 0;
    loop {
        let rows = rows(db, workspace, month, after).await?;
        let Some(last) = rows.last() else { break };
        after = i64::try_from(last.number).map_err(Error::internal)?;
        let mut places: Vec<Place> = rows.iter().map(Row::tile).collect();
        places.dedup();
        let tiles = published::tiles(db, &places).await?;
        for row in &rows {
            let leaf = leaf_hash(&entry::leaf(workspace.uuid(), row.number, &row.digest));
            let kept = tiles.tile(row.tile()).and_then(|tile| tile.get(row.beside()).copied());
            if kept != Some(leaf) {
                return Err(Error::internal(format!(
                    "entry {} of {workspace} does not fit the tree: its month is not dropped",
                    row.number
                )));
            }
            counting.add(row, leaf);
        }
    }
    if counting.is_empty() {
        return Ok(0);
    }
    let summary = counting.summary(origin, workspace.uuid(), &month.to_string());
    keep(db, workspace, month, &summary, signer).await?;
    Ok(summary.entries)
}

async fn keep(
    db: &Db,
    workspace: WorkspaceId,
    month: Month,
    summary: &Summary,
    signer: &SigningKey,
) -> Result<()> {
    let scope = scope(workspace, "audit retention");
    let mut system = db.system(SystemReason::Clock, &scope).await?;
    let tx = system.tx();
    let (of, now) = (tx.workspace(), tx.now());
    let added = sqlx::query!(
        "insert into audit_summaries (workspace_id, month, entries, note, made_at)
         values ($1, $2, $3, $4, $5)
         on conflict (workspace_id, month) do nothing",
        of,
        month.first_day(),
        i64::try_from(summary.entries).map_err(Error::internal)?,
        summary.sign(signer)?,
        now.sql(),
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    if added == 0 {
        // An earlier attempt got this far.
        return Ok(());
    }
    let entry = Entry::new(Action::AuditMonthSummarised, workspace);
    system.commit(entry.with(json!({ "month": month.start(), "entries": summary.entries }))).await
}

/// The entries of a month after a number, by number.
async fn rows(db: &Db, workspace: WorkspaceId, month: Month, after: i64) -> Result<Vec<Row>> {
    let mut tx = db.read(&scope(workspace, "audit retention")).await?;
    let of = tx.workspace();
    let found = sqlx::query!(
        r#"select l.number, l.tree_index, e.entry_id, e.at as "at: Timestamp", e.action,
                  e.actor_kind, e.actor_id, e.session_id, e.target_kind, e.target_id, e.request_id,
                  e.commitment
             from audit_leaves l
             join audit_entries e on e.workspace_id = l.workspace_id and e.entry_id = l.entry_id and e.at = l.at
            where l.workspace_id = $1
              and l.number > $2
              and l.at >= $3
              and l.at < $4
              and e.workspace_id = $1
              and e.at >= $3
              and e.at < $4
            order by l.number
            limit $5"#,
        of,
        after,
        month.start().sql(),
        month.next().start().sql(),
        PAGE,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        let facts = entry::Facts {
            workspace: of,
            entry: row.entry_id,
            at: row.at,
            action: &row.action,
            actor_kind: &row.actor_kind,
            actor: row.actor_id,
            session: row.session_id,
            target_kind: &row.target_kind,
            target: row.target_id,
            request: &row.request_id,
        };
        let commitment = row.commitment.as_slice().try_into().map_err(Error::internal)?;
        rows.push(Row {
            number: u64::try_from(row.number).map_err(Error::internal)?,
            index: u64::try_from(row.tree_index).map_err(Error::internal)?,
            at: row.at,
            digest: entry::digest(&facts, &commitment),
            action: row.action,
            actor_kind: row.actor_kind,
            target_kind: row.target_kind,
        });
    }
    Ok(rows)
}

/// The checkpoint of the tree's first `gone` leaves, which the newest signed one must continue;
/// `None` for none.
async fn boundary(
    db: &Db,
    gone: u64,
    signed: &Checkpoint,
    signer: &SigningKey,
) -> Result<Option<String>> {
    if gone == 0 {
        return Ok(None);
    }
    let asked = Asked::default();
    let _ = proof::consistency(&asked, gone, signed.size);
    let mut places = asked.places();
    places.extend(Edge::places(gone));
    let tiles = published::tiles(db, &places).await?;
    let broken = || Error::internal("the tree does not hold: its months are not dropped");
    let root = Edge::read(&tiles, gone).ok_or_else(broken)?.root();
    let path = proof::consistency(&tiles, gone, signed.size).map_err(|_| broken())?;
    check_consistency(gone, &root, signed.size, &signed.root, &path).map_err(|_| broken())?;
    let checkpoint = Checkpoint { origin: signed.origin.clone(), size: gone, root };
    Ok(Some(checkpoint.sign(signer).to_string()))
}

/// What is gone of the log: up to which month, and how many of the tree's first leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// The newest month that went.
    pub month: Month,
    /// How many of the tree's first leaves belong to nothing any more.
    pub leaves: u64,
}

/// What is gone of the log; `None` while all is there.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn gone(db: &Db) -> Result<Option<Gone>> {
    let mut tx = db.read(&scope(WorkspaceId::PLATFORM, "audit retention")).await?;
    let platform = tx.workspace();
    let row = sqlx::query!(
        "select month, gone from audit_months where workspace_id = $1 order by month desc limit 1",
        platform,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let leaves = u64::try_from(row.gone).map_err(Error::internal)?;
    Ok(Some(Gone { month: Month::starting(row.month), leaves }))
}

/// The signed summaries of a workspace's months that are gone, the oldest first.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn summaries(db: &Db, workspace: WorkspaceId, gone: &Gone) -> Result<Vec<String>> {
    let mut tx = db.read(&scope(workspace, "audit retention")).await?;
    let of: Uuid = tx.workspace();
    Ok(sqlx::query_scalar!(
        "select note from audit_summaries where workspace_id = $1 and month <= $2 order by month",
        of,
        gone.month.first_day(),
    )
    .fetch_all(tx.conn())
    .await?)
}
