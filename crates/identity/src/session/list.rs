//! `GET /api/v1/sessions`: one's own sessions, on all devices.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, SessionId};
use lk_base::{Error, MaskedAddress, Page, Result, Timestamp};
use lk_db::{Actor, SystemReason};
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use super::beginning;
use crate::Call;
use crate::factor::Factor;
use crate::nobody::nobody;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_own_sessions",
    method: Method::GET,
    path: "/api/v1/sessions",
    summary: "One's own sessions, the newest first.",
    access: Access::Operator(Permission::OwnSession),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// A session as its owner sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SessionInfo {
    /// Its id.
    id: SessionId,
    /// Whether it is the one that asks.
    current: bool,
    /// The family of browser and system.
    device: String,
    /// Where it began, masked.
    masked_ip: MaskedAddress,
    /// With what its owner last proved who they are.
    factors: Vec<Factor>,
    /// When it began.
    created_at: Timestamp,
    /// When it last went on.
    last_seen_at: Timestamp,
    /// When it ends without use, unless the workspace it is in asks for less.
    expires_at: Timestamp,
}

/// HTTP in, HTTP out. A session that a provider began sees only such sessions: whoever runs the
/// provider learns nothing of where else their people are.
pub async fn handler(call: Call) -> Result<Reply<Page<SessionInfo>>> {
    let Call { state: identity, scope, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
    let tx = system.tx();
    let bound = beginning(tx, session).await?.and_then(|begun| begun.bound);
    let (workspace, now) = (tx.workspace(), tx.now());
    let sessions = sqlx::query_as!(
        SessionInfo,
        r#"select session_id     as "id: SessionId",
                  session_id = $3 as "current!",
                  device,
                  address_masked as "masked_ip: MaskedAddress",
                  factors        as "factors: Vec<Factor>",
                  created_at     as "created_at: Timestamp",
                  last_seen_at   as "last_seen_at: Timestamp",
                  expires_at     as "expires_at: Timestamp"
             from sessions
            where workspace_id = $1
              and person_id = $2
              and revoked_at is null
              and expires_at > $4
              and ($5::uuid is null or sso_workspace_id = $5)
            order by last_seen_at desc, session_id
            limit 100"#,
        workspace,
        person.uuid(),
        session.uuid(),
        now.sql(),
        bound.map(Id::uuid),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Reply::ok(Page::whole(sessions)))
}
