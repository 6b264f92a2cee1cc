//! The clock tells, two weeks and three days before, that an API key is about to end.

use std::time::Duration;

use lk_base::id::{ApiKeyId, Id, OperatorId, WorkspaceId};
use lk_base::text::Email;
use lk_base::{Result, Timestamp};
use lk_db::{Action, Entry, SystemReason, WriteTx};
use serde_json::json;

use crate::nobody::the_clock;
use crate::{Identity, letter};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How many days before its end a key is told of, the earlier one first.
const EARLY: i32 = 14;
const LATE: i32 = 3;
/// How many keys of one workspace one round tells of.
const BATCH: i64 = 100;

/// A key that ends soon, held.
struct Ending {
    name: String,
    created_by: OperatorId,
    secret_at: Timestamp,
    expires_at: Timestamp,
    reminded_days: Option<i32>,
}

/// Writes to the maker and the admins of every key whose end is near, once for each of the two
/// times; how many keys it was. The server calls it every few minutes.
///
/// # Errors
/// `Internal` when the directory of workspaces cannot be read; what fails in one workspace is
/// logged and tried again in the next round.
pub async fn remind(identity: &Identity) -> Result<usize> {
    let mut told = 0;
    for workspace in workspaces(identity).await? {
        match remind_in(identity, workspace).await {
            Ok(count) => told += count,
            Err(error) => {
                tracing::warn!(%workspace, ?error, "nobody was told of keys that end soon");
            }
        }
    }
    Ok(told)
}

async fn remind_in(identity: &Identity, workspace: WorkspaceId) -> Result<usize> {
    let mut told = 0;
    for key in near(identity, workspace).await? {
        told += usize::from(remind_of(identity, workspace, key).await?);
    }
    Ok(told)
}

/// The workspaces there are, from the platform's directory.
async fn workspaces(identity: &Identity) -> Result<Vec<WorkspaceId>> {
    let scope = the_clock(WorkspaceId::PLATFORM);
    let mut system = identity.db.system(SystemReason::Clock, &scope).await?;
    let tx = system.tx();
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select distinct member_workspace_id as "workspace: WorkspaceId"
             from memberships
            where workspace_id = $1"#,
        workspace,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Keys that may have to be told of.
async fn near(identity: &Identity, workspace: WorkspaceId) -> Result<Vec<ApiKeyId>> {
    let mut tx = identity.db.read(&the_clock(workspace)).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    Ok(sqlx::query_scalar!(
        r#"select api_key_id as "id: ApiKeyId"
             from api_keys
            where workspace_id = $1
              and revoked_at is null
              and expires_at > $2
              and expires_at <= $3
              and reminded_days is distinct from $4
            order by expires_at, api_key_id
            limit $5"#,
        workspace,
        now.sql(),
        now.plus(before(EARLY)).sql(),
        LATE,
        BATCH,
    )
    .fetch_all(tx.conn())
    .await?)
}

async fn remind_of(identity: &Identity, workspace: WorkspaceId, id: ApiKeyId) -> Result<bool> {
    let mut system = identity.db.system(SystemReason::Clock, &the_clock(workspace)).await?;
    let tx = system.tx();
    let now = tx.now();
    let Some(key) = hold(tx, id).await? else { return Ok(false) };
    let Some(days) = due(&key, now) else { return Ok(false) };
    note(tx, id, days).await?;
    let (called, mut whom) = lk_mail::admins(tx).await?;
    if let Some(maker) = maker(tx, key.created_by).await?
        && !whom.iter().any(|known| known.key() == maker.key())
    {
        whom.push(maker);
    }
    let entry = Entry::new(Action::ApiKeyEndTold, id).with(json!({ "days": days }));
    // The mail lies among the platform's rows.
    let mut recorded = system.record(entry, the_clock(WorkspaceId::PLATFORM)).await?;
    let letter = letter::key_ends(identity, &called, &key.name, key.expires_at, days);
    for email in &whom {
        lk_mail::post(recorded.tx(), Some(email), &letter).await?;
    }
    recorded.commit().await?;
    Ok(true)
}

fn before(days: i32) -> Duration {
    DAY * u32::try_from(days).unwrap_or_default()
}

/// The rule: once each, the later one only when it is the later one's time, and none that comes
/// with the making: whoever makes a key for a week knows.
fn due(key: &Ending, now: Timestamp) -> Option<i32> {
    let (left, life) = (key.expires_at.since(now), key.expires_at.since(key.secret_at));
    if left.is_zero() {
        None
    } else if left <= before(LATE) {
        (key.reminded_days != Some(LATE) && life > before(LATE)).then_some(LATE)
    } else if left <= before(EARLY) {
        (key.reminded_days.is_none() && life > before(EARLY)).then_some(EARLY)
    } else {
        None
    }
}

async fn hold(tx: &mut WriteTx, id: ApiKeyId) -> Result<Option<Ending>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        Ending,
        r#"select name,
                  created_by as "created_by: OperatorId",
                  secret_at  as "secret_at: Timestamp",
                  expires_at as "expires_at: Timestamp",
                  reminded_days
             from api_keys
            where workspace_id = $1
              and api_key_id = $2
              and revoked_at is null
              for update"#,
        workspace,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

async fn note(tx: &mut WriteTx, id: ApiKeyId, days: i32) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "update api_keys set reminded_days = $3 where workspace_id = $1 and api_key_id = $2",
        workspace,
        id.uuid(),
        days,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The address of whoever made the key, if they are still here.
async fn maker(tx: &mut WriteTx, operator: OperatorId) -> Result<Option<Email>> {
    let workspace = tx.workspace();
    let email = sqlx::query_scalar!(
        "select email
           from operators
          where workspace_id = $1
            and operator_id = $2
            and removed_at is null",
        workspace,
        operator.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(email.and_then(|email| Email::parse(&email).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::Clock;

    #[test]
    fn a_key_is_told_of_two_weeks_and_three_days_before_its_end_once_each() {
        let start = Timestamp::from_unix_micros(1_795_338_000_000_000);
        let key = |days, reminded_days| Ending {
            name: String::new(),
            created_by: Clock::system().new_id(),
            secret_at: start,
            expires_at: start.plus(DAY * days),
            reminded_days,
        };
        let on = |day: u32, key: &Ending| due(key, start.plus(DAY * day));
        assert_eq!(on(75, &key(90, None)), None);
        assert_eq!(on(76, &key(90, None)), Some(EARLY));
        assert_eq!(on(80, &key(90, Some(EARLY))), None);
        assert_eq!(on(87, &key(90, Some(EARLY))), Some(LATE));
        assert_eq!(on(88, &key(90, None)), Some(LATE), "after a long pause only the later one");
        assert_eq!(on(88, &key(90, Some(LATE))), None);
        assert_eq!(on(90, &key(90, None)), None, "it has ended");
        assert_eq!(on(0, &key(14, None)), None, "whoever makes it for two weeks knows");
        assert_eq!(on(11, &key(14, None)), Some(LATE));
        assert_eq!(on(0, &key(3, None)), None);
    }
}
