//! How a conversation's status changes: the row, an activity line, two events.

use lk_base::id::{ConversationId, Id};
use lk_base::{Error, Result, Timestamp};
use lk_db::{Event, EventKind, WriteTx};
use serde_json::json;

use super::Status;
use crate::author::Author;
use crate::message::append::{Line, append};
use crate::message::{Activity, What};

/// Turns a conversation that the transaction holds to another status.
pub(crate) async fn turn(
    tx: &mut WriteTx,
    conversation: ConversationId,
    status: Status,
    until: Option<Timestamp>,
) -> Result<()> {
    sqlx::query!(
        "update conversations
            set status = $3, snoozed_until = $4
          where workspace_id = $1
            and conversation_id = $2",
        tx.workspace(),
        conversation.uuid(),
        status.name(),
        until.map(Timestamp::sql),
    )
    .execute(tx.conn())
    .await?;
    tx.emit(Event::new(
        EventKind::ConversationStatusChanged,
        conversation,
        json!({ "conversation_id": conversation, "status": status, "snoozed_until": until }),
    ));
    let what = match status {
        Status::Open => What::Reopened,
        Status::Snoozed => What::Snoozed,
        Status::Resolved => What::Resolved,
    };
    let by = Author::of(tx.scope().actor());
    tell(tx, conversation, &Activity { until, ..Activity::plain(what, by) }).await
}

/// Adds an activity line to a conversation that the transaction holds.
pub(crate) async fn tell(
    tx: &mut WriteTx,
    conversation: ConversationId,
    activity: &Activity,
) -> Result<()> {
    match append(tx, conversation, Line::Activity(activity)).await? {
        Some(_) => Ok(()),
        None => {
            Err(Error::internal("an activity line has no client id, so it cannot be a repetition"))
        }
    }
}
