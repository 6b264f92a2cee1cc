//! `POST /api/v1/factors/passkeys`: a passkey that was made counts from now on.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, PasskeyId, PersonId};
use lk_base::text::Name;
use lk_base::{Error, Personal, Result, Shown};
use lk_crypto::passkey::{self, ClientData, Created};
use lk_db::{Action, Actor, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::challenge::{Asked, spend};
use super::encoded::Encoded;
use super::{NOT_ACCEPTED, Passkey, party};
use crate::Call;
use crate::factor::{help, recovery, tell};
use crate::nobody::nobody;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "enrol_passkey",
    method: Method::POST,
    path: "/api/v1/factors/passkeys",
    summary: "Enrol a passkey that a browser made; answers recovery codes, once, when it is the first factor.",
    access: Access::Fresh(Permission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::PasskeyEnrolled),
    status: 201,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EnrolPasskey")]
pub struct Input {
    /// What its owner will call it.
    name: Name,
    /// `clientDataJSON`.
    client_data: Encoded,
    /// `attestationObject`.
    attestation_object: Encoded,
    /// How the browser says that it is reached.
    transports: Option<Vec<String>>,
}

/// A passkey that counts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EnrolledPasskey {
    /// The passkey.
    passkey: Passkey,
    /// Ten codes, of which each works once, when there were none left; otherwise none.
    recovery_codes: Vec<Shown>,
}

/// What browsers may say about how a passkey is reached; anything else is left out.
const TRANSPORTS: [&str; 6] = ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"];

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<EnrolledPasskey>> {
    let Call { state: identity, scope, body, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let client = ClientData::read(body.client_data.bytes()).map_err(|_| NOT_ACCEPTED)?;
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    if !spend(system.tx(), Asked::Enrolment(person, session), client.challenge()).await? {
        return Err(NOT_ACCEPTED);
    }
    let made = passkey::created(&party(&identity), &client, body.attestation_object.bytes());
    let stored = match &made {
        Ok(made) => put(system.tx(), person, made, &body).await?,
        Err(refusal) => {
            tracing::info!(%refusal, "a new passkey was not accepted");
            None
        }
    };
    let Some(id) = stored else {
        // The challenge stays spent.
        system.enter(scope).await?;
        system.commit(Entry::new(Action::SecondFactorFailed, person)).await?;
        return Err(NOT_ACCEPTED);
    };
    help::paid(system.tx(), person).await?;
    let recovery_codes = if recovery::left(system.tx(), person).await? == 0 {
        recovery::renew(system.tx(), person).await?
    } else {
        Vec::new()
    };
    tell(system.tx(), &identity, person, "A passkey was enrolled").await?;
    let created_at = system.tx().now();
    system.enter(scope).await?;
    system.commit(Entry::new(Action::PasskeyEnrolled, id)).await?;
    // What was out of reach without a factor is in reach with the next request.
    identity.known.forget_all();
    let backed_up = made.is_ok_and(|made| made.backed_up);
    let name = Personal::new(body.name.into_string());
    let passkey = Passkey { id, name, backed_up, created_at, last_used_at: None };
    Ok(Reply::created(EnrolledPasskey { passkey, recovery_codes }))
}

/// Keeps it, unless somebody has it already.
async fn put(
    tx: &mut WriteTx,
    person: PersonId,
    made: &Created,
    body: &Input,
) -> Result<Option<PasskeyId>> {
    let (workspace, now, id) = (tx.workspace(), tx.now(), tx.new_id::<PasskeyId>());
    let said = body.transports.as_deref().unwrap_or_default();
    let known = TRANSPORTS.into_iter().filter(|known| said.iter().any(|said| said == known));
    let transports: Vec<String> = known.map(str::to_owned).collect();
    let put = sqlx::query!(
        "insert into passkeys
             (workspace_id, passkey_id, person_id, credential_id, public_key, sign_count,
              backup_eligible, backed_up, transports, name, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (workspace_id, credential_id) do nothing",
        workspace,
        id.uuid(),
        person.uuid(),
        made.credential_id,
        made.public_key,
        i64::from(made.sign_count),
        made.backup_eligible,
        made.backed_up,
        &transports,
        body.name.as_str(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok((put.rows_affected() > 0).then_some(id))
}
