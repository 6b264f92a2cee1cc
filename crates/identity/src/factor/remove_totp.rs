//! `POST /api/v1/factors/totp/remove`: the app goes, and with the last factor the recovery codes.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, PersonId};
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use serde_json::json;

use super::{NO_FACTOR, Shows, demand, end_if_last, has_app, names, tell};
use crate::Call;
use crate::nobody::nobody;

/// The declaration. A POST, because a DELETE with a body is not sure to arrive whole.
pub static OPERATION: Operation = Operation {
    id: "remove_totp",
    method: Method::POST,
    path: "/api/v1/factors/totp/remove",
    summary: "Remove one's authenticator app, with a proof; with the last factor the recovery codes go.",
    access: Access::Fresh(Permission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::TotpRemoved),
    status: 204,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Shows>) -> Result<Reply> {
    let Call { state: identity, scope, body, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    if !has_app(system.tx(), person).await? {
        return Err(NO_FACTOR);
    }
    let factor = match demand(system.tx(), &identity, (person, session), body).await? {
        Ok(factor) => factor,
        Err(wrong) => {
            system.enter(scope).await?;
            system.commit(Entry::new(Action::SecondFactorFailed, person)).await?;
            return Err(wrong);
        }
    };
    remove(system.tx(), person).await?;
    end_if_last(system.tx(), person).await?;
    tell(system.tx(), &identity, person, "The authenticator app was removed").await?;
    system.enter(scope).await?;
    let entry = Entry::new(Action::TotpRemoved, person);
    system.commit(entry.with(json!({ "by": names(&[factor]) }))).await?;
    identity.known.forget_all();
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
    Ok(())
}
