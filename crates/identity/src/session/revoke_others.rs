//! `POST /api/v1/sessions/revoke-others`: end all of one's sessions but this one.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, PersonId, SessionId, WorkspaceId};
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{beginning, end, end_all};
use crate::Call;
use crate::nobody::nobody;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "revoke_own_other_sessions",
    method: Method::POST,
    path: "/api/v1/sessions/revoke-others",
    summary: "End all of one's own sessions but this one.",
    access: Access::Operator(Permission::OwnSession),
    rate: RateClass::Write,
    audited: Audited::As(Action::SessionRevoked),
    status: 200,
};

/// How many ended.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RevokedSessions")]
pub struct Revoked {
    /// How many sessions ended.
    revoked: usize,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Revoked>> {
    let Call { state: identity, scope, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    let bound = beginning(system.tx(), session).await?.and_then(|begun| begun.bound);
    let others = match bound {
        Some(bound) => end_begun_by(system.tx(), person, session, bound).await?,
        None => end_all(system.tx(), person, Some(session), "revoked").await?,
    };
    system.enter(scope).await?;
    let entry = Entry::new(Action::SessionRevoked, session).with(json!({ "others": others.len() }));
    system.commit(entry).await?;
    for other in &others {
        identity.known.forget_session(*other);
    }
    Ok(Reply::ok(Revoked { revoked: others.len() }))
}

/// From a session that a provider began, only others that it began.
async fn end_begun_by(
    tx: &mut WriteTx,
    person: PersonId,
    but: SessionId,
    bound: WorkspaceId,
) -> Result<Vec<SessionId>> {
    let workspace = tx.workspace();
    let others = sqlx::query_scalar!(
        r#"select session_id as "id: SessionId"
             from sessions
            where workspace_id = $1
              and person_id = $2
              and session_id <> $3
              and sso_workspace_id = $4
              and revoked_at is null
            order by session_id
              for update"#,
        workspace,
        person.uuid(),
        but.uuid(),
        bound.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    for other in &others {
        end(tx, *other, "revoked").await?;
    }
    Ok(others)
}
