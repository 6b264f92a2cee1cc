//! What a person proves who they are with, beside the password or in its place: an app's codes,
//! passkeys, recovery codes.
//!
//! **Invariant:** a code works once: the step it belongs to must be later than the last one used,
//! and the statement that says so is the one that keeps it.
//! **Invariant:** nobody is locked out for good: wrong codes use up an hour's allowance, and a
//! recovery code works all the same.

pub mod begin_totp;
pub mod challenge;
pub mod confirm_totp;
pub mod help;
pub mod passkey;
pub mod reach;
pub mod read;
pub mod recovery;
pub mod remove_totp;
pub mod renew_recovery;

use std::time::Duration;

use lk_base::id::{Id, PersonId, SessionId};
use lk_base::text::Email;
use lk_base::{Error, Result, Secret, Timestamp};
use lk_crypto::{Place, TotpSecret, totp};
use lk_db::WriteTx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Identity, letter, person};
use passkey::answer::{Assertion, verify};
use passkey::challenge::Asked;
use reach::Enrolled;

/// How long a code that was shown counts for changing factors.
const STILL_SHOWN: Duration = Duration::from_secs(60);
/// How many wrong codes a person may give in an hour, over all sign-ins and sessions.
const MOST_WRONG: i16 = 20;
const WRONG_WINDOW: Duration = Duration::from_secs(60 * 60);

/// What a session was begun with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Factor {
    /// The password.
    Password,
    /// A code of an authenticator app.
    Totp,
    /// A recovery code.
    RecoveryCode,
    /// A link that the machine's administrator made.
    Link,
    /// The workspace's provider.
    Sso,
    /// A second factor that the provider asked for.
    SsoFactor,
    /// A passkey, which asked its person who they are.
    Passkey,
}

impl Factor {
    const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
            Self::Link => "link",
            Self::Sso => "sso",
            Self::SsoFactor => "sso_factor",
            Self::Passkey => "passkey",
        }
    }
}

/// The stored names.
pub(crate) fn names(factors: &[Factor]) -> Vec<String> {
    factors.iter().map(|factor| factor.name().to_owned()).collect()
}

/// The answer to a wrong code and to a used one: which of the two it was is not said.
pub(crate) const WRONG_CODE: Error = Error::Refused {
    code: "wrong_code",
    detail: "That code is wrong or was used already. A new one comes every 30 seconds.",
};

/// The answer where a factor is needed and there is none of its kind.
pub(crate) const NO_FACTOR: Error =
    Error::Refused { code: "no_factor", detail: "There is no such second factor." };

/// The answer where exactly one proof has to be given.
pub(crate) const ONE_PROOF: Error = Error::Refused {
    code: "one_proof_needed",
    detail: "Give a code of your app, a recovery code or a passkey.",
};

/// The request body of what changes a factor: exactly one of the three. None, when a code was shown
/// in the last minute, or when the session began with a link of the machine's administrator: that
/// is the way back for who lost both.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FactorProof")]
pub struct Shows {
    /// What the app shows.
    pub(crate) code: Option<Secret>,
    /// A recovery code.
    pub(crate) recovery_code: Option<Secret>,
    /// What a passkey answers to `POST /api/v1/factors/passkeys/challenge`.
    pub(crate) passkey: Option<Assertion>,
}

/// What somebody shows beside the password.
#[derive(Debug)]
pub(crate) enum Proof {
    Code(Secret),
    Recovery(Secret),
    Passkey(Box<Assertion>),
}

impl Proof {
    /// Exactly one of the three.
    pub(crate) fn of(shows: Shows) -> Result<Self> {
        match (shows.code, shows.recovery_code, shows.passkey) {
            (Some(code), None, None) => Ok(Self::Code(code)),
            (None, Some(code), None) => Ok(Self::Recovery(code)),
            (None, None, Some(passkey)) => Ok(Self::Passkey(Box::new(passkey))),
            _ => Err(ONE_PROOF),
        }
    }

    /// The answer when it is wrong.
    pub(crate) const fn wrong(&self) -> Error {
        match self {
            Self::Code(_) | Self::Recovery(_) => WRONG_CODE,
            Self::Passkey(_) => passkey::NOT_ACCEPTED,
        }
    }
}

/// Where a person's secret belongs.
pub(crate) const fn secret_place(workspace: uuid::Uuid, person: uuid::Uuid) -> Place {
    Place { column: "totp_factors.secret", workspace, row: person }
}

/// Whether a person has a second factor that counts.
pub(crate) async fn enrolled(tx: &mut WriteTx, person: PersonId) -> Result<bool> {
    Ok(!enrolled_of(tx, &[person]).await?.is_empty())
}

/// Whether a person has a second factor, and whether they owe one.
pub(crate) async fn standing(tx: &mut WriteTx, person: PersonId) -> Result<Enrolled> {
    if enrolled(tx, person).await? {
        Ok(Enrolled::Yes)
    } else if help::owes(tx, person).await? {
        Ok(Enrolled::Owed)
    } else {
        Ok(Enrolled::No)
    }
}

/// Whether a person has an app that counts.
pub(crate) async fn has_app(tx: &mut WriteTx, person: PersonId) -> Result<bool> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from totp_factors
                           where workspace_id = $1
                             and person_id = $2
                             and confirmed_at is not null) as "enrolled!""#,
        workspace,
        person.uuid(),
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Who of these people has a factor that counts.
pub(crate) async fn enrolled_of(tx: &mut WriteTx, persons: &[PersonId]) -> Result<Vec<PersonId>> {
    let workspace = tx.workspace();
    let persons: Vec<uuid::Uuid> = persons.iter().map(|person| person.uuid()).collect();
    Ok(sqlx::query_scalar!(
        r#"select person_id as "person!: PersonId"
             from totp_factors
            where workspace_id = $1
              and person_id = any ($2)
              and confirmed_at is not null
            union
           select person_id
             from passkeys
            where workspace_id = $1
              and person_id = any ($2)"#,
        workspace,
        &persons,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Checks what somebody shows and uses it up, among the platform's rows; `None` when it is wrong,
/// which the caller has to commit, because it was counted.
pub(crate) async fn prove(
    tx: &mut WriteTx,
    identity: &Identity,
    asked: Asked,
    proof: &Proof,
) -> Result<Option<Factor>> {
    let Some(person) = asked.person() else { return Ok(None) };
    match proof {
        Proof::Code(code) => {
            Ok(spend_code(tx, identity, person, code).await?.then_some(Factor::Totp))
        }
        Proof::Recovery(code) => {
            Ok(recovery::spend(tx, person, code).await?.then_some(Factor::RecoveryCode))
        }
        Proof::Passkey(said) => {
            Ok(verify(tx, identity, asked, said).await?.map(|_| Factor::Passkey))
        }
    }
}

/// What a session has shown that counts when factors are changed, among the platform's rows.
///
/// A link of the machine's administrator counts as long as the session is fresh. A code counts for
/// a minute: it works once, so who has just shown one would have to wait for the next.
pub(crate) async fn shown(tx: &mut WriteTx, session: SessionId) -> Result<Option<Factor>> {
    let (workspace, since) = (tx.workspace(), tx.now().minus(STILL_SHOWN));
    let row = sqlx::query!(
        r#"select factors, authenticated_at > $3 as "lately!"
             from sessions
            where workspace_id = $1
              and session_id = $2"#,
        workspace,
        session.uuid(),
        since.sql(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let has = |factor: Factor| row.factors.iter().any(|name| name == factor.name());
    let counts = |factor: Factor| factor == Factor::Link || row.lately;
    let all = [Factor::Link, Factor::Passkey, Factor::Totp, Factor::RecoveryCode];
    Ok(all.into_iter().find(|factor| has(*factor) && counts(*factor)))
}

/// What the factors of an enrolled person are changed by; a wrong proof is the inner error, which
/// the caller has to commit.
pub(crate) async fn demand(
    tx: &mut WriteTx,
    identity: &Identity,
    (person, session): (PersonId, SessionId),
    shows: Shows,
) -> Result<Result<Factor>> {
    if shows.code.is_none()
        && shows.recovery_code.is_none()
        && shows.passkey.is_none()
        && let Some(factor) = self::shown(tx, session).await?
    {
        return Ok(Ok(factor));
    }
    let proof = Proof::of(shows)?;
    let proved = prove(tx, identity, Asked::Proof(person, session), &proof).await?;
    Ok(proved.ok_or_else(|| proof.wrong()))
}

/// The same for another factor beside the first: otherwise who holds a fresh session could make
/// the proof by which the first is removed.
pub(crate) async fn demand_if_enrolled(
    tx: &mut WriteTx,
    identity: &Identity,
    who: (PersonId, SessionId),
    shows: Shows,
) -> Result<Result<()>> {
    if enrolled(tx, who.0).await? {
        Ok(demand(tx, identity, who, shows).await?.map(drop))
    } else {
        Ok(Ok(()))
    }
}

/// After a factor went: with the last one go the recovery codes, and what needs a factor is out of
/// reach.
pub(crate) async fn end_if_last(tx: &mut WriteTx, person: PersonId) -> Result<()> {
    if enrolled(tx, person).await? {
        return Ok(());
    }
    recovery::end(tx, person).await?;
    reach::announce(tx, person).await
}

/// Tells a person that their second factor changed.
pub(crate) async fn tell(
    tx: &mut WriteTx,
    identity: &Identity,
    person: PersonId,
    what: &str,
) -> Result<()> {
    let known = person::by_id(tx, person).await?;
    let email = known.and_then(|known| Email::parse(known.email.reveal()).ok());
    lk_mail::post(tx, email.as_ref(), &letter::factor_changed(identity, what)).await
}

struct Held {
    sealed: Vec<u8>,
    last_step: i64,
    wrong_codes: i16,
    wrong_since: Option<Timestamp>,
}

async fn spend_code(
    tx: &mut WriteTx,
    identity: &Identity,
    person: PersonId,
    code: &Secret,
) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let held = sqlx::query_as!(
        Held,
        r#"select secret_sealed as sealed,
                  last_step,
                  wrong_codes,
                  wrong_since as "wrong_since: Timestamp"
             from totp_factors
            where workspace_id = $1
              and person_id = $2
              and confirmed_at is not null
              for update"#,
        workspace,
        person.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(NO_FACTOR)?;
    let (wrong, since) = allowance(held.wrong_codes, held.wrong_since, now)?;
    let secret = open(identity, workspace, person, &held.sealed)?;
    let step = secret.matching(code.expose(), totp::step_at(now.unix_seconds()));
    let used = match step.filter(|step| *step > held.last_step) {
        Some(step) => use_step(tx, person, step).await?,
        None => false,
    };
    if !used {
        sqlx::query!(
            "update totp_factors
                set wrong_codes = $3, wrong_since = $4
              where workspace_id = $1
                and person_id = $2",
            workspace,
            person.uuid(),
            wrong + 1,
            since.sql(),
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(used)
}

/// Takes away what was enrolled after an instant, and the recovery codes; whether there was
/// something. For whoever proves that a login was theirs before that instant.
pub(crate) async fn drop_since(
    tx: &mut WriteTx,
    person: PersonId,
    since: Timestamp,
) -> Result<bool> {
    let workspace = tx.workspace();
    let dropped = sqlx::query_scalar!(
        "with dropped as (
             delete from totp_factors
              where workspace_id = $1
                and person_id = $2
                and created_at >= $3
             returning person_id
         ), passkey as (
             delete from passkeys
              where workspace_id = $1
                and person_id = $2
                and created_at >= $3
             returning person_id
         ), code as (
             delete from recovery_codes
              where workspace_id = $1
                and person_id in (select person_id from dropped union select person_id from passkey)
             returning person_id
         )
         select exists (select 1 from dropped) or exists (select 1 from passkey)
                or exists (select 1 from code)",
        workspace,
        person.uuid(),
        since.sql(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(dropped == Some(true))
}

/// Keeps the step, unless it or a later one was used: one of two at once wins.
async fn use_step(tx: &mut WriteTx, person: PersonId, step: i64) -> Result<bool> {
    let workspace = tx.workspace();
    let kept = sqlx::query!(
        "update totp_factors
            set last_step = $3
          where workspace_id = $1
            and person_id = $2
            and last_step < $3",
        workspace,
        person.uuid(),
        step,
    )
    .execute(tx.conn())
    .await?;
    Ok(kept.rows_affected() > 0)
}

/// The rule: how many wrong codes count, and since when; too many are limited until the hour ends.
fn allowance(wrong: i16, since: Option<Timestamp>, now: Timestamp) -> Result<(i16, Timestamp)> {
    match since {
        Some(since) if now.since(since) < WRONG_WINDOW => {
            if wrong >= MOST_WRONG {
                let retry_after = WRONG_WINDOW.saturating_sub(now.since(since));
                return Err(Error::RateLimited { retry_after });
            }
            Ok((wrong, since))
        }
        _ => Ok((0, now)),
    }
}

/// The secret of a person.
pub(crate) fn open(
    identity: &Identity,
    workspace: uuid::Uuid,
    person: PersonId,
    sealed: &[u8],
) -> Result<TotpSecret> {
    let place = secret_place(workspace, person.uuid());
    let bytes = identity.db.sealer().open(place, sealed).map_err(Error::internal)?;
    Ok(TotpSecret::stored(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_has_twenty_wrong_codes_and_then_begins_anew() {
        let at = |minutes: i64| Timestamp::from_unix_micros(minutes * 60_000_000);
        assert_eq!(allowance(0, None, at(0)).unwrap(), (0, at(0)));
        assert_eq!(allowance(19, Some(at(0)), at(59)).unwrap(), (19, at(0)));
        assert_eq!(allowance(20, Some(at(0)), at(60)).unwrap(), (0, at(60)));
        let limited = allowance(20, Some(at(0)), at(50));
        let ten_minutes = Duration::from_secs(600);
        assert!(
            matches!(limited, Err(Error::RateLimited { retry_after }) if retry_after == ten_minutes)
        );
    }

    #[test]
    fn exactly_one_proof_is_taken() {
        let secret = || Some(Secret::new("x".to_owned()));
        let of = |code, recovery_code| Proof::of(Shows { code, recovery_code, passkey: None });
        assert!(matches!(of(secret(), None), Ok(Proof::Code(_))));
        assert!(matches!(of(None, secret()), Ok(Proof::Recovery(_))));
        assert!(of(None, None).is_err());
        assert!(of(secret(), secret()).is_err());
    }
}
