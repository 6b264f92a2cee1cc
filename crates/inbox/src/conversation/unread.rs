//! `POST /api/v1/conversations/{id}/unread`: the caller wants to come back to the last message.

use http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::error::OrNotFound;
use lk_base::id::{ConversationId, Id};
use lk_db::Unaudited;
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};

use super::read::Unread;
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "mark_conversation_unread",
    method: Method::POST,
    path: "/api/v1/conversations/{id}/unread",
    summary: "Marks a conversation as unread by the caller, from the visitor's last message on.",
    access: Access::Operator(Permission::ConversationMark),
    rate: RateClass::Write,
    audited: Audited::Exempt(Unaudited::ReadMarker),
    status: 200,
};

/// HTTP in, HTTP out. Without a mark everything is unread already, so none is made.
///
/// # Errors
/// `NotFound`.
pub async fn handler(call: Call<Inbox, One<ConversationId>>) -> Result<Reply<Unread>> {
    let One(conversation) = call.path;
    let operator = call.scope.operator()?;
    let mut tx = call.state.db.write(&call.scope).await?;
    let last = sqlx::query_scalar!(
        "select last_visitor_seq from conversations where workspace_id = $1 and conversation_id = $2",
        tx.workspace(),
        conversation.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    sqlx::query!(
        "update conversation_reads
            set read_seq = least(read_seq, $4)
          where workspace_id = $1
            and conversation_id = $2
            and operator_id = $3",
        tx.workspace(),
        conversation.uuid(),
        operator.uuid(),
        before(last),
    )
    .execute(tx.conn())
    .await?;
    let unread = sqlx::query_scalar!(
        r#"select count(*) as "unread!"
             from messages
            where workspace_id = $1
              and conversation_id = $2
              and kind = 'reply'
              and author_kind = 'visitor'
              and seq > coalesce((select read_seq
                                    from conversation_reads
                                   where workspace_id = $1
                                     and conversation_id = $2
                                     and operator_id = $3), 0)"#,
        tx.workspace(),
        conversation.uuid(),
        operator.uuid(),
    )
    .fetch_one(tx.conn())
    .await?;
    tx.commit_unaudited(Unaudited::ReadMarker).await?;
    Ok(Reply::ok(Unread { unread }))
}

/// The rule: as far as just before the visitor's last message; nothing was read of no message.
const fn before(last_visitor_seq: i64) -> i64 {
    if last_visitor_seq > 0 { last_visitor_seq - 1 } else { i64::MAX }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_goes_just_before_the_last_message() {
        assert_eq!(before(7), 6);
        assert_eq!(before(1), 0);
        assert_eq!(
            before(0),
            i64::MAX,
            "a conversation without a visitor's message keeps its mark"
        );
    }
}
