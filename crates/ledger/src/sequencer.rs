//! The sequencer: it takes what waits, appends it to the tree and signs a checkpoint, in one
//! transaction, at least once a second.
//!
//! Entries move from the table where they wait into the log in the same transaction, so one that
//! commits late is taken late, and none twice. Their order is that of their positions
//! in what is taken at once; an entry that commits after a round gets a place after it.

use std::collections::HashMap;
use std::time::Duration;

use lk_base::{Error, Result, Timestamp};
use lk_db::seat::{Seat, SeatTx};
use lk_db::{Db, entry};
use lk_tlog::{Checkpoint, Edge, Grown, Hash, Note, SigningKey, VerifyingKey, leaf_hash};
use tokio::sync::{Mutex, watch};
use uuid::Uuid;

use crate::kept;
use crate::key::{self, platform};

/// How many entries one round takes.
const BATCH: i64 = 8_000;
/// How long an entry waits for its round.
const PACE: Duration = Duration::from_millis(900);

/// Appends to the tree, if this process has the seat.
pub struct Sequencer {
    db: Db,
    seat: Mutex<Option<Seat>>,
}

impl std::fmt::Debug for Sequencer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<sequencer>")
    }
}

/// What waited.
struct Taken {
    workspace: Uuid,
    entry: Uuid,
    position: i64,
    at: Timestamp,
    digest: Vec<u8>,
}

/// An entry with its place.
struct Placed {
    taken: Taken,
    number: i64,
    index: i64,
    leaf: Hash,
}

impl Sequencer {
    /// A sequencer for this database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db, seat: Mutex::new(None) }
    }

    /// Works until `stop` turns true. A failing database is waited for, not given up on.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut failures: u32 = 0;
        while !*stop.borrow() {
            match self.round().await {
                Ok(count) => {
                    failures = 0;
                    if i64::try_from(count) == Ok(BATCH) {
                        continue;
                    }
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    if failures.is_power_of_two() {
                        tracing::error!(?error, failures, "the audit log's tree does not grow");
                    }
                }
            }
            tokio::select! {
                () = tokio::time::sleep(PACE) => {}
                _ = stop.changed() => {}
            }
        }
        // What was entered while the others stopped is not left for the next start.
        if let Err(error) = self.round().await {
            tracing::warn!(?error, "the last entries wait for the next start");
        }
    }

    /// Appends what waits, up to a batch; how many there were. Nothing while another process has
    /// the seat.
    ///
    /// # Errors
    /// `Internal` when the database refuses, or the tree does not continue its newest checkpoint;
    /// nothing was appended then.
    pub async fn round(&self) -> Result<usize> {
        let mut held = self.seat.lock().await;
        let mut seat = match held.take() {
            Some(seat) => seat,
            None => match self.db.take_seat().await? {
                Some(seat) => seat,
                None => return Ok(0),
            },
        };
        let count = self.append(&mut seat).await?;
        // An error has dropped the connection and the lock with it.
        *held = Some(seat);
        Ok(count)
    }

    async fn append(&self, seat: &mut Seat) -> Result<usize> {
        let mut tx = seat.begin().await?;
        let taken = take(&mut tx).await?;
        if taken.is_empty() {
            tx.roll_back().await?;
            return Ok(0);
        }
        let count = taken.len();
        let keys = key::all(tx.conn(), platform()).await?;
        let newest = keys.last().ok_or_else(|| Error::internal("the log has no key"))?;
        let signer = newest.open(&self.db)?;
        let known: Vec<VerifyingKey> =
            keys.iter().filter_map(|key| key.verifier.parse().ok()).collect();
        let mut edge = edge(&mut tx, &known).await?;
        let placed = place(&mut tx, taken).await?;
        let leaves: Vec<Hash> = placed.iter().map(|placed| placed.leaf).collect();
        let grown = edge.append(&leaves);
        write_leaves(&mut tx, &placed).await?;
        write_tiles(&mut tx, &grown).await?;
        sign(&mut tx, &edge, &signer, self.db.clock().now()).await?;
        tx.commit().await?;
        Ok(count)
    }
}

async fn take(tx: &mut SeatTx<'_>) -> Result<Vec<Taken>> {
    let mut taken = sqlx::query_as!(
        Taken,
        // By their places in the table, which nobody else changes: a join would be planned for a table
        // that was empty when the statement was first planned. Whichever come first there: all of them,
        // unless the sequencer fell behind, and then sorting them for each round would be most of it.
        r#"with taken as (
               delete from audit_waiting as w
                where w.ctid = any (array(select ctid from audit_waiting limit $1))
               returning w.*
           ), kept as (
               insert into audit_entries
                   (workspace_id, entry_id, position, at, action, actor_kind, actor_id, session_id,
                    target_kind, target_id, request_id, commitment, payload)
               select workspace_id, entry_id, position, at, action, actor_kind, actor_id, session_id,
                      target_kind, target_id, request_id, commitment, payload
                 from taken
           )
           select workspace_id as workspace, entry_id as entry, position, at as "at: Timestamp", digest
             from taken"#,
        BATCH,
    )
    .fetch_all(tx.conn())
    .await?;
    taken.sort_by_key(|taken| taken.position);
    Ok(taken)
}

/// The right edge of the tree, which must be what the newest checkpoint was signed for.
async fn edge(tx: &mut SeatTx<'_>, known: &[VerifyingKey]) -> Result<Edge> {
    let size = u64::try_from(tx.size).map_err(Error::internal)?;
    let broken = || Error::internal("the tree does not continue its newest signed checkpoint");
    let newest = sqlx::query!(
        "select size, note from audit_checkpoints
          where workspace_id = $1 order by size desc limit 1",
        platform(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let kept = kept::read(tx.conn(), platform(), &Edge::places(size)).await?;
    let edge = Edge::read(&kept, size).ok_or_else(broken)?;
    let Some(newest) = newest else {
        return if size == 0 { Ok(edge) } else { Err(broken()) };
    };
    let note: Note = newest.note.parse().map_err(Error::internal)?;
    note.verify(known).map_err(Error::internal)?;
    let signed = Checkpoint::parse(note.text()).map_err(Error::internal)?;
    if signed.size == size && signed.root == edge.root() && signed.origin == tx.origin {
        Ok(edge)
    } else {
        Err(broken())
    }
}

/// Gives what was taken its numbers and its places.
async fn place(tx: &mut SeatTx<'_>, taken: Vec<Taken>) -> Result<Vec<Placed>> {
    let workspaces: Vec<Uuid> = taken.iter().map(|taken| taken.workspace).collect();
    let heads = sqlx::query!(
        r#"insert into audit_heads as h (workspace_id, last_number)
           select t.workspace_id, count(*) from unnest($1::uuid[]) as t (workspace_id)
            group by t.workspace_id
           on conflict (workspace_id) do update set last_number = h.last_number + excluded.last_number
           returning workspace_id, last_number"#,
        &workspaces,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut next: HashMap<Uuid, i64> =
        heads.into_iter().map(|head| (head.workspace_id, head.last_number + 1)).collect();
    for workspace in &workspaces {
        next.entry(*workspace).and_modify(|next| *next -= 1);
    }
    let mut placed = Vec::with_capacity(taken.len());
    for (taken, index) in taken.into_iter().zip(tx.size..) {
        let next = next.get_mut(&taken.workspace).ok_or_else(|| Error::internal("no head"))?;
        let number = *next;
        *next += 1;
        let digest = Hash::try_from(taken.digest.as_slice()).map_err(Error::internal)?;
        let of = u64::try_from(number).map_err(Error::internal)?;
        let leaf = leaf_hash(&entry::leaf(taken.workspace, of, &digest));
        placed.push(Placed { taken, number, index, leaf });
    }
    Ok(placed)
}

async fn write_leaves(tx: &mut SeatTx<'_>, placed: &[Placed]) -> Result<()> {
    let workspaces: Vec<Uuid> = placed.iter().map(|placed| placed.taken.workspace).collect();
    let numbers: Vec<i64> = placed.iter().map(|placed| placed.number).collect();
    let indexes: Vec<i64> = placed.iter().map(|placed| placed.index).collect();
    let entries: Vec<Uuid> = placed.iter().map(|placed| placed.taken.entry).collect();
    let moments: Vec<_> = placed.iter().map(|placed| placed.taken.at.sql()).collect();
    sqlx::query!(
        "insert into audit_leaves (workspace_id, number, tree_index, entry_id, at)
         select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::uuid[], $5::timestamptz[])",
        &workspaces,
        &numbers,
        &indexes,
        &entries,
        &moments,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn write_tiles(tx: &mut SeatTx<'_>, grown: &[Grown]) -> Result<()> {
    let levels: Vec<i16> = grown.iter().map(|tile| i16::from(tile.place.level)).collect();
    let mut indexes = Vec::with_capacity(grown.len());
    for tile in grown {
        indexes.push(i64::try_from(tile.place.index).map_err(Error::internal)?);
    }
    let hashes: Vec<Vec<u8>> = grown.iter().map(|tile| tile.hashes.concat()).collect();
    sqlx::query!(
        "insert into audit_tiles (workspace_id, level, tile_index, hashes)
         select $1, t.level, t.tile_index, t.hashes
           from unnest($2::smallint[], $3::bigint[], $4::bytea[]) as t (level, tile_index, hashes)
         on conflict (workspace_id, level, tile_index) do update set hashes = excluded.hashes",
        platform(),
        &levels,
        &indexes,
        &hashes,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn sign(tx: &mut SeatTx<'_>, edge: &Edge, signer: &SigningKey, now: Timestamp) -> Result<()> {
    let checkpoint = Checkpoint { origin: tx.origin.clone(), size: edge.size(), root: edge.root() };
    let note = checkpoint.sign(signer).to_string();
    let size = i64::try_from(edge.size()).map_err(Error::internal)?;
    sqlx::query!(
        "insert into audit_checkpoints (workspace_id, size, note, signed_at) values ($1, $2, $3, $4)",
        platform(),
        size,
        note,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("update audit_log set size = $2 where workspace_id = $1", platform(), size)
        .execute(tx.conn())
        .await?;
    Ok(())
}
