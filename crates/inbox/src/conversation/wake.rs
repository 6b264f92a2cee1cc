//! The clock opens what was put off.

use lk_base::id::{ConversationId, WorkspaceId};
use lk_base::{Result, Timestamp};
use lk_db::{Action, Entry, SystemReason};
use serde_json::json;

use super::turn::turn;
use super::{Held, Status, lock};
use crate::authenticate::system_scope;
use crate::inbox::Inbox;

/// How many conversations of one workspace one round opens.
const BATCH: i64 = 100;

/// Opens every conversation whose time has come; how many there were. The server calls it every
/// few seconds.
///
/// One workspace at a time and one transaction for each conversation: nothing here can see two
/// workspaces at once.
///
/// # Errors
/// `Internal` when the directory of workspaces cannot be read; what fails in one workspace is
/// logged and tried again in the next round.
pub async fn wake_snoozed(inbox: &Inbox) -> Result<usize> {
    let mut woken = 0;
    for workspace in workspaces(inbox).await? {
        match wake_in(inbox, workspace).await {
            Ok(count) => woken += count,
            Err(error) => {
                tracing::warn!(%workspace, ?error, "snoozed conversations were not opened")
            }
        }
    }
    Ok(woken)
}

async fn wake_in(inbox: &Inbox, workspace: WorkspaceId) -> Result<usize> {
    let mut woken = 0;
    for conversation in due(inbox, workspace).await? {
        woken += usize::from(wake(inbox, workspace, conversation).await?);
    }
    Ok(woken)
}

/// The workspaces there are, from the platform's directory.
pub(crate) async fn workspaces(inbox: &Inbox) -> Result<Vec<WorkspaceId>> {
    let platform = system_scope(WorkspaceId::PLATFORM, "clock");
    let mut tx = inbox.db.system(SystemReason::Clock, &platform).await?;
    let tx = tx.tx();
    let workspaces = sqlx::query_scalar!(
        r#"select distinct member_workspace_id as "workspace: WorkspaceId"
             from memberships
            where workspace_id = $1"#,
        tx.workspace(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(workspaces)
}

async fn due(inbox: &Inbox, workspace: WorkspaceId) -> Result<Vec<ConversationId>> {
    let mut tx = inbox.db.read(&system_scope(workspace, "clock")).await?;
    let due = sqlx::query_scalar!(
        r#"select conversation_id as "id: ConversationId"
             from conversations
            where workspace_id = $1
              and status = 'snoozed'
              and snoozed_until <= $2
            order by snoozed_until
            limit $3"#,
        tx.workspace(),
        tx.now().sql(),
        BATCH,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(due)
}

async fn wake(inbox: &Inbox, workspace: WorkspaceId, id: ConversationId) -> Result<bool> {
    let mut tx = inbox.db.system(SystemReason::Clock, &system_scope(workspace, "clock")).await?;
    let before = lock(tx.tx(), id).await?;
    let now = tx.tx().now();
    if !ripe(&before, now) {
        return Ok(false);
    }
    turn(tx.tx(), id, before.status, Status::Open, None).await?;
    let entry = Entry::new(Action::ConversationReopened, id).changed(
        json!({ "status": before.status, "snoozed_until": before.snoozed_until }),
        json!({ "status": Status::Open }),
    );
    tx.commit(entry).await?;
    Ok(true)
}

/// The rule: still put off, and until no later than now.
fn ripe(held: &Held, now: Timestamp) -> bool {
    held.status == Status::Snoozed && held.snoozed_until.is_some_and(|until| until <= now)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_conversation_wakes_when_its_time_has_come() {
        let now = Timestamp::from_unix_micros(1_795_338_000_000_000);
        let held = |status, until| Held { status, snoozed_until: until, assignee_id: None };
        assert!(ripe(&held(Status::Snoozed, Some(now)), now));
        assert!(!ripe(&held(Status::Snoozed, Some(now.plus(Duration::from_secs(1)))), now));
        assert!(!ripe(&held(Status::Open, None), now), "somebody opened it in between");
    }
}
