//! `GET /api/staff/v1/instance`: which version runs, since when, and where it listens.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::{Result, Timestamp};
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "read_instance",
    method: Method::GET,
    path: "/api/staff/v1/instance",
    summary: "Which version runs, since when, and where it listens.",
    access: Access::Staff(StaffPermission::InstanceRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// What is known of the running installation when it starts.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The version of the program.
    pub version: &'static str,
    /// When it was put together.
    pub started_at: Timestamp,
    /// Who listens where.
    pub listeners: Vec<Listener>,
}

/// One listener that is bound: the program does not start without any of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Listener {
    /// What it is for.
    pub name: &'static str,
    /// Where it is reached.
    pub address: String,
}

/// The installation, as staff sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Instance {
    /// The version of the program.
    version: &'static str,
    /// When it started.
    started_at: Timestamp,
    /// How long it has been running.
    uptime_seconds: u64,
    /// Whether the database answers.
    database: bool,
    /// Who listens where.
    listeners: Vec<Listener>,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call) -> Result<Reply<Instance>> {
    let (facts, db) = (&call.state.instance, &call.state.db);
    Ok(Reply::ok(Instance {
        version: facts.version,
        started_at: facts.started_at,
        uptime_seconds: db.clock().now().since(facts.started_at).as_secs(),
        database: db.ping().await.is_ok(),
        listeners: facts.listeners.clone(),
    }))
}
