//! `GET /api/v1/me/closing`: what would happen if one closed one's login, and what stands in the way.

use std::sync::Arc;

use axum::http::Method;
use lk_authz::{Permission, Role};
use lk_base::id::PersonId;
use lk_base::{Error, Result};
use lk_db::{Actor, SystemReason, SystemTx};
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use crate::directory::WorkspaceName;
use crate::nobody::{nobody, nobody_in};
use crate::{Call, directory, operator};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "read_own_closing",
    method: Method::GET,
    path: "/api/v1/me/closing",
    summary: "Which workspaces closing one's login would leave, and which of them have to be handed over first.",
    access: Access::Operator(Permission::OwnSession),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// What closing would do.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClosingLogin")]
pub struct Closing {
    /// The workspaces that would be left.
    workspaces: Vec<LeftWorkspace>,
}

/// A workspace that would be left.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LeftWorkspace {
    /// Which one.
    #[serde(flatten)]
    workspace: WorkspaceName,
    /// Whether it would have no super admin any more: it is handed over first.
    last_super_admin: bool,
}

/// HTTP in, HTTP out. From a session that a provider began nothing is told of other workspaces, and
/// nothing closed: it is no proof of the person.
pub async fn handler(call: Call) -> Result<Reply<Closing>> {
    let Call { state: identity, scope, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let platform = nobody(scope.origin().clone());
    let mut system = identity.db.system(SystemReason::Membership, &platform).await?;
    let begun = crate::session::beginning(system.tx(), session).await?;
    if begun.is_none_or(|begun| begun.bound.is_some()) {
        return Err(crate::sso::SSO_BOUND);
    }
    Ok(Reply::ok(Closing { workspaces: left(&mut system, person).await? }))
}

async fn left(system: &mut SystemTx, person: PersonId) -> Result<Vec<LeftWorkspace>> {
    let origin = Arc::clone(system.tx().scope().origin());
    let mut left = Vec::new();
    for place in directory::of(system.tx(), person).await? {
        system.enter(nobody_in(place.workspace.id, Arc::clone(&origin))).await?;
        let held = operator::lock(system.tx(), place.operator).await?;
        let last_super_admin =
            held.operator.role == Role::SuperAdmin && held.other_super_admins == 0;
        left.push(LeftWorkspace { workspace: place.workspace, last_super_admin });
    }
    Ok(left)
}
