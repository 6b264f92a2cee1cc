//! `POST /api/v1/auth/switch`: the session goes to another workspace.
//!
//! The old context dies: its access tokens and sockets end. The role in the new workspace is read
//! from the database, never carried over.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{ContextId, Id, SessionId, WorkspaceId};
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, Event, EventKind, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::limits::Age;
use super::{Beginning, Session, Standing, TOO_OLD, beginning, enter_bounded};
use crate::directory::Place;
use crate::nobody::nobody;
use crate::sso::{SSO_BOUND, SSO_REQUIRED, admits};
use crate::{Call, directory, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "switch_workspace",
    method: Method::POST,
    path: "/api/v1/auth/switch",
    summary: "Go to another workspace; the old access token ends.",
    access: Access::Operator(Permission::OwnSession),
    rate: RateClass::Write,
    audited: Audited::As(Action::WorkspaceSwitched),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SwitchWorkspace")]
pub struct Input {
    /// Where to go.
    workspace_id: WorkspaceId,
}

const ENDED: Error = Error::Unauthenticated { code: "session_ended" };

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<Session>> {
    let Call { state: identity, scope, body, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    let tx = system.tx();
    let (now, context) = (tx.now(), tx.new_id::<ContextId>());
    let person = person::by_id(tx, person).await?.ok_or(Error::NotFound)?;
    let places = directory::of(tx, person.id).await?;
    let place = places
        .iter()
        .find(|place| place.workspace.id == body.workspace_id)
        .cloned()
        .ok_or(Error::NotFound)?;
    let beginning = beginning(tx, session).await?.ok_or(ENDED)?;
    let old = move_session(tx, session, context, &place).await?;
    let data = json!({ "session_id": session, "context_id": old });
    tx.emit(Event::new(EventKind::ContextEnded, session, data));
    let (entered, bounds) = enter_bounded(&mut system, &identity, &person, session, &place)
        .await?
        .ok_or(Error::NotFound)?;
    let Beginning { bound, factors, begun, seen } = beginning;
    if !bounds.keep(Age { begun, seen }, now) {
        return Err(TOO_OLD);
    }
    if !admits(place.sso, place.workspace.id, entered.role, bound, &factors) {
        return Err(if bound.is_some() { SSO_BOUND } else { SSO_REQUIRED });
    }
    let entry = Entry::new(Action::WorkspaceSwitched, session);
    let of = |id: WorkspaceId| json!({ "workspace_id": id });
    system.commit(entry.changed(of(scope.workspace()), of(place.workspace.id))).await?;
    identity.known.forget_session(session);
    let standing = Standing::new(person, session, &place, entered, places);
    Ok(Reply::ok(standing.signed(&identity, context, now)?))
}

/// Replaces the session's context; the old one.
async fn move_session(
    tx: &mut WriteTx,
    session: SessionId,
    context: ContextId,
    place: &Place,
) -> Result<ContextId> {
    let workspace = tx.workspace();
    let old = sqlx::query_scalar!(
        r#"select context_id as "context: ContextId"
             from sessions
            where workspace_id = $1
              and session_id = $2
              and revoked_at is null
              for update"#,
        workspace,
        session.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(ENDED)?;
    sqlx::query!(
        "update sessions
            set context_id = $3, context_workspace_id = $4, context_operator_id = $5
          where workspace_id = $1
            and session_id = $2",
        workspace,
        session.uuid(),
        context.uuid(),
        place.workspace.id.uuid(),
        place.operator.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(old)
}
