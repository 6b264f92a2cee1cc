//! `POST /api/staff/v1/auth/enrol`: a password and a code of the new app end a link, and begin a
//! session.

use axum::http::Method;
use lk_base::id::{Id, StaffId};
use lk_base::text::Email;
use lk_base::{Error, Result, Secret};
use lk_crypto::password::rules::About;
use lk_crypto::totp;
use lk_db::{Action, Entry, WriteTx};
use lk_mail::Letter;
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{BAD_LINK, find, take};
use crate::session::{StaffSession, begin, end_all};
use crate::{Call, Staff, factor};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "enrol_staff",
    method: Method::POST,
    path: "/api/staff/v1/auth/enrol",
    summary: "Set a password and prove the new app with a code of it; all older sessions end, a new one begins.",
    access: Access::StaffEntrance,
    rate: RateClass::SignIn,
    audited: Audited::As(Action::StaffEnrolled),
    status: 201,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EnrolStaff")]
pub struct Input {
    /// What follows the `#` of the link.
    token: Secret,
    /// The new password.
    password: Secret,
    /// What the app shows.
    code: Secret,
}

const WRONG_CODE: Error = Error::Refused {
    code: "wrong_code",
    detail: "That code is wrong. A new one comes every 30 seconds.",
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `Refused` for a link that cannot be used, a password that is not good enough, a wrong code.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<StaffSession>> {
    let Call { state: staff, scope, body: Input { token, password, code }, .. } = call;
    let mut look = staff.db.write(&scope).await?;
    let link = find(&mut look, &staff, &token).await?;
    let now = look.now();
    drop(look);
    let email = Email::parse(link.email.reveal()).map_err(Error::internal)?;
    let names = [link.name.reveal().clone()];
    staff.rules.check(&password, About { email: &email, names: &names })?;
    let step = link.secret.matching(code.expose(), totp::step_at(now.unix_seconds()));
    let step = step.ok_or(WRONG_CODE)?;
    let hash = staff.hasher.hash(password).await?;
    let mut tx = staff.db.write(&scope).await?;
    // Used or withdrawn while the password was hashed.
    if !take(&mut tx, &token).await? || !set_password(&mut tx, link.member, &hash).await? {
        return Err(BAD_LINK);
    }
    factor::put(&mut tx, link.member, &link.secret, step).await?;
    end_all(&mut tx, link.member).await?;
    let (session, cookie) = begin(&mut tx, link.member).await?;
    // Whoever hands a link out has it, too: whose login it is hears of its use.
    lk_mail::post(&mut tx, Some(&email), &enrolled(&staff)).await?;
    tx.commit(Entry::new(Action::StaffEnrolled, link.member)).await?;
    Ok(Reply::created(session).cookie(cookie))
}

fn enrolled(staff: &Staff) -> Letter {
    Letter::new("staff_enrolled", "Your staff login has a new password and a new app".to_owned())
        .says("Somebody used the link for your staff login just now, and set its password and its authenticator app. All sessions that were open have ended.")
        .says("If it was not you, tell a super admin of the staff at once: they can stop the login. On the machine itself, leadkeep admin staff-link makes a new link.")
        .link("Staff's page, on the machine itself", format!("{}/staff", staff.console_url))
}

/// Keeps a new password, unless the member was stopped meanwhile.
async fn set_password(tx: &mut WriteTx, member: StaffId, hash: &str) -> Result<bool> {
    let workspace = tx.workspace();
    let set = sqlx::query!(
        "update staff
            set password = $3
          where workspace_id = $1
            and staff_id = $2
            and disabled_at is null",
        workspace,
        member.uuid(),
        hash,
    )
    .execute(tx.conn())
    .await?;
    Ok(set.rows_affected() > 0)
}
