//! `GET /api/v1/audit/actions`: the catalogue of actions, to choose from.

use http::Method;
use lk_authz::Permission;
use lk_base::{Page, Result};
use lk_db::Action;
use lk_web::{Access, Audited, Call, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Audit;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_audit_actions",
    method: Method::GET,
    path: "/api/v1/audit/actions",
    summary: "Lists the actions that the audit log knows, and what they mean.",
    access: Access::Operator(Permission::AuditRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// An action of the catalogue.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditAction {
    /// Its name.
    pub name: &'static str,
    /// What it means, in one sentence.
    pub meaning: &'static str,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(_: Call<Audit>) -> Result<Reply<Page<AuditAction>>> {
    let shown =
        |action: &Action| AuditAction { name: action.name(), meaning: action.meaning().trim() };
    Ok(Reply::ok(Page::whole(Action::ALL.iter().map(shown).collect())))
}
