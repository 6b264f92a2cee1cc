//! What the sockets ask before they let anybody into a room, and what they tell who comes late.
//!
//! A conversation that is missing and one that is somebody else's get the same answer.

use lk_base::error::OrNotFound;
use lk_base::id::{ConversationId, Id, OperatorId};
use lk_base::{Error, Personal, Result};
use lk_db::{Db, Scope};

use crate::thread::VisitorMessage;
use crate::thread::messages::{nearest_after, newest};

/// How many messages one catching up brings.
pub const MOST_MISSED: i64 = 500;

/// Whether the scope's operator may see a conversation.
///
/// # Errors
/// `NotFound` when it is not in the workspace, `Forbidden` when no operator asks.
pub async fn operator_may_see(db: &Db, scope: &Scope, conversation: ConversationId) -> Result<()> {
    scope.operator()?;
    let mut tx = db.read(scope).await?;
    sqlx::query_scalar!(
        r#"select 1 as "there!"
             from conversations
            where workspace_id = $1
              and conversation_id = $2"#,
        tx.workspace(),
        conversation.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .map(drop)
    .or_not_found()
}

/// Whether the scope's visitor may see a conversation.
///
/// # Errors
/// `NotFound` when it is not theirs, `Forbidden` when no visitor asks.
pub async fn visitor_may_see(db: &Db, scope: &Scope, conversation: ConversationId) -> Result<()> {
    let visitor = scope.visitor()?;
    let mut tx = db.read(scope).await?;
    newest(&mut tx, conversation, visitor).await.map(drop)
}

/// Whether the scope's visitor still has their session, on a widget that still allows a site.
///
/// # Errors
/// `Unauthenticated` when not.
pub async fn visitor_still_good(db: &Db, scope: &Scope) -> Result<()> {
    let visitor = scope.visitor()?;
    let mut tx = db.read(scope).await?;
    let alive = sqlx::query_scalar!(
        r#"select exists (select 1
                            from visitors v
                            join widgets w
                              on w.workspace_id = v.workspace_id
                             and w.widget_id = v.widget_id
                           where v.workspace_id = $1
                             and v.visitor_id = $2
                             and v.revoked_at is null
                             and v.site = any (w.allowed_sites)) as "alive!""#,
        tx.workspace(),
        visitor.uuid(),
    )
    .fetch_one(tx.conn())
    .await?;
    if alive { Ok(()) } else { Err(Error::Unauthenticated { code: "session_ended" }) }
}

/// The messages after a number, at most 500, and the newest number: whoever has less than that
/// after reading them asks again.
///
/// # Errors
/// `NotFound` when the conversation is not theirs, `Forbidden` when no visitor asks.
pub async fn visitor_catch_up(
    db: &Db,
    scope: &Scope,
    conversation: ConversationId,
    after_seq: i64,
) -> Result<(Vec<VisitorMessage>, i64)> {
    let visitor = scope.visitor()?;
    let mut tx = db.read(scope).await?;
    let newest = newest(&mut tx, conversation, visitor).await?;
    if after_seq >= newest {
        return Ok((Vec::new(), newest));
    }
    let missed = nearest_after(&mut tx, conversation, after_seq, MOST_MISSED).await?;
    Ok((missed, newest))
}

/// An operator's name, as visitors see it while that operator types.
///
/// # Errors
/// `NotFound` when there is no such operator in the workspace.
pub async fn operator_name(db: &Db, scope: &Scope, operator: OperatorId) -> Result<Personal> {
    let mut tx = db.read(scope).await?;
    sqlx::query_scalar!(
        r#"select name as "name: Personal"
             from operators
            where workspace_id = $1
              and operator_id = $2"#,
        tx.workspace(),
        operator.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()
}
