//! `POST /api/widget/v1/conversations/{id}/read`: the visitor has read as far as a message.

use http::Method;
use lk_base::Result;
use lk_base::error::OrNotFound;
use lk_base::id::{ConversationId, Id, VisitorId};
use lk_db::{Unaudited, WriteTx};
use lk_web::{Access, Audited, Call, Nothing, One, Operation, RateClass, Reply};

use crate::conversation::read::{Input, Unread};
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "mark_visitor_conversation_read",
    method: Method::POST,
    path: "/api/widget/v1/conversations/{id}/read",
    summary: "Marks a conversation as read by the visitor, as far as a message.",
    access: Access::Visitor,
    rate: RateClass::WidgetRead,
    audited: Audited::Exempt(Unaudited::ReadMarker),
    status: 200,
};

/// HTTP in, HTTP out. Never goes back, and never beyond the newest message.
///
/// # Errors
/// `NotFound`.
pub async fn handler(
    call: Call<Inbox, One<ConversationId>, Nothing, Input>,
) -> Result<Reply<Unread>> {
    let One(conversation) = call.path;
    let visitor = call.scope.visitor()?;
    let mut tx = call.state.db.write(&call.scope).await?;
    let place = sqlx::query!(
        r#"select c.visitor_read_seq,
                  m.seq        as "seq?",
                  m.public_seq as "public_seq?"
             from conversations c
             left join lateral (
                  select seq, public_seq
                    from messages
                   where workspace_id = $1
                     and conversation_id = $2
                     and public_seq <= $4
                   order by public_seq desc
                   limit 1) as m on true
            where c.workspace_id = $1
              and c.conversation_id = $2
              and c.visitor_id = $3"#,
        tx.workspace(),
        conversation.uuid(),
        visitor.uuid(),
        call.body.seq,
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    let reached = match (place.seq, place.public_seq) {
        (Some(seq), Some(public_seq)) if seq > place.visitor_read_seq => Some((seq, public_seq)),
        _ => None,
    };
    let seq = reached.map_or(place.visitor_read_seq, |(seq, _)| seq);
    let unread = store(&mut tx, conversation, visitor, seq).await?;
    tx.commit_unaudited(Unaudited::ReadMarker).await?;
    if let Some((seq, public_seq)) = reached {
        call.state.live.visitor_read(call.scope.workspace(), conversation, seq, public_seq);
    }
    Ok(Reply::ok(Unread { unread }))
}

/// Stores the mark; what is left unread.
async fn store(
    tx: &mut WriteTx,
    conversation: ConversationId,
    visitor: VisitorId,
    seq: i64,
) -> Result<i64> {
    sqlx::query!(
        "update conversations
            set visitor_read_seq = $4
          where workspace_id = $1
            and conversation_id = $2
            and visitor_id = $3
            and visitor_read_seq < $4",
        tx.workspace(),
        conversation.uuid(),
        visitor.uuid(),
        seq,
    )
    .execute(tx.conn())
    .await?;
    let unread = sqlx::query_scalar!(
        r#"select count(*) as "unread!"
             from messages
            where workspace_id = $1
              and conversation_id = $2
              and seq > $3
              and public_seq is not null
              and author_kind <> 'visitor'"#,
        tx.workspace(),
        conversation.uuid(),
        seq,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(unread)
}
