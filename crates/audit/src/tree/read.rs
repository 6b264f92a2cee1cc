//! `GET /api/v1/audit/tree`: how far the workspace's entries are in the signed tree.

use http::Method;
use lk_authz::Permission;
use lk_base::{Result, Timestamp};
use lk_web::{Access, Audited, Call, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Audit;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "read_audit_tree",
    method: Method::GET,
    path: "/api/v1/audit/tree",
    summary: "How far the entries of the workspace are in the signed tree of the audit log.",
    access: Access::Operator(Permission::AuditRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// The state of the log, as a workspace may know it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditTree {
    /// The name of the log in its checkpoints.
    pub origin: String,
    /// How many entries of the workspace are in the tree: the number of the newest.
    pub entries: u64,
    /// How many wait for their place.
    pub waiting: u64,
    /// Since when the oldest of them has.
    pub waiting_since: Option<Timestamp>,
    /// When the newest checkpoint was signed; `null` before the first.
    pub signed_at: Option<Timestamp>,
    /// How many leaves it is for. The tree is that of the whole installation.
    pub size: u64,
    /// The public half of the key that signs now, as signed notes write it.
    pub key: String,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Audit>) -> Result<Reply<AuditTree>> {
    let db = &call.state.db;
    let mut tx = db.read(&call.scope).await?;
    let chain = lk_ledger::shown::chain(db, &mut tx).await?;
    Ok(Reply::ok(AuditTree {
        origin: chain.origin,
        entries: chain.numbered,
        waiting: chain.waiting,
        waiting_since: chain.waiting_since,
        signed_at: chain.signed_at,
        size: chain.size,
        key: chain.key,
    }))
}
