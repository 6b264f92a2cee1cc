//! `DELETE /api/v1/invitations/{id}`: withdraw an invitation.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::error::OrNotFound;
use lk_base::id::{Id, InvitationId};
use lk_db::{Action, Entry, Event, EventKind};
use lk_web::{Access, Audited, One, Operation, RateClass, Reply};
use serde_json::json;

use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "revoke_invitation",
    method: Method::DELETE,
    path: "/api/v1/invitations/{id}",
    summary: "Withdraw an invitation that was not accepted yet.",
    access: Access::Operator(Permission::MemberInvite),
    rate: RateClass::Write,
    audited: Audited::As(Action::InvitationRevoked),
    status: 204,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<One<InvitationId>>) -> Result<Reply> {
    let Call { state: identity, scope, path: One(id), .. } = call;
    let mut tx = identity.db.write(&scope).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query_scalar!(
        "update invitations
            set revoked_at = $3
          where workspace_id = $1
            and invitation_id = $2
            and accepted_at is null
            and revoked_at is null
         returning invitation_id",
        workspace,
        id.uuid(),
        now.sql(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    tx.emit(Event::new(EventKind::InvitationRevoked, id, json!({ "invitation_id": id })));
    tx.commit(Entry::new(Action::InvitationRevoked, id)).await?;
    Ok(Reply::nothing())
}
