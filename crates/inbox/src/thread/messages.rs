//! `GET /api/widget/v1/conversations/{id}/messages`: what the visitor may see, in order.

use http::Method;
use lk_base::error::OrNotFound;
use lk_base::id::{ConversationId, Id, MessageId, VisitorId};
use lk_base::{Page, PageInfo, Personal, Result, Timestamp};
use lk_db::ReadTx;
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Row, VisitorMessage};
use crate::author::AuthorKind;
use crate::cursor::{Limit, Window};
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_visitor_messages",
    method: Method::GET,
    path: "/api/widget/v1/conversations/{id}/messages",
    summary: "Lists the messages of one of the visitor's conversations, oldest first.",
    access: Access::Visitor,
    rate: RateClass::WidgetRead,
    audited: Audited::Reads,
    status: 200,
};

/// The query: without numbers, the newest messages.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ListVisitorMessages")]
pub struct Query {
    /// Only messages before this number; the nearest ones.
    #[serde(default)]
    pub before_seq: Option<i64>,
    /// Only messages after this number; the nearest ones.
    #[serde(default)]
    pub after_seq: Option<i64>,
    /// At most so many.
    #[serde(default)]
    pub limit: Limit,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`.
pub async fn handler(
    call: Call<Inbox, One<ConversationId>, Query>,
) -> Result<Reply<Page<VisitorMessage>>> {
    let One(conversation) = call.path;
    let visitor = call.scope.visitor()?;
    let window = Window::of(call.query.before_seq, call.query.after_seq)?;
    let mut tx = call.state.db.read(&call.scope).await?;
    newest(&mut tx, conversation, visitor).await?;
    let most = call.query.limit.and_one();
    let mut rows = if window.backwards {
        nearest_before(&mut tx, conversation, window.edge, most).await?
    } else {
        nearest_after(&mut tx, conversation, window.edge, most).await?
    };
    let has_more = call.query.limit.cut(&mut rows);
    if window.backwards {
        rows.reverse();
    }
    Ok(Reply::ok(Page { data: rows, page: PageInfo { next_cursor: None, has_more } }))
}

/// The number of the newest message of a visitor's own conversation; another's is not found.
pub(crate) async fn newest(
    tx: &mut ReadTx,
    conversation: ConversationId,
    visitor: VisitorId,
) -> Result<i64> {
    sqlx::query_scalar!(
        "select last_public_seq
           from conversations
          where workspace_id = $1
            and conversation_id = $2
            and visitor_id = $3",
        tx.workspace(),
        conversation.uuid(),
        visitor.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()
}

async fn nearest_before(
    tx: &mut ReadTx,
    conversation: ConversationId,
    edge: i64,
    most: i64,
) -> Result<Vec<VisitorMessage>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select m.message_id      as "id: MessageId",
                  m.conversation_id as "conversation_id: ConversationId",
                  m.public_seq      as "seq!",
                  m.author_kind     as "author_kind: AuthorKind",
                  o.name            as "author_name?: Personal",
                  m.body            as "body: Personal",
                  m.client_message_id,
                  m.created_at      as "created_at: Timestamp"
             from messages m
             left join operators o
               on o.workspace_id = m.workspace_id
              and o.operator_id = m.author_id
            where m.workspace_id = $1
              and m.conversation_id = $2
              and m.public_seq < $3
            order by m.public_seq desc
            limit $4"#,
        tx.workspace(),
        conversation.uuid(),
        edge,
        most,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(VisitorMessage::from).collect())
}

/// The messages after a number, the nearest ones.
pub(crate) async fn nearest_after(
    tx: &mut ReadTx,
    conversation: ConversationId,
    edge: i64,
    most: i64,
) -> Result<Vec<VisitorMessage>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select m.message_id      as "id: MessageId",
                  m.conversation_id as "conversation_id: ConversationId",
                  m.public_seq      as "seq!",
                  m.author_kind     as "author_kind: AuthorKind",
                  o.name            as "author_name?: Personal",
                  m.body            as "body: Personal",
                  m.client_message_id,
                  m.created_at      as "created_at: Timestamp"
             from messages m
             left join operators o
               on o.workspace_id = m.workspace_id
              and o.operator_id = m.author_id
            where m.workspace_id = $1
              and m.conversation_id = $2
              and m.public_seq > $3
            order by m.public_seq
            limit $4"#,
        tx.workspace(),
        conversation.uuid(),
        edge,
        most,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(VisitorMessage::from).collect())
}
