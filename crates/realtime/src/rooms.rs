//! The names of rooms, made here and nowhere else.
//!
//! Each carries its workspace, so that no two workspaces can meet in one, whatever ids they use.

use lk_base::id::{ConversationId, OperatorId, SessionId, VisitorId, WorkspaceId};

/// All operators of a workspace: durable events.
#[must_use]
pub fn workspace(workspace: WorkspaceId) -> String {
    format!("workspace:{workspace}")
}

/// Those who have a conversation open, operators and visitors each on their own side: typing,
/// viewers, read marks.
#[must_use]
pub fn conversation(workspace: WorkspaceId, conversation: ConversationId) -> String {
    format!("conversation:{workspace}:{conversation}")
}

/// The sockets of one operator: to end them.
#[must_use]
pub fn operator(workspace: WorkspaceId, operator: OperatorId) -> String {
    format!("operator:{workspace}:{operator}")
}

/// The sockets of one session: to end them.
#[must_use]
pub fn session(session: SessionId) -> String {
    format!("session:{session}")
}

/// The sockets of one visitor.
#[must_use]
pub fn visitor(workspace: WorkspaceId, visitor: VisitorId) -> String {
    format!("visitor:{workspace}:{visitor}")
}

/// All visitors of a workspace: availability.
#[must_use]
pub fn visitors(workspace: WorkspaceId) -> String {
    format!("visitors:{workspace}")
}
