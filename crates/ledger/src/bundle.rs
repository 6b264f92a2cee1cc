//! The form of a bundle: lines of JSON, first what it is and how it is proved, then one line for
//! each entry. docs/reference/audit-log.md describes it for others.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lk_base::id::Id;
use lk_base::{Error, Result, Timestamp};
use lk_db::entry::{Contents, Facts, Stored};
use lk_tlog::Hash;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::key::Published;

/// What the first line says it is.
pub const FORMAT: &str = "leadkeep-audit-bundle/v1";

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// [`FORMAT`].
    pub format: String,
    /// The name of the log.
    pub origin: String,
    /// Whose entries they are.
    pub workspace: Uuid,
    /// How many lines follow.
    pub entries: u64,
    /// The signed checkpoint that the proof leads to.
    pub checkpoint: String,
    /// The log's keys, the oldest first.
    pub keys: Vec<Published>,
    /// Signed summaries of the workspace's months whose entries are gone, the oldest first.
    pub summaries: Vec<String>,
    /// The hashes beside the entries' leaves, from left to right, in base64.
    pub proof: Vec<String>,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line<'a> {
    /// Its number in the workspace, counted from 1.
    pub number: u64,
    /// Its place in the tree, counted from 0.
    pub index: u64,
    /// Its id.
    pub entry: Uuid,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// What was done.
    #[serde(borrow)]
    pub action: Cow<'a, str>,
    /// Who did it: the kind.
    #[serde(borrow)]
    pub actor_kind: Cow<'a, str>,
    /// Who did it.
    pub actor: Option<Uuid>,
    /// In which session.
    pub session: Option<Uuid>,
    /// To what: the kind.
    #[serde(borrow)]
    pub target_kind: Cow<'a, str>,
    /// To what.
    pub target: Option<Uuid>,
    /// In which request.
    #[serde(borrow)]
    pub request: Cow<'a, str>,
    /// The commitment to the payload, in base64.
    #[serde(borrow)]
    pub commitment: Cow<'a, str>,
    /// What it was made with, in base64; `null` when the payload was destroyed.
    #[serde(borrow)]
    pub salt: Option<Cow<'a, str>>,
    /// The exact text of the payload; `null` when it was destroyed.
    #[serde(borrow)]
    pub payload: Option<Cow<'a, str>>,
    /// The hash of the entry's leaf, in base64.
    #[serde(borrow)]
    pub leaf: Cow<'a, str>,
}

impl<'a> Line<'a> {
    /// An entry at its place. A payload that does not open is left out, and so is its salt.
    ///
    /// # Errors
    /// `Internal` when the stored commitment is none.
    pub fn of(number: u64, index: u64, stored: &'a Stored, leaf: &Hash) -> Result<Self> {
        let (salt, payload) = match &stored.contents {
            Contents::Open { salt, text: payload, .. } => {
                (Some(text(salt)), Some(payload.as_str()))
            }
            Contents::Destroyed | Contents::Damaged => (None, None),
        };
        let commitment = Hash::try_from(stored.commitment.as_slice()).map_err(Error::internal)?;
        Ok(Line {
            number,
            index,
            entry: stored.entry.uuid(),
            at: stored.at.unix_micros(),
            action: stored.action.as_str().into(),
            actor_kind: stored.actor_kind.as_str().into(),
            actor: stored.actor,
            session: stored.session,
            target_kind: stored.target_kind.as_str().into(),
            target: stored.target,
            request: stored.request.as_str().into(),
            commitment: text(&commitment).into(),
            salt: salt.map(Into::into),
            payload: payload.map(Into::into),
            leaf: text(leaf).into(),
        })
    }
}

impl Line<'_> {
    /// The facts, as an entry of this workspace.
    #[must_use]
    pub fn facts(&self, workspace: Uuid) -> Facts<'_> {
        Facts {
            workspace,
            entry: self.entry,
            at: Timestamp::from_unix_micros(self.at),
            action: &self.action,
            actor_kind: &self.actor_kind,
            actor: self.actor,
            session: self.session,
            target_kind: &self.target_kind,
            target: self.target,
            request: &self.request,
        }
    }
}

/// A hash as bundles write it.
#[must_use]
pub fn text(hash: &Hash) -> String {
    STANDARD.encode(hash)
}

/// Reads a hash.
#[must_use]
pub fn hash(text: &str) -> Option<Hash> {
    let mut out = [0; 33];
    let length = STANDARD.decode_slice(text, &mut out).ok()?;
    out.get(..length)?.try_into().ok()
}
