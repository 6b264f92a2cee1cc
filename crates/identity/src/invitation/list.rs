//! `GET /api/v1/invitations`: who was invited, the newest first.

use axum::http::Method;
use lk_authz::{Permission, Role};
use lk_base::id::{InvitationId, OperatorId};
use lk_base::{Page, Result, Timestamp};
use lk_web::{Access, Audited, Operation, RateClass, Reply};

use super::{Invitation, Row};
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_invitations",
    method: Method::GET,
    path: "/api/v1/invitations",
    summary: "Who was invited, the newest first.",
    access: Access::Operator(Permission::MemberInvite),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Page<Invitation>>> {
    let mut tx = call.state.db.read(&call.scope).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let rows = sqlx::query_as!(
        Row,
        r#"select invitation_id as "id: InvitationId",
                  email,
                  role          as "role: Role",
                  invited_by    as "invited_by: OperatorId",
                  created_at    as "created_at: Timestamp",
                  expires_at    as "expires_at: Timestamp",
                  accepted_at   as "accepted_at: Timestamp",
                  revoked_at    as "revoked_at: Timestamp",
                  link_shown_at as "link_shown_at: Timestamp"
             from invitations
            where workspace_id = $1
            order by created_at desc, invitation_id desc
            limit 200"#,
        workspace,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Reply::ok(Page::whole(rows.into_iter().map(|row| row.shown(now)).collect())))
}
