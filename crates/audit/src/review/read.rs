//! `GET /api/v1/audit/review`: up to where the log was reviewed, by whom.

use http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_web::{Access, Audited, Call, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use super::{AuditReview, found};
use crate::Audit;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "read_audit_review",
    method: Method::GET,
    path: "/api/v1/audit/review",
    summary: "Up to which entry the audit log was reviewed, when and by whom.",
    access: Access::Operator(Permission::AuditRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// The answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reviewed {
    /// The mark; `null` before anybody set it.
    pub review: Option<AuditReview>,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Audit>) -> Result<Reply<Reviewed>> {
    let mut tx = call.state.db.read(&call.scope).await?;
    Ok(Reply::ok(Reviewed { review: found(&mut tx).await? }))
}
