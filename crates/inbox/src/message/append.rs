//! How a line gets its numbers: in one statement, under the lock of the conversation's row.
//!
//! **Invariant:** the only insert into `messages`. Numbers have no holes because the row that
//! counts is locked until the line is stored or everything is undone.
//! **Invariant:** a visitor can add to their own conversations only; the statement says so.

use lk_base::error::OrNotFound;
use lk_base::id::{ConversationId, Id, MessageId, VisitorId};
use lk_base::{Error, Personal, Result, Timestamp};
use lk_db::{Actor, Event, EventKind, WriteTx};
use serde_json::json;

use super::{Activity, ClientMessageId, Kind, Message};
use crate::author::{Author, AuthorKind};
use crate::conversation::Status;
use crate::search::keep;
use crate::thread::{VisitorAuthor, VisitorMessage};

/// The longest preview, in characters.
const PREVIEW: usize = 160;

/// A line that is to be added by whoever acts in the transaction.
pub(crate) enum Line<'a> {
    /// A message that both sides see.
    Reply(&'a str, &'a ClientMessageId),
    /// A note among operators.
    Note(&'a str, &'a ClientMessageId),
    /// What was done to the conversation.
    Activity(&'a Activity),
}

/// A line that was added, and the conversation it found.
#[derive(Debug)]
pub(crate) struct Added {
    /// The conversation's visitor.
    pub(crate) visitor: VisitorId,
    /// The line.
    pub(crate) message: Message,
    /// The line as the visitor sees it, if they do.
    pub(crate) shown: Option<VisitorMessage>,
    /// The conversation's status.
    pub(crate) status: Status,
    /// Until when it is put off.
    pub(crate) snoozed_until: Option<Timestamp>,
}

/// Adds a line and announces it; `None` when the author used the client id before (the numbers
/// are spent then: the transaction must be dropped).
pub(crate) async fn append(
    tx: &mut WriteTx,
    conversation: ConversationId,
    line: Line<'_>,
) -> Result<Option<Added>> {
    let added = store(tx, conversation, line).await?;
    if let Some(added) = &added {
        announce(tx, added);
    }
    Ok(added)
}

/// Announces a line. The member that begins with an underscore is for listeners inside the
/// process, who tell the visitor; it is taken off before anything leaves.
pub(crate) fn announce(tx: &mut WriteTx, added: &Added) {
    let visitor = added.visitor;
    let inside =
        added.shown.as_ref().map(|shown| json!({ "visitor_id": visitor, "message": shown }));
    let data = json!({ "message": added.message, "_visitor": inside });
    tx.emit(Event::new(EventKind::MessageCreated, added.message.id, data));
}

/// Adds a line without announcing it.
pub(crate) async fn store(
    tx: &mut WriteTx,
    conversation: ConversationId,
    line: Line<'_>,
) -> Result<Option<Added>> {
    let actor = tx.scope().actor();
    let author = Author::of(actor);
    let (kind, body, client, activity) = match line {
        Line::Reply(body, client) => (Kind::Reply, body, Some(client), None),
        Line::Note(body, client) => (Kind::Note, body, Some(client), None),
        Line::Activity(activity) => (Kind::Activity, "", None, Some(activity)),
    };
    let own = match actor {
        Actor::Visitor { visitor } => Some(visitor.uuid()),
        _ => None,
    };
    let id: MessageId = tx.new_id();
    let row = sqlx::query!(
        r#"with numbered as (
               update conversations
                  set last_seq = last_seq + 1,
                      last_public_seq = last_public_seq + case when $5 = 'reply' then 1 else 0 end,
                      last_visitor_seq = case when $5 = 'reply' and $6 = 'visitor'
                                              then last_seq + 1 else last_visitor_seq end,
                      preview_seq = case when $8::text is null then preview_seq else last_seq + 1 end,
                      preview_kind = case when $8 is null then preview_kind else $5 end,
                      preview_author = case when $8 is null then preview_author else $6 end,
                      preview_author_id = case when $8 is null then preview_author_id else $7 end,
                      preview = coalesce($8, preview),
                      preview_at = case when $8 is null then preview_at else $4 end,
                      updated_at = $4
                where workspace_id = $1
                  and conversation_id = $2
                  and ($3::uuid is null or visitor_id = $3)
               returning conversation_id, visitor_id, status, snoozed_until, last_seq, last_public_seq
           ), added as (
               insert into messages
                   (workspace_id, conversation_id, seq, public_seq, message_id, kind,
                    author_kind, author_id, body, activity, client_message_id, created_at)
               select $1, conversation_id, last_seq, case when $5 = 'reply' then last_public_seq end, $9, $5,
                      $6, $7, $10, $11, $12, $4
                 from numbered
               on conflict (workspace_id, conversation_id, client_message_id, author_id) do nothing
               returning seq
           )
           select last_seq        as "seq!",
                  last_public_seq as "public_seq!",
                  visitor_id      as "visitor_id!: VisitorId",
                  status          as "status!: Status",
                  snoozed_until   as "snoozed_until: Timestamp",
                  exists (select from added) as "added!",
                  (select name from operators
                    where workspace_id = $1 and operator_id = $7) as "operator_name: Personal"
             from numbered"#,
        tx.workspace(),
        conversation.uuid(),
        own,
        tx.now().sql(),
        kind.name(),
        author.kind.name(),
        actor.uuid(),
        (kind != Kind::Activity).then(|| preview(body)),
        id.uuid(),
        body,
        activity.map(serde_json::to_value).transpose().map_err(Error::internal)?,
        client.map(ClientMessageId::as_str),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    if !row.added {
        return Ok(None);
    }
    if kind != Kind::Activity {
        keep::line(tx, conversation, row.seq, body).await?;
    }
    let message = Message {
        id,
        conversation_id: conversation,
        seq: row.seq,
        kind,
        author,
        body: Personal::new(body.to_owned()),
        activity: activity.cloned(),
        client_message_id: client.map(|client| client.as_str().to_owned()),
        created_at: tx.now(),
    };
    let shown = (kind == Kind::Reply).then(|| shown(&message, row.public_seq, row.operator_name));
    Ok(Some(Added {
        visitor: row.visitor_id,
        message,
        shown,
        status: row.status,
        snoozed_until: row.snoozed_until,
    }))
}

/// The message as its visitor sees it.
fn shown(message: &Message, public_seq: i64, operator_name: Option<Personal>) -> VisitorMessage {
    let own = message.author.kind == AuthorKind::Visitor;
    VisitorMessage {
        id: message.id,
        conversation_id: message.conversation_id,
        seq: public_seq,
        author: VisitorAuthor {
            kind: message.author.kind,
            name: if own { None } else { operator_name },
        },
        body: message.body.clone(),
        client_message_id: if own { message.client_message_id.clone() } else { None },
        created_at: message.created_at,
    }
}

/// The beginning of a text on one line.
pub(crate) fn preview(body: &str) -> String {
    body.chars()
        .map(|c| if c.is_control() || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c })
        .take(PREVIEW)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_one_line_cut_between_characters() {
        assert_eq!(preview("one\ntwo\r\nthree\tfour"), "one two  three four");
        let long = "ä".repeat(200);
        assert_eq!(preview(&long).chars().count(), 160);
        assert_eq!(preview("👩‍👩‍👧"), "👩‍👩‍👧");
    }
}
