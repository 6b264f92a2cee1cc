//! What a passkey is asked to sign: random, for one purpose, once.

use std::time::Duration;

use lk_base::Result;
use lk_base::id::{ChallengeId, Id, PersonId, SessionId};
use lk_crypto::{Token, TokenHash};
use lk_db::WriteTx;
use uuid::Uuid;

/// How long somebody may look for their device.
const LIFETIME: Duration = Duration::from_secs(5 * 60);

/// What the answer is good for, whose it must be, and where it must come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    /// A new passkey of a person in a session.
    Enrolment(PersonId, SessionId),
    /// That it is still the person whose session this is.
    Proof(PersonId, SessionId),
    /// The second half of a sign-in.
    SecondFactor(PersonId, ChallengeId),
    /// A sign-in without a password: who it is, the answer says.
    SignIn,
}

impl Asked {
    const fn purpose(self) -> &'static str {
        match self {
            Self::Enrolment(..) => "enrolment",
            Self::Proof(..) => "proof",
            Self::SecondFactor(..) => "second_factor",
            Self::SignIn => "sign_in",
        }
    }

    /// Whose answer it must be, if that is known.
    pub(crate) const fn person(self) -> Option<PersonId> {
        match self {
            Self::Enrolment(person, _) | Self::Proof(person, _) | Self::SecondFactor(person, _) => {
                Some(person)
            }
            Self::SignIn => None,
        }
    }

    fn bound_to(self) -> Option<Uuid> {
        match self {
            Self::Enrolment(_, session) | Self::Proof(_, session) => Some(session.uuid()),
            Self::SecondFactor(_, challenge) => Some(challenge.uuid()),
            Self::SignIn => None,
        }
    }
}

/// Asks, among the platform's rows; challenges whose time is over go.
pub(crate) async fn ask(tx: &mut WriteTx, asked: Asked) -> Result<Token> {
    let (workspace, now, id, token) =
        (tx.workspace(), tx.now(), tx.new_id::<ChallengeId>(), Token::random());
    sqlx::query!(
        "delete from passkey_challenges where workspace_id = $1 and expires_at <= $2",
        workspace,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into passkey_challenges
             (workspace_id, challenge_id, token_hash, purpose, person_id, bound_to, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        workspace,
        id.uuid(),
        token.hash().into_bytes(),
        asked.purpose(),
        asked.person().map(Id::uuid),
        asked.bound_to(),
        now.sql(),
        now.plus(LIFETIME).sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(token)
}

/// Spends what was asked: whether it was. Two answers at once: one finds it.
pub(crate) async fn spend(tx: &mut WriteTx, asked: Asked, challenge: &str) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let spent = sqlx::query!(
        "delete from passkey_challenges
          where workspace_id = $1
            and token_hash = $2
            and purpose = $3
            and person_id is not distinct from $4
            and bound_to is not distinct from $5
            and expires_at > $6",
        workspace,
        TokenHash::of(challenge).into_bytes(),
        asked.purpose(),
        asked.person().map(Id::uuid),
        asked.bound_to(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(spent.rows_affected() > 0)
}
