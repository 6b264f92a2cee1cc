//! `POST /api/widget/v1/conversations/{id}/messages`: the visitor writes on.

use http::Method;
use lk_base::error::OrNotFound;
use lk_base::id::{ConversationId, Id, MessageId, VisitorId};
use lk_base::{Error, Personal, Result, Timestamp};
use lk_db::{Action, Entry, Scope, WriteTx};
use lk_web::{Access, Audited, Call, Nothing, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Row, VisitorMessage};
use crate::author::AuthorKind;
use crate::conversation::Status;
use crate::conversation::turn::turn;
use crate::inbox::Inbox;
use crate::message::append::{Line, append};
use crate::message::{Body, ClientMessageId, Facts, Sent};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "send_visitor_message",
    method: Method::POST,
    path: "/api/widget/v1/conversations/{id}/messages",
    summary: "Sends a message of the visitor; a closed conversation opens again.",
    access: Access::Visitor,
    rate: RateClass::WidgetSend,
    audited: Audited::As(Action::MessageSent),
    status: 201,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SendVisitorMessage")]
pub struct Input {
    /// Sending again with the same id answers with the first message.
    pub client_message_id: ClientMessageId,
    /// The text.
    pub body: Body,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// See [`send`].
pub async fn handler(
    call: Call<Inbox, One<ConversationId>, Nothing, Input>,
) -> Result<Reply<VisitorMessage>> {
    Ok(send(&call.state, &call.scope, call.path.0, &call.body).await?.reply())
}

/// The operation itself.
///
/// # Errors
/// `NotFound` for a conversation that is not the visitor's own.
pub async fn send(
    inbox: &Inbox,
    scope: &Scope,
    conversation: ConversationId,
    input: &Input,
) -> Result<Sent<VisitorMessage>> {
    let visitor = scope.visitor()?;
    let mut tx = inbox.db.write(scope).await?;
    let line = Line::Reply(input.body.as_str(), &input.client_message_id);
    let Some(added) = append(&mut tx, conversation, line).await? else {
        let first = sent_before(&mut tx, conversation, visitor, &input.client_message_id).await?;
        return Ok(Sent::Before(first.or_not_found()?));
    };
    let entry = Entry::new(Action::MessageSent, added.message.id);
    let facts = Facts::of(&added.message);
    let entry = if opens(added.status) {
        turn(&mut tx, conversation, added.status, Status::Open, None).await?;
        entry.changed(
            json!({ "status": added.status, "snoozed_until": added.snoozed_until }),
            json!({
                "status": Status::Open,
                "conversation_id": facts.conversation_id,
                "seq": facts.seq,
                "characters": facts.characters,
            }),
        )
    } else {
        entry.with(facts)
    };
    tx.commit(entry).await?;
    added.shown.map(Sent::Now).ok_or_else(|| Error::internal("a visitor sees their own message"))
}

/// The rule: whoever writes wants an answer, so nothing stays closed or put off.
fn opens(status: Status) -> bool {
    status != Status::Open
}

/// The message that this visitor sent before under this client id.
pub(crate) async fn sent_before(
    tx: &mut WriteTx,
    conversation: ConversationId,
    visitor: VisitorId,
    client_message_id: &ClientMessageId,
) -> Result<Option<VisitorMessage>> {
    let row = sqlx::query_as!(
        Row,
        r#"select message_id      as "id: MessageId",
                  conversation_id as "conversation_id: ConversationId",
                  public_seq      as "seq!",
                  author_kind     as "author_kind: AuthorKind",
                  null            as "author_name: Personal",
                  body            as "body: Personal",
                  client_message_id,
                  created_at      as "created_at: Timestamp"
             from messages
            where workspace_id = $1
              and conversation_id = $2
              and client_message_id = $3
              and author_id = $4
              and public_seq is not null"#,
        tx.workspace(),
        conversation.uuid(),
        client_message_id.as_str(),
        visitor.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(VisitorMessage::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_opens_what_was_closed_or_put_off() {
        assert!(opens(Status::Resolved) && opens(Status::Snoozed) && !opens(Status::Open));
    }
}
