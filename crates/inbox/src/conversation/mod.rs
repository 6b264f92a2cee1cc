//! A conversation: one thread between a visitor and the workspace.

pub mod assign;
pub mod counts;
pub mod get;
pub mod hand_over;
pub mod list;
pub mod read;
pub mod reopen;
pub mod resolve;
pub mod search;
pub mod shape;
pub mod snooze;
pub mod turn;
pub mod unread;
pub mod wake;

use lk_base::error::OrNotFound;
use lk_base::id::{ContactId, ConversationId, Id, OperatorId, VisitorId, WidgetId};
use lk_base::{Personal, Result, Timestamp};
use lk_db::WriteTx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::author::Author;
use crate::contact::Contact;
use crate::message::Kind;

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Status {
    /// It waits for somebody.
    Open,
    /// It was put off until an instant.
    Snoozed,
    /// It is done, until the visitor writes again.
    Resolved,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Snoozed, Self::Resolved];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Snoozed => "snoozed",
            Self::Resolved => "resolved",
        }
    }
}

/// The newest message of a conversation, for the list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Preview {
    /// Its number.
    pub seq: i64,
    /// What it is.
    pub kind: Kind,
    /// Who wrote it.
    pub author: Author,
    /// Its beginning on one line, at most 160 characters.
    pub preview: Personal,
    /// When it was stored.
    pub created_at: Timestamp,
}

/// A conversation, as operators see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The contact's name, else their address, else `Visitor` and a code.
    pub title: Personal,
    /// Where it stands.
    pub status: Status,
    /// Until when it is put off.
    pub snoozed_until: Option<Timestamp>,
    /// Who answers, if anybody.
    pub assignee_id: Option<OperatorId>,
    /// The widget it came through.
    pub widget_id: WidgetId,
    /// The visitor.
    pub visitor_id: VisitorId,
    /// Who the visitor says they are, if they said.
    pub contact: Option<Contact>,
    /// The number of its newest line.
    pub last_seq: i64,
    /// Its newest message or note.
    pub last_message: Option<Preview>,
    /// How many messages of the visitor the caller has not read; 100 stands for 100 and more.
    pub unread: i64,
    /// How far the visitor has read, in numbers of all lines.
    pub visitor_read_seq: i64,
    /// Whether the visitor has the widget open.
    pub visitor_online: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When something last happened in it.
    pub updated_at: Timestamp,
}

/// What a conversation is called.
#[must_use]
pub fn title(name: Option<&Personal>, email: Option<&Personal>, visitor: VisitorId) -> Personal {
    name.or(email).cloned().unwrap_or_else(|| Personal::new(format!("Visitor {}", code(visitor))))
}

/// The short part of a nameless visitor's name: the last four letters of the id.
#[must_use]
pub fn code(visitor: VisitorId) -> String {
    let id = visitor.to_string();
    let from = id.len().saturating_sub(4);
    id.get(from..).unwrap_or_default().to_ascii_uppercase()
}

/// What operations need to know of a conversation before they change it.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) status: Status,
    pub(crate) snoozed_until: Option<Timestamp>,
    pub(crate) assignee_id: Option<OperatorId>,
}

/// Reads a conversation and holds it until the transaction ends.
pub(crate) async fn lock(tx: &mut WriteTx, id: ConversationId) -> Result<Held> {
    sqlx::query_as!(
        Held,
        r#"select status        as "status: Status",
                  snoozed_until as "snoozed_until: Timestamp",
                  assignee_id   as "assignee_id: OperatorId"
             from conversations
            where workspace_id = $1
              and conversation_id = $2
              for no key update"#,
        tx.workspace(),
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()
}

/// The columns of a contact beside a conversation.
#[derive(Debug)]
pub(crate) struct ContactColumns {
    pub(crate) id: Option<ContactId>,
    pub(crate) name: Option<Personal>,
    pub(crate) email: Option<Personal>,
    pub(crate) verified: Option<bool>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) updated_at: Option<Timestamp>,
}

impl ContactColumns {
    fn contact(self) -> Option<Contact> {
        Some(Contact {
            id: self.id?,
            name: self.name,
            email: self.email,
            verified: self.verified?,
            created_at: self.created_at?,
            updated_at: self.updated_at?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_name_else_the_address_else_a_code() {
        let visitor: VisitorId = "vis_01k7st2000e0080000000007k2".parse().unwrap();
        let (name, email) =
            (Personal::new("Ada".to_owned()), Personal::new("ada@example.test".to_owned()));
        assert_eq!(title(Some(&name), Some(&email), visitor).reveal(), "Ada");
        assert_eq!(title(None, Some(&email), visitor).reveal(), "ada@example.test");
        assert_eq!(title(None, None, visitor).reveal(), "Visitor 07K2");
    }
}
