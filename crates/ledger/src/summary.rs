//! What stays of a workspace's month when its entries go: a signed summary.
//!
//! docs/reference/audit-log.md has the form; whoever has the log's key can check it offline.

use std::collections::BTreeMap;

use lk_base::{Error, Result, Timestamp};
use lk_tlog::tile::WIDTH;
use lk_tlog::{Edge, Hash, Note, Place, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the JSON says it is.
pub const FORMAT: &str = "leadkeep-audit-summary/v1";
/// The first line of the note.
const TITLE: &str = "leadkeep audit summary";

/// How many entries of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// What was done.
    pub action: String,
    /// Who did it: the kind.
    pub actor_kind: String,
    /// To what: the kind.
    pub target_kind: String,
    /// How often.
    pub entries: u64,
}

/// A month of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// [`FORMAT`].
    pub format: String,
    /// The name of the log.
    pub origin: String,
    /// Whose month.
    pub workspace: Uuid,
    /// Which month, `2026-03`, in UTC.
    pub month: String,
    /// How many entries.
    pub entries: u64,
    /// Their numbers, as ascending stretches from the first to the last of each.
    pub numbers: Vec<(u64, u64)>,
    /// When the first was written, in microseconds since 1970.
    pub first_at: i64,
    /// When the last was.
    pub last_at: i64,
    /// How many of each kind.
    pub counts: Vec<Count>,
    /// The root of the tree of their leaves alone, in the order of their numbers, in base64.
    pub root: String,
}

/// An entry as it is counted.
pub(crate) struct Row {
    pub(crate) number: u64,
    pub(crate) index: u64,
    pub(crate) at: Timestamp,
    pub(crate) digest: Hash,
    pub(crate) action: String,
    pub(crate) actor_kind: String,
    pub(crate) target_kind: String,
}

impl Row {
    /// The tile that its leaf is in.
    pub(crate) fn tile(&self) -> Place {
        Place { level: 0, index: self.index / WIDTH }
    }

    /// Where in the tile.
    pub(crate) fn beside(&self) -> usize {
        usize::try_from(self.index % WIDTH).unwrap_or(usize::MAX)
    }
}

/// The entries of a month, one after the other, by number.
#[derive(Debug, Default)]
pub(crate) struct Counting {
    numbers: Vec<(u64, u64)>,
    first_at: i64,
    last_at: i64,
    counts: BTreeMap<(String, String, String), u64>,
    leaves: Vec<Hash>,
}

impl Counting {
    pub(crate) fn add(&mut self, row: &Row, leaf: Hash) {
        match self.numbers.last_mut() {
            Some((_, last)) if *last + 1 == row.number => *last = row.number,
            _ => self.numbers.push((row.number, row.number)),
        }
        let at = row.at.unix_micros();
        self.first_at = if self.leaves.is_empty() { at } else { self.first_at.min(at) };
        self.last_at = self.last_at.max(at);
        let kind = (row.action.clone(), row.actor_kind.clone(), row.target_kind.clone());
        *self.counts.entry(kind).or_default() += 1;
        self.leaves.push(leaf);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    pub(crate) fn summary(self, origin: &str, workspace: Uuid, month: &str) -> Summary {
        let mut edge = Edge::default();
        drop(edge.append(&self.leaves));
        let counts = self.counts.into_iter().map(|((action, actor_kind, target_kind), entries)| {
            Count { action, actor_kind, target_kind, entries }
        });
        Summary {
            format: FORMAT.to_owned(),
            origin: origin.to_owned(),
            workspace,
            month: month.to_owned(),
            entries: edge.size(),
            numbers: self.numbers,
            first_at: self.first_at,
            last_at: self.last_at,
            counts: counts.collect(),
            root: crate::bundle::text(&edge.root()),
        }
    }
}

impl Summary {
    /// The summary as a signed note.
    pub(crate) fn sign(&self, key: &SigningKey) -> Result<String> {
        let json = serde_json::to_string(self).map_err(Error::internal)?;
        Ok(Note::signed(&format!("{TITLE}\n{json}\n"), key).to_string())
    }

    /// Reads a signed note.
    ///
    /// # Errors
    /// A sentence, when it is not signed by one of these keys or not of this form.
    pub fn read(note: &str, keys: &[VerifyingKey]) -> std::result::Result<Self, String> {
        let note: Note = note.parse().map_err(|error| format!("{error}"))?;
        note.verify(keys).map_err(|error| format!("{error}"))?;
        let json = note.text().strip_prefix(TITLE).and_then(|rest| rest.strip_prefix('\n'));
        let summary: Self = json
            .and_then(|json| serde_json::from_str(json).ok())
            .ok_or_else(|| "it is no summary".to_owned())?;
        let counted: u64 = summary.counts.iter().map(|count| count.entries).sum();
        let numbered = summary.numbers.iter().try_fold(0_u64, |sum, (from, to)| {
            sum.checked_add(to.checked_sub(*from)?.checked_add(1)?)
        });
        if summary.format != FORMAT || counted != summary.entries || numbered != Some(counted) {
            return Err("it does not add up".to_owned());
        }
        Ok(summary)
    }
}
