//! `POST /api/v1/factors/totp/remove`: the app goes, and the recovery codes with it.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, PersonId};
use lk_base::{Error, Result, Secret};
use lk_db::{Action, Actor, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{NO_FACTOR, Proof, WRONG_CODE, enrolled, names, prove, recovery};
use crate::Call;
use crate::authenticate::nobody;

/// The declaration. A POST, because a DELETE with a body is not sure to arrive whole.
pub static OPERATION: Operation = Operation {
    id: "remove_totp",
    method: Method::POST,
    path: "/api/v1/factors/totp/remove",
    summary: "Remove one's authenticator app and recovery codes, with a code or a recovery code.",
    access: Access::Fresh(Permission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::TotpRemoved),
    status: 204,
};

/// The request body: exactly one of the two.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RemoveTotp")]
pub struct Input {
    /// What the app shows.
    code: Option<Secret>,
    /// A recovery code.
    recovery_code: Option<Secret>,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    let Call { state: identity, scope, body, .. } = call;
    let Actor::Operator { person, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let proof = Proof::of(body.code, body.recovery_code)?;
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    if !enrolled(system.tx(), person).await? {
        return Err(NO_FACTOR);
    }
    let Some(factor) = prove(system.tx(), &identity, person, &proof).await? else {
        system.enter(scope).await?;
        system.commit(Entry::new(Action::SecondFactorFailed, person)).await?;
        return Err(WRONG_CODE);
    };
    remove(system.tx(), person).await?;
    system.enter(scope).await?;
    let entry = Entry::new(Action::TotpRemoved, person);
    system.commit(entry.with(json!({ "by": names(&[factor]) }))).await?;
    Ok(Reply::nothing())
}

async fn remove(tx: &mut WriteTx, person: PersonId) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "delete from totp_factors where workspace_id = $1 and person_id = $2",
        workspace,
        person.uuid(),
    )
    .execute(tx.conn())
    .await?;
    recovery::end(tx, person).await
}
