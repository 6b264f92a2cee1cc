//! The audit log as a log that strangers can check: one Merkle tree over all entries, signed.
//!
//! Reading order: [`key`] (what signs), [`sequencer`] (how entries get into the tree),
//! [`published`] (what everybody may fetch), [`export`] and [`verify`] (a bundle that is checked
//! offline; `line` reads it fast), [`check`] (the rows against the tree), [`witness`] (the same tree, seen from
//! elsewhere), [`retention`] (what goes after its time, and what stays of it), [`shown`] (what a workspace sees of it). docs/reference/audit-log.md has the formats.
//!
//! **Invariant:** nothing is signed that does not continue the newest signed checkpoint.

pub mod bundle;
pub mod check;
pub mod export;
mod kept;
pub mod key;
mod line;
mod lines;
pub mod month;
pub mod published;
pub mod retention;
pub mod sequencer;
pub mod shown;
pub mod summary;
pub mod verify;
pub mod witness;

use std::sync::Arc;

use lk_base::id::WorkspaceId;
use lk_db::{Actor, Origin, Scope};

pub use sequencer::Sequencer;

/// The product's own scope: it reads and numbers what others entered.
#[expect(clippy::disallowed_methods, reason = "the product itself, about its own log")]
fn scope(workspace: WorkspaceId, what: &str) -> Scope {
    Scope::assume_authenticated(workspace, Actor::System, Arc::new(Origin::system(what)))
}
