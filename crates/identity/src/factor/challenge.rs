//! A sign-in that waits: the password was right, the second factor is awaited.

use std::time::Duration;

use lk_base::id::{ChallengeId, Id, PersonId, WorkspaceId};
use lk_base::{Error, Result, Secret, Timestamp};
use lk_crypto::{Token, TokenHash};
use lk_db::WriteTx;

use crate::sso::ByProvider;

/// How long somebody may look for their phone.
const LIFETIME: Duration = Duration::from_secs(5 * 60);
/// How often somebody may mistype.
const MOST_ATTEMPTS: i16 = 5;

/// Unknown, used, expired or tried too often: which it is, is not said.
pub(crate) const NOT_VALID: Error = Error::Refused {
    code: "challenge_not_valid",
    detail: "This sign-in took too long or was tried too often. Begin again with your password.",
};

/// Makes one, among the platform's rows; what is left of the person's older ones goes. `by` is the
/// provider that said who it is, where it was not the password.
pub(crate) async fn make(
    tx: &mut WriteTx,
    person: PersonId,
    by: Option<&ByProvider>,
) -> Result<(ChallengeId, Token, Timestamp)> {
    let (workspace, now, id, token) =
        (tx.workspace(), tx.now(), tx.new_id::<ChallengeId>(), Token::random());
    let expires_at = now.plus(LIFETIME);
    sqlx::query!(
        "delete from sign_in_challenges
          where workspace_id = $1
            and person_id = $2
            and expires_at <= $3",
        workspace,
        person.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into sign_in_challenges
             (workspace_id, challenge_id, person_id, token_hash, created_at, expires_at,
              sso_workspace_id, sso_subject, sso_sid)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        workspace,
        id.uuid(),
        person.uuid(),
        token.hash().into_bytes(),
        now.sql(),
        expires_at.sql(),
        by.map(|by| by.workspace.uuid()),
        by.map(|by| by.subject.as_str()),
        by.and_then(|by| by.sid.as_deref()),
    )
    .execute(tx.conn())
    .await?;
    Ok((id, token, expires_at))
}

/// A challenge that is held until the transaction ends.
pub(crate) struct Held {
    pub(crate) id: ChallengeId,
    /// Whose it is.
    pub(crate) person: PersonId,
    /// The provider that said so; `None` for the password.
    pub(crate) by: Option<ByProvider>,
}

/// Whose it is, held until the transaction ends.
pub(crate) async fn hold(tx: &mut WriteTx, token: &Secret) -> Result<Held> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = sqlx::query!(
        r#"select challenge_id as "id: ChallengeId",
                  person_id    as "person: PersonId",
                  sso_workspace_id as "sso_workspace: WorkspaceId",
                  sso_subject,
                  sso_sid
             from sign_in_challenges
            where workspace_id = $1
              and token_hash = $2
              and used_at is null
              and expires_at > $3
              and attempts < $4
              for update"#,
        workspace,
        TokenHash::of(token.expose()).into_bytes(),
        now.sql(),
        MOST_ATTEMPTS,
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(NOT_VALID)?;
    let by = row.sso_workspace.zip(row.sso_subject);
    let by = by.map(|(workspace, subject)| ByProvider { workspace, subject, sid: row.sso_sid });
    Ok(Held { id: row.id, person: row.person, by })
}

/// What a wrong answer leaves of one that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// It can be answered again.
    Some,
    /// It was answered wrongly too often: whoever does so knows the password and has no factor.
    None,
}

/// Counts a wrong answer to one that is held.
pub(crate) async fn count_wrong(tx: &mut WriteTx, id: ChallengeId) -> Result<Left> {
    let workspace = tx.workspace();
    let attempts = sqlx::query_scalar!(
        "update sign_in_challenges
            set attempts = attempts + 1
          where workspace_id = $1
            and challenge_id = $2
         returning attempts",
        workspace,
        id.uuid(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(if attempts < MOST_ATTEMPTS { Left::Some } else { Left::None })
}

/// Uses up one that is held.
pub(crate) async fn use_up(tx: &mut WriteTx, id: ChallengeId) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update sign_in_challenges
            set used_at = $3
          where workspace_id = $1
            and challenge_id = $2",
        workspace,
        id.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets a person's challenges: the password that earned them is no longer theirs.
pub(crate) async fn forget(tx: &mut WriteTx, person: PersonId) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "delete from sign_in_challenges where workspace_id = $1 and person_id = $2",
        workspace,
        person.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
