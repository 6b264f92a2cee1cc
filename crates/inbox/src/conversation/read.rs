//! `POST /api/v1/conversations/{id}/read`: the caller has read as far as a line.

use http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::error::OrNotFound;
use lk_base::id::{ConversationId, Id, VisitorId};
use lk_db::Unaudited;
use lk_web::{Access, Audited, Call, Nothing, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inbox::Inbox;
use crate::live::OperatorRead;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "mark_conversation_read",
    method: Method::POST,
    path: "/api/v1/conversations/{id}/read",
    summary: "Marks a conversation as read by the caller, as far as a line.",
    access: Access::Operator(Permission::ConversationMark),
    rate: RateClass::Read,
    audited: Audited::Exempt(Unaudited::ReadMarker),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MarkRead")]
pub struct Input {
    /// The number of the newest line that was seen.
    pub seq: i64,
}

/// What is left to read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Unread {
    /// How many messages of the other side the caller has not read.
    pub unread: i64,
}

/// HTTP in, HTTP out. Never goes back, and never beyond the newest line.
///
/// # Errors
/// `NotFound`.
pub async fn handler(
    call: Call<Inbox, One<ConversationId>, Nothing, Input>,
) -> Result<Reply<Unread>> {
    let One(conversation) = call.path;
    let operator = call.scope.operator()?;
    let mut tx = call.state.db.write(&call.scope).await?;
    let marked = sqlx::query!(
        r#"with marked as (
               insert into conversation_reads as r (workspace_id, conversation_id, operator_id, read_seq)
               select $1, conversation_id, $3, greatest(0, least($4, last_seq))
                 from conversations
                where workspace_id = $1
                  and conversation_id = $2
               on conflict (workspace_id, conversation_id, operator_id)
                  do update set read_seq = greatest(r.read_seq, excluded.read_seq)
               returning read_seq
           )
           select read_seq,
                  (select visitor_id
                     from conversations
                    where workspace_id = $1
                      and conversation_id = $2) as "visitor_id!: VisitorId",
                  coalesce((select public_seq
                              from messages
                             where workspace_id = $1
                               and conversation_id = $2
                               and seq <= read_seq
                               and public_seq is not null
                             order by seq desc
                             limit 1), 0) as "public_seq!",
                  (select count(*)
                     from messages
                    where workspace_id = $1
                      and conversation_id = $2
                      and seq > read_seq
                      and kind = 'reply'
                      and author_kind = 'visitor') as "unread!"
             from marked"#,
        tx.workspace(),
        conversation.uuid(),
        operator.uuid(),
        call.body.seq,
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    tx.commit_unaudited(Unaudited::ReadMarker).await?;
    let workspace = call.scope.workspace();
    call.state.live.operator_read(
        workspace,
        OperatorRead {
            conversation,
            visitor: marked.visitor_id,
            operator,
            seq: marked.read_seq,
            public_seq: marked.public_seq,
        },
    );
    Ok(Reply::ok(Unread { unread: marked.unread }))
}
