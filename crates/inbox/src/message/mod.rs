//! A message, a note, an activity line: what a conversation is made of.

pub mod append;
pub mod list;
pub mod send;
pub mod write_note;

use lk_base::id::{ConversationId, Id, MessageId, OperatorId};
use lk_base::text::Text;
use lk_base::{Personal, Result, Timestamp};
use lk_db::WriteTx;
use lk_web::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use crate::author::{Author, AuthorKind};

/// What somebody writes: plain text.
pub type Body = Text<1, 4000>;

/// What a line of a conversation can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schemars(rename = "MessageKind")]
pub enum Kind {
    /// Both sides see it.
    Reply,
    /// Only operators see it.
    Note,
    /// It tells what was done to the conversation; only operators see it.
    Activity,
}

impl Kind {
    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Note => "note",
            Self::Activity => "activity",
        }
    }
}

/// What an activity line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The conversation was given to somebody, or to nobody.
    Assigned,
    /// It was closed.
    Resolved,
    /// It was opened again.
    Reopened,
    /// It was put off.
    Snoozed,
    /// The visitor gave a name or an address.
    ContactIdentified,
    /// It began.
    Started,
}

/// What was done to a conversation.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Activity {
    /// What.
    pub what: What,
    /// By whom.
    pub by: Author,
    /// The new assignee (`assigned`); absent when it is nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator_id: Option<OperatorId>,
    /// Until when (`snoozed`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Activity {
    /// Something that needs no further words.
    #[must_use]
    pub const fn plain(what: What, by: Author) -> Self {
        Self { what, by, operator_id: None, until: None }
    }
}

/// A line of a conversation, as operators see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The conversation it belongs to.
    pub conversation_id: ConversationId,
    /// Its number in the conversation: 1, 2, 3, … without holes.
    pub seq: i64,
    /// What it is.
    pub kind: Kind,
    /// Who wrote it.
    pub author: Author,
    /// The text; empty for activity lines.
    pub body: Personal,
    /// What was done, for activity lines.
    pub activity: Option<Activity>,
    /// The id that the sender gave it.
    pub client_message_id: Option<String>,
    /// When it was stored.
    pub created_at: Timestamp,
}

/// A row of `messages`.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: MessageId,
    pub(crate) conversation_id: ConversationId,
    pub(crate) seq: i64,
    pub(crate) kind: Kind,
    pub(crate) author_kind: AuthorKind,
    pub(crate) author_id: Option<Uuid>,
    pub(crate) body: Personal,
    pub(crate) activity: Option<Json<Activity>>,
    pub(crate) client_message_id: Option<String>,
    pub(crate) created_at: Timestamp,
}

impl From<Row> for Message {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            conversation_id: row.conversation_id,
            seq: row.seq,
            kind: row.kind,
            author: Author::stored(row.author_kind, row.author_id),
            body: row.body,
            activity: row.activity.map(|Json(activity)| activity),
            client_message_id: row.client_message_id,
            created_at: row.created_at,
        }
    }
}

/// The id that a sender gives a message, so that sending it again does not send it twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientMessageId(String);

impl ClientMessageId {
    /// Checks the form: 8 to 64 of `A-Z a-z 0-9 _ -`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (8..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ClientMessageId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("must be 8 to 64 of A-Z a-z 0-9 _ -"))
    }
}

impl JsonSchema for ClientMessageId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ClientMessageId".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$" })
    }
}

/// What came of sending: it happened now, or it had happened before.
#[derive(Debug)]
pub enum Sent<T> {
    /// Now.
    Now(T),
    /// Before: the same client id was used by the same sender; nothing changed.
    Before(T),
}

impl<T> Sent<T> {
    /// 201 for what came into being now, 200 for what was there.
    pub fn reply(self) -> Reply<T> {
        match self {
            Self::Now(it) => Reply::created(it),
            Self::Before(it) => Reply::ok(it),
        }
    }
}

/// What the audit log keeps of a message: ids and length, never the text.
#[derive(Debug, Serialize)]
pub(crate) struct Facts {
    pub(crate) conversation_id: ConversationId,
    pub(crate) seq: i64,
    pub(crate) characters: usize,
}

impl Facts {
    pub(crate) fn of(message: &Message) -> Self {
        Self {
            conversation_id: message.conversation_id,
            seq: message.seq,
            characters: message.body.reveal().chars().count(),
        }
    }
}

/// The message that this author sent before under this client id.
async fn sent_before(
    tx: &mut WriteTx,
    conversation: ConversationId,
    author: Option<Uuid>,
    client_message_id: &ClientMessageId,
) -> Result<Option<Message>> {
    let row = sqlx::query_as!(
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
              and client_message_id = $3
              and author_id = $4"#,
        tx.workspace(),
        conversation.uuid(),
        client_message_id.as_str(),
        author,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Message::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_id_is_short_and_plain() {
        for good in ["abcdefgh", "A-Za-z_09", &"x".repeat(64)] {
            assert!(ClientMessageId::parse(good).is_some(), "{good}");
        }
        for bad in ["", "short", "with space", "ümlauts_", &"x".repeat(65), "semi;colon"] {
            assert!(ClientMessageId::parse(bad).is_none(), "{bad}");
        }
    }
}
