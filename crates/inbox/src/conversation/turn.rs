//! How a conversation's status changes: the row, an activity line, two events.

use lk_base::id::{ConversationId, Id};
use lk_base::{Error, Result, Timestamp};
use lk_db::{Event, EventKind, WriteTx};
use serde_json::json;

use super::Status;
use crate::author::Author;
use crate::message::append::{Added, Line, announce, store};
use crate::message::{Activity, What};
use crate::thread::VisitorStatus;

/// Turns a conversation that the transaction holds from one status to another.
pub(crate) async fn turn(
    tx: &mut WriteTx,
    conversation: ConversationId,
    before: Status,
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
    let what = match status {
        Status::Open => What::Reopened,
        Status::Snoozed => What::Snoozed,
        Status::Resolved => What::Resolved,
    };
    let by = Author::of(tx.scope().actor());
    let added = line(tx, conversation, &Activity { until, ..Activity::plain(what, by) }).await?;
    tx.emit(Event::new(
        EventKind::ConversationStatusChanged,
        conversation,
        json!({
            "conversation_id": conversation,
            "status": status,
            "snoozed_until": until,
            "_visitor": shown(before, status).map(|status| {
                json!({
                    "visitor_id": added.visitor,
                    "conversation": { "id": conversation, "status": status },
                })
            }),
        }),
    ));
    announce(tx, &added);
    Ok(())
}

/// What the visitor is told: the new status, unless it looks to them like the old one. Nothing at
/// all then, because a frame without news would tell that operators did something.
fn shown(before: Status, after: Status) -> Option<VisitorStatus> {
    let after = VisitorStatus::from(after);
    (VisitorStatus::from(before) != after).then_some(after)
}

/// Adds an activity line to a conversation that the transaction holds.
pub(crate) async fn tell(
    tx: &mut WriteTx,
    conversation: ConversationId,
    activity: &Activity,
) -> Result<()> {
    let added = line(tx, conversation, activity).await?;
    announce(tx, &added);
    Ok(())
}

/// The line without its announcement.
async fn line(
    tx: &mut WriteTx,
    conversation: ConversationId,
    activity: &Activity,
) -> Result<Added> {
    store(tx, conversation, Line::Activity(activity)).await?.ok_or_else(|| {
        Error::internal("an activity line has no client id, so it cannot be a repetition")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_is_told_of_resolving_and_reopening_and_of_nothing_between_operators() {
        assert_eq!(shown(Status::Open, Status::Resolved), Some(VisitorStatus::Resolved));
        assert_eq!(shown(Status::Snoozed, Status::Resolved), Some(VisitorStatus::Resolved));
        assert_eq!(shown(Status::Resolved, Status::Open), Some(VisitorStatus::Open));
        assert_eq!(shown(Status::Resolved, Status::Snoozed), Some(VisitorStatus::Open));
        assert_eq!(shown(Status::Open, Status::Snoozed), None);
        assert_eq!(shown(Status::Snoozed, Status::Open), None);
        assert_eq!(shown(Status::Snoozed, Status::Snoozed), None);
    }
}
