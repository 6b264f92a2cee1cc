//! A witness: it remembers the newest checkpoint it saw of a log and signs only what continues it.
//!
//! The log's own database can be put back as a whole, tree and all; whoever looked before then
//! has seen more than it shows now.

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;

use lk_tlog::proof::{self, check_consistency};
use lk_tlog::{Checkpoint, Edge, Note, Place, SigningKey, VerifyingKey};

use crate::kept::{Asked, Kept};

/// What a witness reports instead of signing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alarm {
    /// The checkpoint does not hold.
    Checkpoint(String),
    /// The log is smaller than it was: the size that was seen, and that of now.
    Rollback(u64, u64),
    /// The log is not the one that was seen: the size that was seen, and that of now.
    Fork(u64, u64),
    /// The tiles do not add up to the checkpoint.
    Tiles,
    /// A tile is not to be had.
    Withheld(String),
    /// The log could not be reached.
    Unreached(String),
}

impl fmt::Display for Alarm {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint(why) => write!(out, "the checkpoint does not hold: {why}"),
            Self::Rollback(seen, now) => {
                write!(out, "rollback: the log had {seen} entries and says now that it has {now}")
            }
            Self::Fork(seen, now) => write!(
                out,
                "fork: the log of {now} entries does not continue the one of {seen} that was seen"
            ),
            Self::Tiles => out.write_str("the tiles do not add up to the checkpoint"),
            Self::Withheld(path) => {
                write!(out, "truncation: tile {path} of the checkpoint's tree is not there")
            }
            Self::Unreached(why) => write!(out, "the log cannot be reached: {why}"),
        }
    }
}

/// Looks at a log. `seen`: the newest checkpoint that this witness signed. `fetch` gets a tile by
/// its path below `tile/`: `Ok(None)` when the log has none.
///
/// # Errors
/// An [`Alarm`]; nothing is signed then, and what was seen stays.
pub async fn look<F>(
    seen: Option<&Checkpoint>,
    note: &str,
    keys: &[VerifyingKey],
    fetch: impl Fn(String) -> F,
) -> Result<(Note, Checkpoint), Alarm>
where
    F: Future<Output = Result<Option<Vec<u8>>, String>>,
{
    let bad = |error: lk_tlog::note::BadNote| Alarm::Checkpoint(error.to_string());
    let note: Note = note.parse().map_err(bad)?;
    note.verify(keys).map_err(bad)?;
    let now = Checkpoint::parse(note.text()).map_err(bad)?;
    if let Some(seen) = seen {
        if seen.origin != now.origin {
            return Err(Alarm::Checkpoint(format!("it is of another log, {}", now.origin)));
        }
        if now.size < seen.size {
            return Err(Alarm::Rollback(seen.size, now.size));
        }
        if now.size == seen.size {
            return if now.root == seen.root {
                Ok((note, now))
            } else {
                Err(Alarm::Fork(seen.size, now.size))
            };
        }
    }
    let asked = Asked::default();
    let old = seen.map_or(0, |seen| seen.size);
    let _ = proof::consistency(&asked, old, now.size);
    let places: BTreeSet<Place> =
        asked.places().into_iter().chain(Edge::places(now.size)).collect();
    let mut tiles = Kept::default();
    for place in places {
        let path = place.path(now.size);
        match fetch(path.clone()).await.map_err(Alarm::Unreached)? {
            Some(bytes) if u64::try_from(bytes.len()) == Ok(place.width(now.size) * 32) => {
                tiles.put(place, &bytes);
            }
            _ => return Err(Alarm::Withheld(path)),
        }
    }
    let root = Edge::read(&tiles, now.size).ok_or(Alarm::Tiles)?.root();
    if root != now.root {
        return Err(Alarm::Tiles);
    }
    if let Some(seen) = seen {
        let proof = proof::consistency(&tiles, seen.size, now.size).map_err(|_| Alarm::Tiles)?;
        check_consistency(seen.size, &seen.root, now.size, &now.root, &proof)
            .map_err(|_| Alarm::Fork(seen.size, now.size))?;
    }
    Ok((note, now))
}

/// The note with the witness's signature, made at this time (seconds since 1970).
#[must_use]
pub fn cosign(note: Note, key: &SigningKey, at: u64) -> String {
    note.cosigned(key, at).to_string()
}
