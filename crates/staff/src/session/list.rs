//! `GET /api/staff/v1/sessions`: one's own sessions as staff.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::id::{Id, StaffSessionId};
use lk_base::{MaskedAddress, Page, Result, Timestamp};
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Call;
use crate::authenticate::IDLE;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_staff_sessions",
    method: Method::GET,
    path: "/api/staff/v1/sessions",
    summary: "One's own sessions as staff that go on, the newest first.",
    access: Access::Staff(StaffPermission::OwnSession),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// A session of staff, as its owner sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StaffSessionInfo {
    /// Its id.
    id: StaffSessionId,
    /// Whether it is the one that asks.
    current: bool,
    /// The family of browser and system.
    device: String,
    /// Where it began, masked.
    masked_ip: MaskedAddress,
    /// When it began.
    created_at: Timestamp,
    /// When something was last asked in it, to half a minute.
    last_seen_at: Timestamp,
    /// When it ends, whatever happens.
    ends_at: Timestamp,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call) -> Result<Reply<Page<StaffSessionInfo>>> {
    let (member, session, _) = call.scope.staff()?;
    let mut tx = call.state.db.read(&call.scope).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let sessions = sqlx::query_as!(
        StaffSessionInfo,
        r#"select staff_session_id      as "id: StaffSessionId",
                  staff_session_id = $3 as "current!",
                  device,
                  address_masked        as "masked_ip: MaskedAddress",
                  created_at            as "created_at: Timestamp",
                  last_seen_at          as "last_seen_at: Timestamp",
                  expires_at            as "ends_at: Timestamp"
             from staff_sessions
            where workspace_id = $1
              and staff_id = $2
              and revoked_at is null
              and expires_at > $4
              and last_seen_at > $5
            order by staff_session_id desc
            limit 100"#,
        workspace,
        member.uuid(),
        session.uuid(),
        now.sql(),
        now.minus(IDLE).sql(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Reply::ok(Page::whole(sessions)))
}
