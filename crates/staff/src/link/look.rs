//! `POST /api/staff/v1/auth/link`: whose link it is, and the secret of the app that comes with it.

use axum::http::Method;
use lk_base::{Personal, Result, Secret, Shown};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::find;
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "look_at_staff_link",
    method: Method::POST,
    path: "/api/staff/v1/auth/link",
    summary: "Whose link it is, and the secret for their authenticator app; nothing is used up by looking.",
    access: Access::StaffEntrance,
    rate: RateClass::SignIn,
    audited: Audited::Reads,
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LookAtStaffLink")]
pub struct Input {
    /// What follows the `#` of the link.
    token: Secret,
}

/// What the link is for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StaffWelcome {
    /// The address that signs in.
    email: Personal,
    /// What they are called.
    name: Personal,
    /// For typing into an app: base 32.
    secret: Shown,
    /// For a QR code: an `otpauth://` address.
    uri: Shown,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `Refused` for a link that cannot be used.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<StaffWelcome>> {
    let Call { state: staff, scope, body, .. } = call;
    let mut tx = staff.db.write(&scope).await?;
    let link = find(&mut tx, &staff, &body.token).await?;
    Ok(Reply::ok(StaffWelcome {
        secret: Shown::once(link.secret.text().expose().clone()),
        uri: Shown::once(
            link.secret.uri(&format!("staff {}", link.email.reveal())).expose().clone(),
        ),
        email: link.email,
        name: link.name,
    }))
}
