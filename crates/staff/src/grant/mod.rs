//! Grants: access of one member of staff to one workspace, with a reason and an end.
//!
//! **Invariant:** a grant is told where it lets in: its beginning and an early end are entries of
//! the workspace's own log, in the transaction that makes them true.

pub mod ask;
pub mod end;
mod letter;
pub mod list;

use lk_base::id::{GrantId, StaffId, WorkspaceId};
use lk_base::{Personal, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// Who ended a grant before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum EndedBy {
    /// Whoever had it, or an admin of the staff.
    Staff,
    /// A super admin of the workspace.
    Workspace,
    /// Nobody meant it: whoever had it was stopped.
    Disabled,
}

/// A grant, as staff sees it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StaffGrant")]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Who has it.
    pub staff_id: StaffId,
    /// What they are called.
    pub staff_name: Personal,
    /// To which workspace.
    pub workspace_id: WorkspaceId,
    /// What that was called when it began.
    pub workspace_name: Personal,
    /// What for.
    pub reason: Personal,
    /// Since when.
    pub began_at: Timestamp,
    /// Until when at the latest.
    pub ends_at: Timestamp,
    /// When it was ended before that.
    pub ended_at: Option<Timestamp>,
    /// By whom.
    pub ended_by: Option<EndedBy>,
    /// Whether it lets in at this moment.
    pub live: bool,
    /// Whether it is the caller's own.
    pub yours: bool,
}
