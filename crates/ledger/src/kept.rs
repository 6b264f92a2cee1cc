//! Tiles out of the database: which ones a proof needs, and what is in them.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use lk_base::{Error, Result};
use lk_db::Conn;
use lk_tlog::proof::Nodes;
use lk_tlog::tile::WIDTH;
use lk_tlog::{Hash, Place, Tiles};
use uuid::Uuid;

/// Tiles in memory.
#[derive(Debug, Default)]
pub(crate) struct Kept(HashMap<Place, Vec<Hash>>);

impl Tiles for Kept {
    fn tile(&self, place: Place) -> Option<&[Hash]> {
        self.0.get(&place).map(Vec::as_slice)
    }
}

impl Kept {
    pub(crate) fn put(&mut self, place: Place, bytes: &[u8]) {
        self.0.insert(place, hashes(bytes));
    }
}

/// The hashes of a tile.
pub(crate) fn hashes(bytes: &[u8]) -> Vec<Hash> {
    bytes.as_chunks::<32>().0.to_vec()
}

/// Stands in for a tree and remembers what it is asked for.
#[derive(Default)]
pub(crate) struct Asked(RefCell<BTreeSet<Place>>);

impl Nodes for Asked {
    fn node(&self, height: u32, index: u64) -> Option<Hash> {
        let level = u8::try_from(height / 8).ok()?;
        let first = index.checked_mul(1 << (height % 8))?;
        self.0.borrow_mut().insert(Place { level, index: first / WIDTH });
        Some([0; 32])
    }
}

impl Asked {
    /// The tiles that were asked for.
    pub(crate) fn places(self) -> Vec<Place> {
        self.0.into_inner().into_iter().collect()
    }
}

/// Reads tiles; those that are not kept are left out.
pub(crate) async fn read(conn: Conn<'_>, workspace: Uuid, places: &[Place]) -> Result<Kept> {
    let mut levels = Vec::with_capacity(places.len());
    let mut indexes = Vec::with_capacity(places.len());
    for place in places {
        levels.push(i16::from(place.level));
        indexes.push(i64::try_from(place.index).map_err(Error::internal)?);
    }
    let rows = sqlx::query!(
        r#"select level, tile_index, hashes
             from audit_tiles
            where workspace_id = $1
              and (level, tile_index) in (select * from unnest($2::smallint[], $3::bigint[]))"#,
        workspace,
        &levels,
        &indexes,
    )
    .fetch_all(conn)
    .await?;
    let mut kept = Kept::default();
    for row in rows {
        let (Ok(level), Ok(index)) = (row.level.try_into(), row.tile_index.try_into()) else {
            continue;
        };
        kept.put(Place { level, index }, &row.hashes);
    }
    Ok(kept)
}
