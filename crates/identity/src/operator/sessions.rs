//! `GET /api/v1/operators/{id}/sessions`: where a colleague is signed in to this workspace.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{OperatorId, SessionId};
use lk_base::{Error, MaskedAddress, Page, Result, Timestamp};
use lk_db::{Actor, SystemReason};
use lk_web::{Access, Audited, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use super::{lock, reaches};
use crate::Call;
use crate::authenticate::membership;
use crate::factor::Factor;
use crate::nobody::nobody;
use crate::session::here::{self, Here};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_operator_sessions",
    method: Method::GET,
    path: "/api/v1/operators/{id}/sessions",
    summary: "Where a colleague is signed in to this workspace; sessions elsewhere are not told.",
    access: Access::Operator(Permission::MemberManage),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// A session, as those see it who run the workspace.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OperatorSession {
    /// Its id.
    id: SessionId,
    /// The family of browser and system.
    device: String,
    /// Where it began, masked.
    masked_ip: MaskedAddress,
    /// With what its person last proved who they are.
    factors: Vec<Factor>,
    /// When it began.
    created_at: Timestamp,
    /// When it last went on.
    last_seen_at: Timestamp,
}

impl From<Here> for OperatorSession {
    fn from(here: Here) -> Self {
        Self {
            id: here.id,
            device: here.device,
            masked_ip: here.masked_ip,
            factors: here.factors,
            created_at: here.begun,
            last_seen_at: here.seen,
        }
    }
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<One<OperatorId>>) -> Result<Reply<Page<OperatorSession>>> {
    let Call { state: identity, scope, path: One(id), .. } = call;
    let Actor::Operator { role: actor, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system = identity.db.system(SystemReason::Membership, &scope).await?;
    let now = system.tx().now();
    reaches(actor, &lock(system.tx(), id).await?)?;
    let member = membership(system.tx(), id).await?.ok_or(Error::NotFound)?;
    let bounds = member.bounds(&identity);
    system.enter(nobody(scope.origin().clone())).await?;
    let live = here::list(system.tx(), scope.workspace(), Some(id)).await?;
    let good = live.into_iter().filter(|here| bounds.keep(here.age(), now));
    Ok(Reply::ok(Page::whole(good.map(OperatorSession::from).collect())))
}
