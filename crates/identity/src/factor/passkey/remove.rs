//! `POST /api/v1/factors/passkeys/{id}/remove`: a passkey counts no longer.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, PasskeyId, PersonId};
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, One, Operation, RateClass, Reply};
use serde_json::json;

use crate::Call;
use crate::factor::{Shows, demand, end_if_last, names, tell};
use crate::nobody::nobody;

/// The declaration. A POST, because a DELETE with a body is not sure to arrive whole.
pub static OPERATION: Operation = Operation {
    id: "remove_passkey",
    method: Method::POST,
    path: "/api/v1/factors/passkeys/{id}/remove",
    summary: "Remove one of one's own passkeys, with a proof; with the last factor the recovery codes go.",
    access: Access::Fresh(Permission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::PasskeyRemoved),
    status: 204,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<One<PasskeyId>, Nothing, Shows>) -> Result<Reply> {
    let Call { state: identity, scope, path: One(id), body, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    // Before the proof: a code should not be used up for nothing.
    hold(system.tx(), person, id).await?;
    let factor = match demand(system.tx(), &identity, (person, session), body).await? {
        Ok(factor) => factor,
        Err(wrong) => {
            system.enter(scope).await?;
            system.commit(Entry::new(Action::SecondFactorFailed, person)).await?;
            return Err(wrong);
        }
    };
    remove(system.tx(), person, id).await?;
    end_if_last(system.tx(), person).await?;
    tell(system.tx(), &identity, person, "A passkey was removed").await?;
    system.enter(scope).await?;
    let entry = Entry::new(Action::PasskeyRemoved, id);
    system.commit(entry.with(json!({ "by": names(&[factor]) }))).await?;
    identity.known.forget_all();
    Ok(Reply::nothing())
}

async fn hold(tx: &mut WriteTx, person: PersonId, id: PasskeyId) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query_scalar!(
        "select passkey_id
           from passkeys
          where workspace_id = $1
            and passkey_id = $2
            and person_id = $3",
        workspace,
        id.uuid(),
        person.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    Ok(())
}

async fn remove(tx: &mut WriteTx, person: PersonId, id: PasskeyId) -> Result<()> {
    let workspace = tx.workspace();
    let removed = sqlx::query!(
        "delete from passkeys
          where workspace_id = $1
            and passkey_id = $2
            and person_id = $3",
        workspace,
        id.uuid(),
        person.uuid(),
    )
    .execute(tx.conn())
    .await?;
    if removed.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
}
