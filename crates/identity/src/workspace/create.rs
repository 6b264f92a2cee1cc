//! `POST /api/v1/workspaces`: a further workspace of one's own, where the installation is open.

use axum::http::Method;
use lk_authz::{Permission, Role};
use lk_base::id::{Id, PersonId};
use lk_base::text::Name;
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::authenticate::operator_scope;
use crate::directory::WorkspaceName;
use crate::nobody::nobody;
use crate::session::beginning;
use crate::sign_up::is_open;
use crate::sso::SSO_BOUND;
use crate::{Call, directory, person, workspace};

/// How many workspaces one person may belong to and still make another.
const MOST: usize = 20;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "create_workspace",
    method: Method::POST,
    path: "/api/v1/workspaces",
    summary: "Make a further workspace of one's own, where people may sign up by themselves; the session stays where it is until it is switched.",
    access: Access::Operator(Permission::OwnSession),
    rate: RateClass::Invite,
    audited: Audited::As(Action::WorkspaceCreated),
    status: 201,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateWorkspace")]
pub struct Input {
    /// What it is called.
    name: Name,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<WorkspaceName>> {
    let Call { state: identity, scope, body, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    is_open(&identity)?;
    let origin = scope.origin().clone();
    let mut system = identity.db.system(SystemReason::SignIn, &nobody(origin.clone())).await?;
    let tx = system.tx();
    // Whoever runs the provider is nobody outside their workspace.
    if beginning(tx, session).await?.is_none_or(|begun| begun.bound.is_some()) {
        return Err(SSO_BOUND);
    }
    room_for_one(tx, person).await?;
    let person = person::by_id(tx, person).await?.ok_or(Error::NotFound)?;
    let place = workspace::create(&identity, &mut system, &person, &body.name).await?;
    let (here, you) = (place.workspace.id, place.operator);
    let inside = operator_scope(here, you, person.id, session, Role::SuperAdmin, origin);
    system.enter(inside).await?;
    system.commit(Entry::new(Action::WorkspaceCreated, here)).await?;
    Ok(Reply::created(place.workspace))
}

/// The rule; the person is held, so that of two made at once both are counted.
async fn room_for_one(tx: &mut WriteTx, person: PersonId) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "select 1 as one from persons where workspace_id = $1 and person_id = $2 for no key update",
        workspace,
        person.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    if directory::of(tx, person).await?.len() >= MOST {
        return Err(Error::Refused {
            code: "too_many_workspaces",
            detail: "You belong to twenty workspaces already: leave one first.",
        });
    }
    Ok(())
}
