//! `POST /api/staff/v1/auth/step-up`: prove again who one is, with password and code.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::id::{Id, StaffSessionId};
use lk_base::{Error, Result, Secret};
use lk_crypto::password::Verdict;
use lk_db::{Action, Entry, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{StaffStanding, standing};
use crate::{Call, factor, member};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "step_up_as_staff",
    method: Method::POST,
    path: "/api/staff/v1/auth/step-up",
    summary: "Prove again who one is, for what asks that it was lately.",
    access: Access::Staff(StaffPermission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::StaffSteppedUp),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "StepUpAsStaff")]
pub struct Input {
    /// The password.
    password: Secret,
    /// What the app shows.
    code: Secret,
}

/// Which of the two was wrong is not said.
const WRONG: Error =
    Error::Refused { code: "wrong_credentials", detail: "Password or code is not right." };

/// HTTP in, HTTP out.
///
/// # Errors
/// `Refused` when either is wrong.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<StaffStanding>> {
    let Call { state: staff, scope, body: Input { password, code }, .. } = call;
    let (id, session, _) = scope.staff()?;
    let mut look = staff.db.write(&scope).await?;
    let stored = member::password(&mut look, id).await?;
    drop(look);
    let verdict = staff.hasher.verify(password, stored).await?;
    let mut tx = staff.db.write(&scope).await?;
    if verdict == Verdict::Wrong || !factor::spend(&mut tx, staff.db.sealer(), id, &code).await? {
        tx.commit(Entry::new(Action::StaffStepUpFailed, session)).await?;
        return Err(WRONG);
    }
    keep(&mut tx, session).await?;
    let standing = standing(&mut tx, id, session).await?;
    tx.commit(Entry::new(Action::StaffSteppedUp, session)).await?;
    Ok(Reply::ok(standing))
}

async fn keep(tx: &mut WriteTx, session: StaffSessionId) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update staff_sessions
            set authenticated_at = $3
          where workspace_id = $1
            and staff_session_id = $2
            and revoked_at is null",
        workspace,
        session.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
