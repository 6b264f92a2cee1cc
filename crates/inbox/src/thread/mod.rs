//! A conversation, as its visitor sees it: replies only, numbered without holes.
//!
//! **Invariant:** everything here is selected by `public_seq` and by the visitor's own id. A
//! conversation of somebody else is not found, and nothing here tells of notes: not a number, not
//! a time.

pub mod list;
pub mod messages;
pub mod read;
pub mod send;
pub mod start;

use lk_base::id::{ConversationId, Id, MessageId, VisitorId};
use lk_base::{Personal, Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::author::AuthorKind;
use crate::conversation::Status;
use crate::conversation::shape::Reads;

/// Where a conversation stands, for its visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitorStatus {
    /// It goes on. That operators put it off is theirs to know.
    Open,
    /// It is done, until the visitor writes again.
    Resolved,
}

impl From<Status> for VisitorStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Open | Status::Snoozed => Self::Open,
            Status::Resolved => Self::Resolved,
        }
    }
}

/// A conversation, for its visitor.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VisitorConversation {
    /// Its id.
    pub id: ConversationId,
    /// Where it stands.
    pub status: VisitorStatus,
    /// The number of its newest message.
    pub last_seq: i64,
    /// How many messages of the other side the visitor has not read.
    pub unread: i64,
    /// The number of the newest message that an operator has read; 0 before the first.
    pub operator_read_seq: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// When its newest message was stored.
    pub updated_at: Timestamp,
}

/// Who wrote a message, for the visitor.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VisitorAuthor {
    /// The visitor, an operator, or a program of the workspace's (`api_key`).
    pub kind: AuthorKind,
    /// The operator's name; `null` for the visitor's own messages and a program's.
    pub name: Option<Personal>,
}

/// A message, for the visitor.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VisitorMessage {
    /// Its id.
    pub id: MessageId,
    /// The conversation it belongs to.
    pub conversation_id: ConversationId,
    /// Its number among what the visitor may see: 1, 2, 3, … without holes.
    pub seq: i64,
    /// Who wrote it.
    pub author: VisitorAuthor,
    /// The text.
    pub body: Personal,
    /// The id that the visitor gave it.
    pub client_message_id: Option<String>,
    /// When it was stored.
    pub created_at: Timestamp,
}

/// A row of `messages` with what the visitor may see of it.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: MessageId,
    pub(crate) conversation_id: ConversationId,
    pub(crate) seq: i64,
    pub(crate) author_kind: AuthorKind,
    pub(crate) author_name: Option<Personal>,
    pub(crate) body: Personal,
    pub(crate) client_message_id: Option<String>,
    pub(crate) created_at: Timestamp,
}

impl From<Row> for VisitorMessage {
    fn from(row: Row) -> Self {
        let own = row.author_kind == AuthorKind::Visitor;
        Self {
            id: row.id,
            conversation_id: row.conversation_id,
            seq: row.seq,
            author: VisitorAuthor { kind: row.author_kind, name: row.author_name },
            body: row.body,
            client_message_id: if own { row.client_message_id } else { None },
            created_at: row.created_at,
        }
    }
}

/// The newest conversations of a visitor, or one of them.
pub(crate) async fn conversations(
    tx: &mut impl Reads,
    visitor: VisitorId,
    only: Option<ConversationId>,
) -> Result<Vec<VisitorConversation>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select c.conversation_id as "id: ConversationId",
                  c.status          as "status: Status",
                  c.last_public_seq,
                  c.created_at      as "created_at: Timestamp",
                  coalesce(m.created_at, c.created_at) as "updated_at!: Timestamp",
                  (select count(*)
                     from messages n
                    where n.workspace_id = c.workspace_id
                      and n.conversation_id = c.conversation_id
                      and n.seq > c.visitor_read_seq
                      and n.public_seq is not null
                      and n.author_kind <> 'visitor') as "unread!",
                  coalesce((select n.public_seq
                              from messages n
                             where n.workspace_id = c.workspace_id
                               and n.conversation_id = c.conversation_id
                               and n.public_seq is not null
                               and n.seq <= (select max(r.read_seq)
                                               from conversation_reads r
                                              where r.workspace_id = c.workspace_id
                                                and r.conversation_id = c.conversation_id)
                             order by n.seq desc
                             limit 1), 0) as "operator_read_seq!"
             from conversations c
             left join messages m
               on m.workspace_id = c.workspace_id
              and m.conversation_id = c.conversation_id
              and m.public_seq = c.last_public_seq
            where c.workspace_id = $1
              and c.visitor_id = $2
              and ($3::uuid is null or c.conversation_id = $3)
            order by coalesce(m.created_at, c.created_at) desc, c.conversation_id desc
            limit 100"#,
        workspace,
        visitor.uuid(),
        only.map(Id::uuid),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| VisitorConversation {
            id: row.id,
            status: row.status.into(),
            last_seq: row.last_public_seq,
            unread: row.unread,
            operator_read_seq: row.operator_read_seq,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_does_not_learn_that_a_conversation_was_put_off() {
        assert_eq!(VisitorStatus::from(Status::Snoozed), VisitorStatus::Open);
        assert_eq!(VisitorStatus::from(Status::Open), VisitorStatus::Open);
        assert_eq!(VisitorStatus::from(Status::Resolved), VisitorStatus::Resolved);
    }
}
