//! What the inbox wants to know of the moment, and what it tells without an event.
//!
//! Owned here, implemented where the sockets are.

use lk_base::id::{ConversationId, OperatorId, VisitorId, WorkspaceId};

/// How far an operator has read.
#[derive(Debug, Clone, Copy)]
pub struct OperatorRead {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Whose conversation it is.
    pub visitor: VisitorId,
    /// Who has read.
    pub operator: OperatorId,
    /// The number of the newest line that they have read.
    pub seq: i64,
    /// That place as the visitor knows it; 0 when nothing before it is theirs to see.
    pub public_seq: i64,
}

/// Who is there, and who listens. Every method returns at once.
pub trait Live: Send + Sync + 'static {
    /// Whether the visitor has the widget open.
    fn visitor_online(&self, workspace: WorkspaceId, visitor: VisitorId) -> bool;

    /// Whether any operator of the workspace is online.
    fn anybody_online(&self, workspace: WorkspaceId) -> bool;

    /// An operator has read a conversation as far as a line.
    fn operator_read(&self, workspace: WorkspaceId, read: OperatorRead);

    /// The visitor has read as far as `seq` (of all lines), which they know as `public_seq`.
    fn visitor_read(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        seq: i64,
        public_seq: i64,
    );
}

/// Nobody is there and nobody listens: for the command line and for tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Live for Silent {
    fn visitor_online(&self, _: WorkspaceId, _: VisitorId) -> bool {
        false
    }

    fn anybody_online(&self, _: WorkspaceId) -> bool {
        false
    }

    fn operator_read(&self, _: WorkspaceId, _: OperatorRead) {}

    fn visitor_read(&self, _: WorkspaceId, _: ConversationId, _: i64, _: i64) {}
}
