//! The app of a member of staff: a code works once, and wrong ones are counted.

use std::time::Duration;

use lk_base::id::{Id, StaffId};
use lk_base::{Error, Result, Secret, Timestamp};
use lk_crypto::{Place, Sealer, TotpSecret, totp};
use lk_db::WriteTx;

/// How many wrong codes may follow a right password in an hour.
const MOST_WRONG: i16 = 20;
const WINDOW: Duration = Duration::from_secs(60 * 60);

struct Held {
    sealed: Vec<u8>,
    last_step: i64,
    wrong_codes: i16,
    wrong_since: Option<Timestamp>,
}

fn place(workspace: uuid::Uuid, member: StaffId) -> Place {
    Place { column: "staff_factors.secret", workspace, row: member.uuid() }
}

/// Uses a code up, among the platform's rows: whether it was right. A wrong one was counted, which
/// the caller has to commit. To be asked after the password only, so that a stranger cannot use up
/// what its owner may get wrong.
pub(crate) async fn spend(
    tx: &mut WriteTx,
    sealer: &Sealer,
    member: StaffId,
    code: &Secret,
) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let held = sqlx::query_as!(
        Held,
        r#"select secret_sealed as sealed,
                  last_step,
                  wrong_codes,
                  wrong_since as "wrong_since: Timestamp"
             from staff_factors
            where workspace_id = $1
              and staff_id = $2
              for update"#,
        workspace,
        member.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(held) = held else { return Ok(false) };
    let (wrong, since) = allowance(held.wrong_codes, held.wrong_since, now)?;
    let bytes = sealer.open(place(workspace, member), &held.sealed).map_err(Error::internal)?;
    let step = TotpSecret::stored(bytes).matching(code.expose(), totp::step_at(now.unix_seconds()));
    let step = step.filter(|step| *step > held.last_step);
    // The row is held, so that of two at once the second sees the step of the first.
    sqlx::query!(
        "update staff_factors
            set last_step = coalesce($3, last_step), wrong_codes = $4, wrong_since = $5
          where workspace_id = $1
            and staff_id = $2",
        workspace,
        member.uuid(),
        step,
        if step.is_some() { 0 } else { wrong + 1 },
        since.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(step.is_some())
}

/// Puts an app that has shown a code in the place of the one before it.
pub(crate) async fn put(
    tx: &mut WriteTx,
    member: StaffId,
    secret: &TotpSecret,
    step: i64,
) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let sealed = tx.seal(place(workspace, member), secret.bytes())?;
    sqlx::query!(
        "insert into staff_factors (workspace_id, staff_id, secret_sealed, confirmed_at, last_step)
         values ($1, $2, $3, $4, $5)
         on conflict (workspace_id, staff_id) do update
            set secret_sealed = excluded.secret_sealed, confirmed_at = excluded.confirmed_at,
                last_step = excluded.last_step, wrong_codes = 0, wrong_since = null",
        workspace,
        member.uuid(),
        sealed,
        now.sql(),
        step,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The rule: how many wrong codes count, and since when; too many wait until the hour ends.
fn allowance(wrong: i16, since: Option<Timestamp>, now: Timestamp) -> Result<(i16, Timestamp)> {
    match since {
        Some(since) if now.since(since) < WINDOW => {
            if wrong >= MOST_WRONG {
                return Err(Error::RateLimited {
                    retry_after: WINDOW.saturating_sub(now.since(since)),
                });
            }
            Ok((wrong, since))
        }
        _ => Ok((0, now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_has_twenty_wrong_codes_and_then_begins_anew() {
        let at = |minutes: i64| Timestamp::from_unix_micros(minutes * 60_000_000);
        assert_eq!(allowance(19, Some(at(0)), at(59)).unwrap(), (19, at(0)));
        assert!(allowance(20, Some(at(0)), at(59)).is_err());
        assert_eq!(allowance(20, Some(at(0)), at(60)).unwrap(), (0, at(60)));
    }
}
