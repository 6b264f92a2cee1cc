//! `DELETE /api/v1/sessions/{id}`: end one of one's own sessions.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, SessionId};
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, SystemReason};
use lk_web::{Access, Audited, One, Operation, RateClass, Reply};

use super::{beginning, end};
use crate::Call;
use crate::nobody::nobody;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "revoke_own_session",
    method: Method::DELETE,
    path: "/api/v1/sessions/{id}",
    summary: "End one of one's own sessions, here or elsewhere, within a second.",
    access: Access::Operator(Permission::OwnSession),
    rate: RateClass::Write,
    audited: Audited::As(Action::SessionRevoked),
    status: 204,
};

/// HTTP in, HTTP out. Somebody else's session is as absent as a made-up one.
pub async fn handler(call: Call<One<SessionId>>) -> Result<Reply> {
    let Call { state: identity, scope, path: One(session), .. } = call;
    let Actor::Operator { person, session: current, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    let tx = system.tx();
    let workspace = tx.workspace();
    let bound = beginning(tx, current).await?.and_then(|begun| begun.bound);
    let own = sqlx::query_scalar!(
        r#"select exists (select 1 from sessions
                           where workspace_id = $1
                             and session_id = $2
                             and person_id = $3
                             and ($4::uuid is null or sso_workspace_id = $4)
                             and revoked_at is null) as "own!""#,
        workspace,
        session.uuid(),
        person.uuid(),
        bound.map(Id::uuid),
    )
    .fetch_one(tx.conn())
    .await?;
    if !own || !end(tx, session, "revoked").await? {
        return Err(Error::NotFound);
    }
    system.enter(scope).await?;
    system.commit(Entry::new(Action::SessionRevoked, session)).await?;
    identity.known.forget_session(session);
    Ok(Reply::nothing())
}
