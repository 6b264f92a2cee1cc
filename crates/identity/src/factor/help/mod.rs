//! Help for somebody who lost every second factor: a colleague says that it is them, a day passes,
//! and the factors are gone.
//!
//! **Invariant:** nobody does it alone: asking takes the person's password, approving takes another
//! person who runs a workspace of theirs, and in between there are mails and a day in which one word
//! of the person ends it.

pub mod approve;
pub mod ask;
pub mod cancel;
pub mod list;

use std::time::Duration;

use lk_base::id::{HelpId, Id, OperatorId, PersonId, WorkspaceId};
use lk_base::{Result, Timestamp};
use lk_db::WriteTx;

use super::recovery;
use crate::factor::reach;

/// How long after the word of a colleague the factors stay.
pub(crate) const DELAY: Duration = Duration::from_secs(24 * 3600);
/// How long somebody waits for that word, and how long they have to sign in afterwards.
pub(crate) const PATIENCE: Duration = Duration::from_secs(7 * 24 * 3600);

/// A request that is open, held until the transaction ends.
pub(crate) struct Open {
    pub(crate) id: HelpId,
    pub(crate) ripe_at: Option<Timestamp>,
}

/// The open request of a person, among the platform's rows. One whose time is over is none.
pub(crate) async fn hold(tx: &mut WriteTx, person: PersonId) -> Result<Option<Open>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    Ok(sqlx::query_as!(
        Open,
        r#"select help_id as "id: HelpId", ripe_at as "ripe_at: Timestamp"
             from factor_helps
            where workspace_id = $1
              and person_id = $2
              and ended_at is null
              and expires_at > $3
              for update"#,
        workspace,
        person.uuid(),
        now.sql(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Makes a request, among the platform's rows; what is left of an older one ends.
async fn insert(tx: &mut WriteTx, person: PersonId) -> Result<HelpId> {
    end(tx, person, "expired").await?;
    let (workspace, now, id) = (tx.workspace(), tx.now(), tx.new_id::<HelpId>());
    sqlx::query!(
        "insert into factor_helps (workspace_id, help_id, person_id, asked_at, expires_at)
         values ($1, $2, $3, $4, $5)",
        workspace,
        id.uuid(),
        person.uuid(),
        now.sql(),
        now.plus(PATIENCE).sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Keeps the word of a colleague; from when on the factors go.
async fn approve(
    tx: &mut WriteTx,
    id: HelpId,
    (place, operator): (WorkspaceId, OperatorId),
) -> Result<Timestamp> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let ripe = now.plus(DELAY);
    sqlx::query!(
        "update factor_helps
            set approved_in = $3, approved_by = $4, ripe_at = $5, expires_at = $6
          where workspace_id = $1
            and help_id = $2",
        workspace,
        id.uuid(),
        place.uuid(),
        operator.uuid(),
        ripe.sql(),
        ripe.plus(PATIENCE).sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(ripe)
}

/// Ends what a person has asked for, among the platform's rows; whether there was something.
pub(crate) async fn end(tx: &mut WriteTx, person: PersonId, because: &'static str) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let ended = sqlx::query!(
        "update factor_helps
            set ended_at = $3, ended_because = $4
          where workspace_id = $1
            and person_id = $2
            and ended_at is null",
        workspace,
        person.uuid(),
        now.sql(),
        because,
    )
    .execute(tx.conn())
    .await?;
    Ok(ended.rows_affected() > 0)
}

/// The rule: the word was given, and the day is over.
fn ripe(open: &Open, now: Timestamp) -> bool {
    open.ripe_at.is_some_and(|ripe| ripe <= now)
}

/// Takes the factors of a person away whose request is ripe, among the platform's rows; whether it
/// was. From then on they reach nothing but enrolling a new one.
pub(crate) async fn use_up(tx: &mut WriteTx, person: PersonId) -> Result<bool> {
    let now = tx.now();
    let Some(open) = hold(tx, person).await? else { return Ok(false) };
    if !ripe(&open, now) {
        return Ok(false);
    }
    end(tx, person, "used").await?;
    let workspace = tx.workspace();
    sqlx::query!(
        "with app as (
             delete from totp_factors where workspace_id = $1 and person_id = $2
         ), passkey as (
             delete from passkeys where workspace_id = $1 and person_id = $2
         )
         update persons
            set factor_owed_since = $3
          where workspace_id = $1
            and person_id = $2",
        workspace,
        person.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    recovery::end(tx, person).await?;
    reach::announce(tx, person).await?;
    Ok(true)
}

/// Whether a person lost their factors this way and has not enrolled a new one.
pub(crate) async fn owes(tx: &mut WriteTx, person: PersonId) -> Result<bool> {
    let workspace = tx.workspace();
    let owes = sqlx::query_scalar!(
        r#"select factor_owed_since is not null as "owes!"
             from persons
            where workspace_id = $1
              and person_id = $2"#,
        workspace,
        person.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(owes.unwrap_or(false))
}

/// Notes that they have enrolled a new one: nothing is owed, and no help is needed.
pub(crate) async fn paid(tx: &mut WriteTx, person: PersonId) -> Result<()> {
    end(tx, person, "not_needed").await?;
    let workspace = tx.workspace();
    sqlx::query!(
        "update persons
            set factor_owed_since = null
          where workspace_id = $1
            and person_id = $2
            and factor_owed_since is not null",
        workspace,
        person.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::Clock;

    #[test]
    fn nothing_is_ripe_before_a_word_and_a_day() {
        let at = |hours: i64| Timestamp::from_unix_micros(hours * 3_600_000_000);
        let open = |ripe_at| Open { id: Clock::system().new_id(), ripe_at };
        assert!(!ripe(&open(None), at(1000)));
        assert!(!ripe(&open(Some(at(24))), at(23)));
        assert!(ripe(&open(Some(at(24))), at(24)));
    }
}
