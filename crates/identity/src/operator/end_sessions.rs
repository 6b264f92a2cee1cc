//! `POST /api/v1/operators/{id}/sessions/end`: sign a colleague out of this workspace, everywhere.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, OperatorId};
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{YOURSELF, lock, reaches};
use crate::Call;
use crate::nobody::nobody;
use crate::session::here;

/// The declaration. It asks for no password again: shutting a door must be quick.
pub static OPERATION: Operation = Operation {
    id: "end_operator_sessions",
    method: Method::POST,
    path: "/api/v1/operators/{id}/sessions/end",
    summary: "End a colleague's sessions in this workspace; it acts within a second, and no session of theirs that began before opens it again.",
    access: Access::Operator(Permission::MemberManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::OperatorSessionsEnded),
    status: 200,
};

/// How many ended.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EndedSessions {
    /// How many sessions that were in this workspace ended.
    ended: usize,
}

/// HTTP in, HTTP out. The sessions first and the operator then, as a session that goes on takes
/// them, so that neither waits for the other in a circle.
pub async fn handler(call: Call<One<OperatorId>>) -> Result<Reply<EndedSessions>> {
    let Call { state: identity, scope, path: One(id), .. } = call;
    let Actor::Operator { role: actor, operator: you, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    if id == you {
        return Err(YOURSELF);
    }
    let platform = nobody(scope.origin().clone());
    let mut system = identity.db.system(SystemReason::Membership, &platform).await?;
    let ended = here::end_of(system.tx(), scope.workspace(), (id, None), "ended_by_admin").await?;
    system.enter(scope).await?;
    reaches(actor, &lock(system.tx(), id).await?)?;
    shut(system.tx(), id).await?;
    let entry = Entry::new(Action::OperatorSessionsEnded, id);
    system.commit(entry.with(json!({ "sessions": ended.len() }))).await?;
    identity.known.forget_operator(id);
    Ok(Reply::ok(EndedSessions { ended: ended.len() }))
}

/// Lets in no session that began until now: one that is elsewhere at the moment, and is not told of
/// here, could come back otherwise.
async fn shut(tx: &mut WriteTx, id: OperatorId) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update operators set sessions_ended_at = $3 where workspace_id = $1 and operator_id = $2",
        workspace,
        id.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
