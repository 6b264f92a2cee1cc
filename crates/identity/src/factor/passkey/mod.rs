//! Passkeys: keys on a person's devices that sign in by themselves or beside the password.
//!
//! Each asks its person who they are (user verification), so one is two factors at once: a device,
//! and what unlocks it.
//!
//! **Invariant:** a challenge is answered once, for the purpose and by the session or sign-in that
//! asked for it, within five minutes; an answer spends it, right or wrong.
//! **Invariant:** the public key of a row never changes.

pub mod answer;
pub mod ask;
pub mod begin;
pub(crate) mod challenge;
pub mod encoded;
pub mod enrol;
pub mod remove;

use lk_base::id::{Id, PasskeyId, PersonId};
use lk_base::{Error, Personal, Result, Shown, Timestamp};
use lk_crypto::Token;
use lk_crypto::passkey::Party;
use lk_db::WriteTx;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Identity;
use encoded::Encoded;

/// More than anybody has devices.
const MOST_PASSKEYS: usize = 20;

/// The answer to a passkey that is not right; why is in the log.
pub(crate) const NOT_ACCEPTED: Error = Error::Refused {
    code: "passkey_not_accepted",
    detail: "This passkey was not accepted. Try again, or use another way.",
};

/// A passkey, as its owner sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Passkey {
    /// Its id.
    pub(crate) id: PasskeyId,
    /// What its owner calls it.
    pub(crate) name: Personal,
    /// Whether it is copied to other devices of its owner.
    pub(crate) backed_up: bool,
    /// When it was enrolled.
    pub(crate) created_at: Timestamp,
    /// When it was last used; null when it never was.
    pub(crate) last_used_at: Option<Timestamp>,
}

/// What a browser needs to ask a passkey.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PasskeyRequest {
    /// What is to be signed: base64url.
    pub(crate) challenge: Shown,
    /// Whom for.
    pub(crate) rp_id: String,
    /// Which passkeys will do; none = any that the person chooses.
    pub(crate) credentials: Vec<Credential>,
}

/// A passkey, as browsers name it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Credential {
    /// Its id: base64url.
    id: Encoded,
    /// How it is reached, as its browser said.
    transports: Vec<String>,
}

impl PasskeyRequest {
    pub(crate) fn new(identity: &Identity, token: &Token, credentials: Vec<Credential>) -> Self {
        let challenge = Shown::once(token.expose().to_owned());
        Self { challenge, rp_id: party(identity).id().to_owned(), credentials }
    }
}

/// Whom passkeys are made for: the dashboard's host.
pub(crate) fn party(identity: &Identity) -> Party {
    Party::of(&identity.dashboard_url)
}

/// How browsers name a person's passkeys.
pub(crate) async fn credentials(tx: &mut WriteTx, person: PersonId) -> Result<Vec<Credential>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        "select credential_id, transports
           from passkeys
          where workspace_id = $1
            and person_id = $2
          order by created_at, passkey_id",
        workspace,
        person.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    let credential = |(id, transports)| Credential { id: Encoded::from(id), transports };
    Ok(rows.into_iter().map(|row| credential((row.credential_id, row.transports))).collect())
}

/// A person's passkeys, oldest first.
pub(crate) async fn list(tx: &mut WriteTx, person: PersonId) -> Result<Vec<Passkey>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select passkey_id   as "id: PasskeyId",
                  name,
                  backed_up,
                  created_at   as "created_at: Timestamp",
                  last_used_at as "last_used_at: Timestamp"
             from passkeys
            where workspace_id = $1
              and person_id = $2
            order by created_at, passkey_id"#,
        workspace,
        person.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    let shown = rows.into_iter().map(|row| Passkey {
        id: row.id,
        name: Personal::new(row.name),
        backed_up: row.backed_up,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
    });
    Ok(shown.collect())
}
