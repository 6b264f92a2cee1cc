//! The log's tree as a workspace sees it: how far its entries are in it, and the proof of one.

pub mod proof;
pub mod read;

use lk_ledger::key::Published;
use schemars::JsonSchema;
use serde::Serialize;

/// A key that signs checkpoints of the log.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LogKey {
    /// The public half, as signed notes write it.
    pub key: String,
    /// A note with which the key before it vouches for this one; the first has none.
    pub endorsement: Option<String>,
}

impl From<Published> for LogKey {
    fn from(of: Published) -> Self {
        Self { key: of.key, endorsement: of.endorsement }
    }
}
