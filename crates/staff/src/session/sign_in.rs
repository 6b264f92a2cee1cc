//! `POST /api/staff/v1/auth/sign-in`: address, password and code, all at once, begin a session.

use axum::http::Method;
use lk_base::id::{Id, StaffId};
use lk_base::text::Email;
use lk_base::{Error, Result, Secret};
use lk_crypto::password::Verdict;
use lk_db::{Action, Entry, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{StaffSession, begin};
use crate::{Call, factor, member};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "sign_in_as_staff",
    method: Method::POST,
    path: "/api/staff/v1/auth/sign-in",
    summary: "Sign in as staff: address, password and code of the app together.",
    access: Access::StaffEntrance,
    rate: RateClass::SignIn,
    audited: Audited::As(Action::StaffSignedIn),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SignInAsStaff")]
pub struct Input {
    /// The address.
    email: Email,
    /// The password.
    password: Secret,
    /// What the app shows.
    code: Secret,
}

/// One answer for all failures: unknown, stopped, never enrolled, wrong password, wrong code.
const WRONG: Error =
    Error::Refused { code: "wrong_credentials", detail: "Address, password or code is not right." };

/// HTTP in, HTTP out.
///
/// # Errors
/// `Refused` when anything is wrong; `RateLimited`.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<StaffSession>> {
    let Call { state: staff, scope, body: Input { email, password, code }, .. } = call;
    let admitted = staff.brake.admit(&email, &scope)?;
    let mut look = staff.db.write(&scope).await?;
    let login = member::login(&mut look, &email).await?;
    drop(look);
    let stored = login.as_ref().map(|login| login.password.clone());
    let verdict = staff.hasher.verify(password, stored).await?;
    let mut tx = staff.db.write(&scope).await?;
    let (Some(login), true) = (login, verdict != Verdict::Wrong) else {
        tx.commit(Entry::without_target(Action::StaffSignInFailed)).await?;
        return Err(WRONG);
    };
    // Changed or stopped while the password was looked at.
    if !still_has(&mut tx, login.id, &login.password).await? {
        return Err(WRONG);
    }
    if !factor::spend(&mut tx, staff.db.sealer(), login.id, &code).await? {
        tx.commit(Entry::new(Action::StaffSignInFailed, login.id)).await?;
        return Err(WRONG);
    }
    if let Verdict::RightButOld(hash) = verdict {
        renew_hash(&mut tx, login.id, &hash).await?;
    }
    let (session, cookie) = begin(&mut tx, login.id).await?;
    tx.commit(Entry::new(Action::StaffSignedIn, login.id)).await?;
    staff.brake.forgive(&admitted);
    Ok(Reply::ok(session).cookie(cookie))
}

/// Whether the password is still this one, and the member not stopped; they stay so until the
/// transaction ends.
async fn still_has(tx: &mut WriteTx, member: StaffId, password: &str) -> Result<bool> {
    let workspace = tx.workspace();
    let held = sqlx::query_scalar!(
        r#"select 1 as "there!"
             from staff
            where workspace_id = $1
              and staff_id = $2
              and password = $3
              and disabled_at is null
              for update"#,
        workspace,
        member.uuid(),
        password,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(held.is_some())
}

async fn renew_hash(tx: &mut WriteTx, member: StaffId, hash: &str) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "update staff set password = $3 where workspace_id = $1 and staff_id = $2",
        workspace,
        member.uuid(),
        hash,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
