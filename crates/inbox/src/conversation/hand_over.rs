//! Somebody leaves: what they had open goes to somebody else, or back to the queue.

use lk_base::Result;
use lk_base::id::{ConversationId, Id, OperatorId};
use lk_db::WriteTx;

use super::assign::store;

/// How many conversations that are not resolved somebody has.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn open_of(tx: &mut WriteTx, operator: OperatorId) -> Result<usize> {
    let open = sqlx::query_scalar!(
        r#"select count(*) as "open!"
             from conversations
            where workspace_id = $1
              and assignee_id = $2
              and status <> 'resolved'"#,
        tx.workspace(),
        operator.uuid(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(usize::try_from(open).unwrap_or_default())
}

/// Gives them to somebody else, or to nobody, each with its line and its event; how many.
///
/// Whether the one who gets them belongs to the workspace is for the caller to see to, in the same
/// transaction and after this: whoever assigns holds the conversation first and the operator then.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn hand_over(
    tx: &mut WriteTx,
    from: OperatorId,
    to: Option<OperatorId>,
) -> Result<usize> {
    let open = sqlx::query_scalar!(
        r#"select conversation_id as "id: ConversationId"
             from conversations
            where workspace_id = $1
              and assignee_id = $2
              and status <> 'resolved'
            order by conversation_id
              for no key update"#,
        tx.workspace(),
        from.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    for conversation in &open {
        store(tx, *conversation, to).await?;
    }
    Ok(open.len())
}
