//! `POST /api/v1/conversations/{id}/messages`: somebody of the workspace answers the visitor.

use http::Method;
use lk_authz::Permission;
use lk_base::error::OrNotFound;
use lk_base::id::{ConversationId, Id, MessageId};
use lk_base::{Error, Personal, Result, Timestamp};
use lk_db::{Action, Entry, Scope, WriteTx};
use lk_web::{Access, Audited, Call, Nothing, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

use super::append::{Line, append};
use super::{Activity, Body, ClientMessageId, Facts, Kind, Message, Row, Sent, sent_before};
use crate::author::AuthorKind;
use crate::inbox::Inbox;

/// How many missed messages a refusal carries at most.
const MOST_MISSED: i64 = 50;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "send_message",
    method: Method::POST,
    path: "/api/v1/conversations/{id}/messages",
    summary: "Answers the visitor of a conversation.",
    access: Access::Operator(Permission::ConversationReply),
    rate: RateClass::Send,
    audited: Audited::As(Action::MessageSent),
    status: 201,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SendMessage")]
pub struct Input {
    /// Sending again with the same id answers with the first message.
    pub client_message_id: ClientMessageId,
    /// The text.
    pub body: Body,
    /// The newest line the sender has seen: when somebody else wrote after it, nothing is sent
    /// (409 `stale_thread`) and the answer carries what was missed.
    #[serde(default)]
    pub if_last_seq: Option<i64>,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// See [`send`].
pub async fn handler(
    call: Call<Inbox, One<ConversationId>, Nothing, Input>,
) -> Result<Reply<Message>> {
    Ok(send(&call.state, &call.scope, call.path.0, &call.body).await?.reply())
}

/// The operation itself.
///
/// # Errors
/// `NotFound`, or `Stale` when others wrote after `if_last_seq`.
pub async fn send(
    inbox: &Inbox,
    scope: &Scope,
    conversation: ConversationId,
    input: &Input,
) -> Result<Sent<Message>> {
    scope.reader()?;
    let author = scope.actor().uuid();
    let mut tx = inbox.db.write(scope).await?;
    let line = Line::Reply(input.body.as_str(), &input.client_message_id);
    let Some(added) = append(&mut tx, conversation, line).await? else {
        let first = sent_before(&mut tx, conversation, author, &input.client_message_id).await?;
        return Ok(Sent::Before(first.or_not_found()?));
    };
    let message = added.message;
    if let Some(seen) = input.if_last_seq.filter(|seen| passed(*seen, message.seq)) {
        let missed = missed(&mut tx, conversation, author, seen, message.seq).await?;
        if !missed.is_empty() {
            return Err(Error::Stale { code: "stale_thread", extra: json!({ "missed": missed }) });
        }
    }
    tx.commit(Entry::new(Action::MessageSent, message.id).with(Facts::of(&message))).await?;
    Ok(Sent::Now(message))
}

/// The rule: whether any line came between the last one seen and the new one.
const fn passed(seen: i64, new: i64) -> bool {
    seen < new - 1
}

/// What others wrote between two numbers; what was merely done does not count.
async fn missed(
    tx: &mut WriteTx,
    conversation: ConversationId,
    author: Option<Uuid>,
    after: i64,
    before: i64,
) -> Result<Vec<Message>> {
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
              and seq < $4
              and kind in ('reply', 'note')
              and author_id is distinct from $5
            order by seq
            limit $6"#,
        tx.workspace(),
        conversation.uuid(),
        after,
        before,
        author,
        MOST_MISSED,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Message::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_line_in_between_makes_a_picture_old() {
        assert!(!passed(4, 5));
        assert!(!passed(9, 5));
        assert!(passed(3, 5));
        assert!(passed(0, 2));
    }
}
