//! `POST /api/v1/auth/passkey/begin`: what a passkey has to sign to sign its person in.

use axum::http::Method;
use lk_base::Result;
use lk_db::{SystemReason, Unaudited};
use lk_web::{Access, Audited, Operation, RateClass, Reply};

use crate::Call;
use crate::factor::passkey::PasskeyRequest;
use crate::factor::passkey::challenge::{self, Asked};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "begin_passkey_sign_in",
    method: Method::POST,
    path: "/api/v1/auth/passkey/begin",
    summary: "Get what a passkey has to sign to sign its person in; it names nobody.",
    access: Access::Public,
    rate: RateClass::SignIn,
    audited: Audited::Exempt(Unaudited::PasskeyAsked),
    status: 200,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<PasskeyRequest>> {
    let Call { state: identity, scope, .. } = call;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let token = challenge::ask(system.tx(), Asked::SignIn).await?;
    system.commit_unaudited(Unaudited::PasskeyAsked).await?;
    Ok(Reply::ok(PasskeyRequest::new(&identity, &token, Vec::new())))
}
