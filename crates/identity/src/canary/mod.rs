//! Canaries: two workspaces that belong to nobody, through which a running check looks at the walls.
//!
//! Reading order: [`make`] (how one comes into being), [`let_in`] (how the check gets in for a few
//! minutes). What the check asks is the server's matter.
//!
//! **Invariant:** between two looks nothing opens a canary: the sessions and the key are over, and
//! nobody keeps a secret of theirs.
//! **Invariant:** no line of the directory leads to a canary, so no sign-in ends there, no list of
//! workspaces has one, and no clock writes to its people.

pub mod let_in;
pub mod make;

use std::sync::Arc;

use lk_base::Result;
use lk_base::id::{
    ApiKeyId, ContactId, ConversationId, OperatorId, VisitorId, WidgetId, WorkspaceId,
};
use lk_db::{Origin, SystemReason, SystemTx, WriteTx};

use crate::Identity;
use crate::nobody::nobody;

/// The lock that whoever makes canaries or looks through them holds, on whichever node.
const TURN: i64 = 5470;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The first.
    A,
    /// The second.
    B,
}

impl Which {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::A, Self::B];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }

    /// What people would read, should one ever be shown.
    const fn called(self) -> &'static str {
        match self {
            Self::A => "Canary A",
            Self::B => "Canary B",
        }
    }
}

/// A canary, and what is planted in it.
#[derive(Debug, Clone)]
pub struct Canary {
    /// Which of the two.
    pub which: Which,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its super admin.
    pub operator: OperatorId,
    /// Its key.
    pub api_key: ApiKeyId,
    /// Its widget.
    pub widget: WidgetId,
    /// Its visitor.
    pub visitor: VisitorId,
    /// Who the visitor said they are.
    pub contact: ContactId,
    /// The one conversation.
    pub conversation: ConversationId,
    /// The random words of its one message.
    pub words: String,
}

/// A turn at the canaries: nobody else makes them or looks through them until it is dropped.
#[derive(Debug)]
pub struct Turn {
    _held: SystemTx,
}

/// Waits for the turn.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn turn(identity: &Identity) -> Result<Turn> {
    let mut system = platform(identity).await?;
    wait(system.tx()).await?;
    Ok(Turn { _held: system })
}

async fn platform(identity: &Identity) -> Result<SystemTx> {
    let scope = nobody(Arc::new(Origin::system("canary")));
    identity.db.system(SystemReason::Canary, &scope).await
}

async fn wait(tx: &mut WriteTx) -> Result<()> {
    sqlx::query_scalar!(r#"select pg_advisory_xact_lock($1) is null as "held!""#, TURN)
        .fetch_one(tx.conn())
        .await?;
    Ok(())
}

/// A canary, if it was made.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn read(identity: &Identity, which: Which) -> Result<Option<Canary>> {
    find(platform(identity).await?.tx(), which).await
}

async fn find(tx: &mut WriteTx, which: Which) -> Result<Option<Canary>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select canary_workspace_id as "workspace: WorkspaceId",
                  operator_id         as "operator: OperatorId",
                  api_key_id          as "api_key: ApiKeyId",
                  widget_id           as "widget: WidgetId",
                  visitor_id          as "visitor: VisitorId",
                  contact_id          as "contact: ContactId",
                  conversation_id     as "conversation: ConversationId",
                  words
             from canaries
            where workspace_id = $1
              and place = $2"#,
        workspace,
        which.name(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Canary {
        which,
        workspace: row.workspace,
        operator: row.operator,
        api_key: row.api_key,
        widget: row.widget,
        visitor: row.visitor,
        contact: row.contact,
        conversation: row.conversation,
        words: row.words,
    }))
}
