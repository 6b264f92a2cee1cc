//! An answer of a passkey: held against what was asked, and against what it counted before.

use lk_base::id::{Id, PasskeyId, PersonId};
use lk_base::{Error, Result};
use lk_crypto::passkey::{self, ClientData};
use lk_db::WriteTx;
use schemars::JsonSchema;
use serde::Deserialize;

use super::challenge::{Asked, spend};
use super::encoded::Encoded;
use super::party;
use crate::Identity;
use crate::factor::tell;

/// What a browser answers for a passkey; all members are base64url.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// Which passkey.
    credential_id: Encoded,
    /// `clientDataJSON`.
    client_data: Encoded,
    /// `authenticatorData`.
    authenticator_data: Encoded,
    /// The signature over both.
    signature: Encoded,
    /// Whose passkey it says it is.
    user_handle: Option<Encoded>,
}

struct Held {
    id: PasskeyId,
    person: PersonId,
    public_key: Vec<u8>,
    sign_count: i64,
    backup_eligible: bool,
}

/// Whose passkey answered rightly, among the platform's rows; `None` when it did not, which the
/// caller has to commit, because the challenge is spent.
pub(crate) async fn verify(
    tx: &mut WriteTx,
    identity: &Identity,
    asked: Asked,
    said: &Assertion,
) -> Result<Option<PersonId>> {
    let Ok(client) = ClientData::read(said.client_data.bytes()) else { return Ok(None) };
    if !spend(tx, asked, client.challenge()).await? {
        return Ok(None);
    }
    let Some(held) = hold(tx, said.credential_id.bytes()).await? else { return Ok(None) };
    if !belongs(asked, held.person, said.user_handle.as_ref()) {
        return Ok(None);
    }
    let answered = passkey::answered(
        &party(identity),
        &client,
        said.authenticator_data.bytes(),
        said.signature.bytes(),
        &held.public_key,
    );
    let answered = match answered {
        Ok(answered) if answered.backup_eligible == held.backup_eligible => answered,
        Ok(_) => return Ok(None),
        Err(refusal) => {
            tracing::info!(%refusal, passkey = %held.id, "a passkey was not accepted");
            return Ok(None);
        }
    };
    let count = i64::from(answered.sign_count);
    if !counts_on(held.sign_count, count) {
        // There are two of it: one of them is not where its person thinks.
        tracing::warn!(passkey = %held.id, "a passkey counted backwards");
        tell(tx, identity, held.person, "A passkey that seems to be copied was refused").await?;
        return Ok(None);
    }
    keep(tx, held.id, count, answered.backed_up).await?;
    Ok(Some(held.person))
}

/// The rule: a passkey answers for its own person, and where nobody is known yet it has to say who.
fn belongs(asked: Asked, owner: PersonId, said: Option<&Encoded>) -> bool {
    let says_owner = said.map(|said| said.bytes() == owner.uuid().as_bytes());
    match asked.person() {
        Some(person) => person == owner && says_owner != Some(false),
        None => says_owner == Some(true),
    }
}

/// The rule: those that count count on; those that do not stay at nothing.
const fn counts_on(before: i64, now: i64) -> bool {
    now > before || (now == 0 && before == 0)
}

async fn hold(tx: &mut WriteTx, credential: &[u8]) -> Result<Option<Held>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        Held,
        r#"select passkey_id as "id: PasskeyId",
                  person_id  as "person: PersonId",
                  public_key, sign_count, backup_eligible
             from passkeys
            where workspace_id = $1
              and credential_id = $2
              for no key update"#,
        workspace,
        credential,
    )
    .fetch_optional(tx.conn())
    .await?)
}

async fn keep(tx: &mut WriteTx, id: PasskeyId, count: i64, backed_up: bool) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let kept = sqlx::query!(
        "update passkeys
            set sign_count = $3, backed_up = $4, last_used_at = $5
          where workspace_id = $1
            and passkey_id = $2",
        workspace,
        id.uuid(),
        count,
        backed_up,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    if kept.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::Clock;
    use lk_base::id::SessionId;

    #[test]
    fn a_count_goes_on_or_is_none() {
        assert!(counts_on(0, 0) && counts_on(0, 1) && counts_on(7, 8));
        assert!(!counts_on(7, 7) && !counts_on(7, 6) && !counts_on(7, 0));
    }

    #[test]
    fn a_passkey_answers_for_its_own_person_only() {
        let clock = Clock::system();
        let (ada, bob): (PersonId, PersonId) = (clock.new_id(), clock.new_id());
        let session: SessionId = clock.new_id();
        let says = |person: PersonId| Encoded::from(person.uuid().as_bytes().to_vec());
        assert!(belongs(Asked::Proof(ada, session), ada, None));
        assert!(belongs(Asked::Proof(ada, session), ada, Some(&says(ada))));
        assert!(!belongs(Asked::Proof(ada, session), bob, None));
        assert!(!belongs(Asked::Proof(ada, session), ada, Some(&says(bob))));
        assert!(belongs(Asked::SignIn, ada, Some(&says(ada))));
        assert!(!belongs(Asked::SignIn, ada, Some(&says(bob))));
        assert!(!belongs(Asked::SignIn, ada, None));
    }
}
