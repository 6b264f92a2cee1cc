//! `GET /api/v1/conversations/{id}/messages`: the lines of a conversation, in order.

use http::Method;
use lk_authz::Permission;
use lk_base::error::OrNotFound;
use lk_base::id::{ConversationId, Id, MessageId};
use lk_base::{Page, PageInfo, Personal, Result, Timestamp};
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use sqlx::types::Json;

use super::{Activity, Kind, Message, Row};
use crate::author::AuthorKind;
use crate::conversation::shape::Reads;
use crate::cursor::{Limit, Window};
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_messages",
    method: Method::GET,
    path: "/api/v1/conversations/{id}/messages",
    summary: "Lists the messages, notes and activity lines of a conversation, oldest first.",
    access: Access::Operator(Permission::ConversationRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// The query: without numbers, the newest lines.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ListMessages")]
pub struct Query {
    /// Only lines before this number; the nearest ones.
    #[serde(default)]
    pub before_seq: Option<i64>,
    /// Only lines after this number; the nearest ones.
    #[serde(default)]
    pub after_seq: Option<i64>,
    /// At most so many lines.
    #[serde(default)]
    pub limit: Limit,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`.
pub async fn handler(
    call: Call<Inbox, One<ConversationId>, Query>,
) -> Result<Reply<Page<Message>>> {
    let One(conversation) = call.path;
    let mut tx = call.state.db.read(&call.scope).await?;
    Ok(Reply::ok(page(&mut tx, conversation, &call.query).await?))
}

/// A page of a conversation's lines.
pub(crate) async fn page(
    tx: &mut impl Reads,
    conversation: ConversationId,
    query: &Query,
) -> Result<Page<Message>> {
    let window = Window::of(query.before_seq, query.after_seq)?;
    sqlx::query_scalar!(
        r#"select 1 as "there!" from conversations where workspace_id = $1 and conversation_id = $2"#,
        tx.workspace(),
        conversation.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    let mut rows = if window.backwards {
        nearest_before(tx, conversation, &window, query.limit).await?
    } else {
        nearest_after(tx, conversation, &window, query.limit).await?
    };
    let has_more = query.limit.cut(&mut rows);
    if window.backwards {
        rows.reverse();
    }
    let data = rows.into_iter().map(Message::from).collect();
    Ok(Page { data, page: PageInfo { next_cursor: None, has_more } })
}

async fn nearest_before(
    tx: &mut impl Reads,
    conversation: ConversationId,
    window: &Window,
    limit: Limit,
) -> Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select message_id      as "id: MessageId",
                  conversation_id as "conversation_id: ConversationId",
                  seq,
                  kind            as "kind: Kind",
                  author_kind     as "author_kind: AuthorKind",
                  author_id,
                  body            as "body: Personal",
                  activity        as "activity: Json<Activity>",
                  client_message_id,
                  created_at      as "created_at: Timestamp"
             from messages
            where workspace_id = $1
              and conversation_id = $2
              and seq < $3
            order by seq desc
            limit $4"#,
        tx.workspace(),
        conversation.uuid(),
        window.edge,
        limit.and_one(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

async fn nearest_after(
    tx: &mut impl Reads,
    conversation: ConversationId,
    window: &Window,
    limit: Limit,
) -> Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select message_id      as "id: MessageId",
                  conversation_id as "conversation_id: ConversationId",
                  seq,
                  kind            as "kind: Kind",
                  author_kind     as "author_kind: AuthorKind",
                  author_id,
                  body            as "body: Personal",
                  activity        as "activity: Json<Activity>",
                  client_message_id,
                  created_at      as "created_at: Timestamp"
             from messages
            where workspace_id = $1
              and conversation_id = $2
              and seq > $3
            order by seq
            limit $4"#,
        tx.workspace(),
        conversation.uuid(),
        window.edge,
        limit.and_one(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}
