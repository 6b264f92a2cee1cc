//! `POST /api/widget/v1/conversations`: a visitor's first message opens a conversation.

use http::Method;
use lk_base::error::OrNotFound;
use lk_base::id::{ConversationId, Id, VisitorId, WidgetId};
use lk_base::text::{Email, Name};
use lk_base::{Error, Result};
use lk_db::{Action, Entry, Event, EventKind, Scope, WriteTx};
use lk_web::{Access, Audited, Call, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::send::sent_before;
use super::{VisitorConversation, VisitorMessage, conversations};
use crate::contact::Contact;
use crate::conversation::shape;
use crate::inbox::Inbox;
use crate::message::append::{Added, Line, announce, store};
use crate::message::{Body, ClientMessageId, Facts, Sent};
use crate::search::keep;
use crate::visitor::identify::{self, identify};
use crate::visitor::lock;

/// How many conversations a visitor can have going.
const MOST_OPEN: i64 = 20;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "start_conversation",
    method: Method::POST,
    path: "/api/widget/v1/conversations",
    summary: "Opens a conversation with the visitor's first message.",
    access: Access::Visitor,
    rate: RateClass::WidgetSend,
    audited: Audited::As(Action::ConversationStarted),
    status: 201,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "StartConversation")]
pub struct Input {
    /// Sending again with the same id answers with the first conversation.
    pub client_message_id: ClientMessageId,
    /// The first message.
    pub body: Body,
    /// The visitor's name.
    #[serde(default)]
    pub name: Option<Name>,
    /// The visitor's address.
    #[serde(default)]
    pub email: Option<Email>,
}

/// A conversation and its first message.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StartedConversation {
    /// The conversation.
    pub conversation: VisitorConversation,
    /// The message.
    pub message: VisitorMessage,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// See [`start`].
pub async fn handler(
    call: Call<Inbox, Nothing, Nothing, Input>,
) -> Result<Reply<StartedConversation>> {
    Ok(start(&call.state, &call.scope, call.body).await?.reply())
}

/// The operation itself. The visitor's row is held, so that of two equal calls at once one waits
/// and finds what the other made.
///
/// # Errors
/// `Refused` when the visitor has too many conversations going.
pub async fn start(
    inbox: &Inbox,
    scope: &Scope,
    input: Input,
) -> Result<Sent<StartedConversation>> {
    let visitor = scope.visitor()?;
    let mut tx = inbox.db.write(scope).await?;
    let known = lock(&mut tx, visitor).await?;
    if let Some(first) = started_before(&mut tx, visitor, &input.client_message_id).await? {
        return Ok(Sent::Before(first));
    }
    check(open(&mut tx, visitor).await?)?;
    let said = identify::Input { name: input.name, email: input.email };
    let contact = identify(&mut tx, visitor, known, said).await?.after;

    let id = insert(&mut tx, visitor, contact.as_ref()).await?;
    let line = Line::Reply(input.body.as_str(), &input.client_message_id);
    let added = store(&mut tx, id, line).await?.ok_or_else(|| {
        Error::internal("a new conversation has no message that could be repeated")
    })?;
    let conversation = shape::one(&mut tx, &*inbox.live, id, None).await?;
    tx.emit(Event::new(
        EventKind::ConversationCreated,
        id,
        json!({ "conversation": conversation }),
    ));
    announce(&mut tx, &added);
    let own = conversations(&mut tx, visitor, Some(id)).await?.pop().or_not_found()?;
    let Facts { seq, characters, .. } = Facts::of(&added.message);
    let masked = contact.as_ref().map(Contact::masked).unwrap_or_default();
    let of_contact = |field: &str| masked.get(field).cloned();
    let facts = json!({
        "message_id": added.message.id,
        "seq": seq,
        "characters": characters,
        "contact_id": contact.as_ref().map(|contact| contact.id),
        "contact_name": of_contact("name"),
        "contact_email": of_contact("email"),
        "contact_verified": of_contact("verified"),
    });
    tx.commit(Entry::new(Action::ConversationStarted, id).with(facts)).await?;
    Ok(Sent::Now(StartedConversation { conversation: own, message: shown(added)? }))
}

fn shown(added: Added) -> Result<VisitorMessage> {
    added.shown.ok_or_else(|| Error::internal("a visitor sees their own message"))
}

/// The rule: so many at a time.
const fn check(open: i64) -> Result<()> {
    if open < MOST_OPEN {
        return Ok(());
    }
    Err(Error::Refused {
        code: "too_many_conversations",
        detail: "Too many conversations are open; go on in one of them.",
    })
}

async fn open(tx: &mut WriteTx, visitor: VisitorId) -> Result<i64> {
    let open = sqlx::query_scalar!(
        r#"select count(*) as "open!"
             from conversations
            where workspace_id = $1
              and visitor_id = $2
              and status <> 'resolved'"#,
        tx.workspace(),
        visitor.uuid(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(open)
}

async fn started_before(
    tx: &mut WriteTx,
    visitor: VisitorId,
    client_message_id: &ClientMessageId,
) -> Result<Option<StartedConversation>> {
    let id = sqlx::query_scalar!(
        r#"select c.conversation_id as "id: ConversationId"
             from conversations c
             join messages m
               on m.workspace_id = c.workspace_id
              and m.conversation_id = c.conversation_id
              and m.client_message_id = $3
              and m.author_id = c.visitor_id
            where c.workspace_id = $1
              and c.visitor_id = $2
            order by c.conversation_id
            limit 1"#,
        tx.workspace(),
        visitor.uuid(),
        client_message_id.as_str(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(id) = id else { return Ok(None) };
    let conversation = conversations(tx, visitor, Some(id)).await?.pop().or_not_found()?;
    let message = sent_before(tx, id, visitor, client_message_id).await?.or_not_found()?;
    Ok(Some(StartedConversation { conversation, message }))
}

/// Makes an empty conversation of a visitor and who they said they are; its first message is stored
/// as every other one.
pub(crate) async fn insert(
    tx: &mut WriteTx,
    visitor: VisitorId,
    contact: Option<&Contact>,
) -> Result<ConversationId> {
    let id: ConversationId = tx.new_id();
    sqlx::query_scalar!(
        r#"insert into conversations
               (workspace_id, conversation_id, widget_id, visitor_id, status,
                last_seq, last_public_seq, last_visitor_seq, created_at, updated_at,
                words_at)
           select $1, $2, widget_id, visitor_id, 'open', 0, 0, 0, $4, $4, $4
             from visitors
            where workspace_id = $1
              and visitor_id = $3
           returning widget_id as "widget_id: WidgetId""#,
        tx.workspace(),
        id.uuid(),
        visitor.uuid(),
        tx.now().sql(),
    )
    .fetch_one(tx.conn())
    .await?;
    if let Some(contact) = contact {
        keep::begun(tx, id, contact).await?;
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twenty_first_conversation_is_refused() {
        assert!(check(0).is_ok());
        assert!(check(19).is_ok());
        assert!(matches!(check(20), Err(Error::Refused { code: "too_many_conversations", .. })));
    }
}
