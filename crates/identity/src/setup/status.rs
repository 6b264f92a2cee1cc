//! `GET /api/v1/setup`: whether the product still waits for its first person.

use axum::http::Method;
use lk_base::Result;
use lk_db::SystemReason;
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use super::needed;
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "read_setup",
    method: Method::GET,
    path: "/api/v1/setup",
    summary: "Whether the product still waits for its first person.",
    access: Access::Public,
    rate: RateClass::WidgetRead,
    audited: Audited::Reads,
    status: 200,
};

/// The answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Setup {
    /// Whether it does.
    needed: bool,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Setup>> {
    let mut system = call.state.db.system(SystemReason::SignIn, &call.scope).await?;
    Ok(Reply::ok(Setup { needed: needed(system.tx()).await? }))
}
