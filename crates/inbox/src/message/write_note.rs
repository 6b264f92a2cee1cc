//! `POST /api/v1/conversations/{id}/notes`: somebody of the workspace writes to colleagues, never to the visitor.

use http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::error::OrNotFound;
use lk_base::id::ConversationId;
use lk_db::{Action, Entry, Scope};
use lk_web::{Access, Audited, Call, Nothing, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::append::{Line, append};
use super::{Body, ClientMessageId, Facts, Message, Sent, sent_before};
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "write_note",
    method: Method::POST,
    path: "/api/v1/conversations/{id}/notes",
    summary: "Writes a note that only operators see.",
    access: Access::Operator(Permission::ConversationReply),
    rate: RateClass::Send,
    audited: Audited::As(Action::NoteWritten),
    status: 201,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WriteNote")]
pub struct Input {
    /// Sending again with the same id answers with the first note.
    pub client_message_id: ClientMessageId,
    /// The text.
    pub body: Body,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// See [`write_note`].
pub async fn handler(
    call: Call<Inbox, One<ConversationId>, Nothing, Input>,
) -> Result<Reply<Message>> {
    Ok(write_note(&call.state, &call.scope, call.path.0, &call.body).await?.reply())
}

/// The operation itself.
///
/// # Errors
/// `NotFound`.
pub async fn write_note(
    inbox: &Inbox,
    scope: &Scope,
    conversation: ConversationId,
    input: &Input,
) -> Result<Sent<Message>> {
    scope.reader()?;
    let mut tx = inbox.db.write(scope).await?;
    let line = Line::Note(input.body.as_str(), &input.client_message_id);
    let Some(added) = append(&mut tx, conversation, line).await? else {
        let author = scope.actor().uuid();
        let first = sent_before(&mut tx, conversation, author, &input.client_message_id).await?;
        return Ok(Sent::Before(first.or_not_found()?));
    };
    let note = added.message;
    tx.commit(Entry::new(Action::NoteWritten, note.id).with(Facts::of(&note))).await?;
    Ok(Sent::Now(note))
}
