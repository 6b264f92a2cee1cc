//! `GET /api/v1/setup`: whether the product still waits for its first person.

use axum::http::Method;
use lk_base::Result;
use lk_db::SystemReason;
use lk_mail::Mode;
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
    summary: "Whether the product still waits for its first person, what becomes of mail, and whether people may sign up.",
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
    /// What becomes of mail.
    mail: Mail,
    /// Whether people may sign up by themselves.
    sign_up: bool,
}

/// What becomes of mail: whoever waits for one should know.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mail {
    /// It is sent.
    Sent,
    /// No server is set: whoever runs this installation finds it in the private mailbox.
    Kept,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Setup>> {
    let mut system = call.state.db.system(SystemReason::SignIn, &call.scope).await?;
    let mail = match call.state.postman.mode() {
        Mode::Smtp => Mail::Sent,
        Mode::Mailbox => Mail::Kept,
    };
    let sign_up = call.state.sign_up;
    Ok(Reply::ok(Setup { needed: needed(system.tx()).await?, mail, sign_up }))
}
