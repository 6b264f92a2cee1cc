//! `DELETE /api/v1/audit-streams/{id}`: nothing more is sent there.

use http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::error::OrNotFound;
use lk_base::id::{AuditStreamId, Id, WorkspaceId};
use lk_db::{Action, Entry, SystemReason};
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};
use serde_json::json;

use super::target::Target;
use super::{Kind, the_carrier};
use crate::Audit;

/// The declaration. It asks for no password again: what must not leave has to be stopped quickly.
pub static OPERATION: Operation = Operation {
    id: "remove_audit_stream",
    method: Method::DELETE,
    path: "/api/v1/audit-streams/{id}",
    summary: "Removes a stream of the audit log, and its secret. What is on its way at this moment \
              may still arrive.",
    access: Access::Operator(Permission::AuditStream),
    rate: RateClass::Write,
    audited: Audited::As(Action::AuditStreamRemoved),
    status: 204,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`.
pub async fn handler(call: Call<Audit, One<AuditStreamId>>) -> Result<Reply> {
    let Call { state: audit, scope, path: One(id), .. } = call;
    let mut system = audit.db.system(SystemReason::Stream, &scope).await?;
    let tx = system.tx();
    let workspace = tx.workspace();
    let gone = sqlx::query!(
        r#"delete from audit_streams
            where workspace_id = $1
              and stream_id = $2
           returning kind as "kind: Kind", address, last_number"#,
        workspace,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    let target = Target::parse(gone.kind, &gone.address)?;
    let old = json!({
        "kind": gone.kind,
        "host": target.host(),
        "port": target.port(),
        "after_number": gone.last_number,
    });
    let entry = Entry::new(Action::AuditStreamRemoved, id).changed(old, ());
    let mut recorded = system.record(entry, the_carrier(WorkspaceId::PLATFORM)).await?;
    let tx = recorded.tx();
    let platform = tx.workspace();
    sqlx::query!(
        "delete from audit_stream_directory where workspace_id = $1 and stream_id = $2",
        platform,
        id.uuid(),
    )
    .execute(tx.conn())
    .await?;
    recorded.commit().await?;
    Ok(Reply::nothing())
}
