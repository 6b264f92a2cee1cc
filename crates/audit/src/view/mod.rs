//! Views of the log that an operator keeps for themselves: the words of the query bar, and a name.

pub mod list;
pub mod remove;
pub mod save;

use lk_base::Timestamp;
use lk_base::id::AuditViewId;
use schemars::JsonSchema;
use serde::Serialize;

/// How many views an operator may keep.
pub(crate) const MOST: i64 = 30;

/// A kept view.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AuditView {
    /// Its id.
    pub id: AuditViewId,
    /// What its operator calls it.
    pub name: String,
    /// The words of the query bar.
    pub query: String,
    /// When it was kept.
    pub created_at: Timestamp,
}
