//! Sessions of staff: short, in two halves, and read again on every request.

pub mod list;
pub mod me;
pub mod revoke;
pub mod sign_in;
pub mod sign_out;
pub mod step_up;

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use axum::http::HeaderValue;
use lk_authz::StaffPermission;
use lk_base::id::{Id, StaffId, StaffSessionId};
use lk_base::{Error, Result, Shown, Timestamp, device};
use lk_crypto::{Place, Token, TokenHash};
use lk_db::WriteTx;
use lk_web::cookie::{self, Crossing};
use lk_web::credential::{OF_STAFF, STAFF};
use lk_web::routes::FRESH;
use schemars::JsonSchema;
use serde::Serialize;

use crate::authenticate::IDLE;
use crate::member::{self, Member};

/// A session ends, whatever happens.
pub const ABSOLUTE: Duration = Duration::from_secs(8 * 60 * 60);

/// Who somebody is, and for how long.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StaffStanding {
    /// Who.
    staff: Member,
    /// What they may do.
    permissions: Vec<StaffPermission>,
    /// In which session.
    session_id: StaffSessionId,
    /// Until when what asks for a fresh proof asks for no other.
    fresh_until: Timestamp,
    /// When the session ends, whatever happens.
    ends_at: Timestamp,
    /// After how many seconds without use it ends before.
    idle_seconds: u64,
}

/// A session that has just begun.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StaffSession {
    /// The half of it that the tab keeps; the other one is the cookie.
    token: Shown,
    /// Who it belongs to.
    #[serde(flatten)]
    standing: StaffStanding,
}

/// Writes a new session of somebody who has just proved who they are.
pub(crate) async fn begin(
    tx: &mut WriteTx,
    member: StaffId,
) -> Result<(StaffSession, HeaderValue)> {
    let (workspace, now, id) = (tx.workspace(), tx.now(), tx.new_id::<StaffSessionId>());
    let token = format!("{OF_STAFF}{}", Token::random().expose());
    let (half, origin) = (Token::random(), tx.scope().origin().clone());
    let address = origin
        .address
        .as_ref()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| *address.reveal());
    let place = Place { column: "staff_sessions.address", workspace, row: id.uuid() };
    let sealed = tx.seal(place, address.to_string().as_bytes())?;
    let masked = lk_base::MaskedAddress::of(address);
    sqlx::query!(
        "insert into staff_sessions
             (workspace_id, staff_session_id, staff_id, token_hash, cookie_hash, device,
              address_sealed, address_masked, created_at, last_seen_at, authenticated_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9, $10)",
        workspace,
        id.uuid(),
        member.uuid(),
        TokenHash::of(&token).into_bytes(),
        half.hash().into_bytes(),
        device::label(origin.user_agent.as_deref()),
        sealed,
        masked.as_str(),
        now.sql(),
        now.plus(ABSOLUTE).sql(),
    )
    .execute(tx.conn())
    .await?;
    let standing = standing(tx, member, id).await?;
    let cookie = cookie::set(STAFF, half.expose(), ABSOLUTE.as_secs(), Crossing::Strict);
    Ok((StaffSession { token: Shown::once(token), standing }, cookie))
}

/// What a session is worth now.
pub(crate) async fn standing(
    tx: &mut WriteTx,
    member: StaffId,
    session: StaffSessionId,
) -> Result<StaffStanding> {
    let staff = member::read(tx, member, Some(member)).await?;
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select authenticated_at as "proved_at: Timestamp", expires_at as "ends_at: Timestamp"
             from staff_sessions
            where workspace_id = $1
              and staff_session_id = $2
              and staff_id = $3"#,
        workspace,
        session.uuid(),
        member.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::Unauthenticated { code: "session_ended" })?;
    Ok(StaffStanding {
        permissions: staff.role.permissions(),
        staff,
        session_id: session,
        fresh_until: row.proved_at.plus(FRESH),
        ends_at: row.ends_at,
        idle_seconds: IDLE.as_secs(),
    })
}

/// Ends all sessions of a member of staff.
pub(crate) async fn end_all(tx: &mut WriteTx, member: StaffId) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update staff_sessions
            set revoked_at = $3
          where workspace_id = $1
            and staff_id = $2
            and revoked_at is null",
        workspace,
        member.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends one session of a member of staff: whether there was one that went on.
pub(crate) async fn end(
    tx: &mut WriteTx,
    member: StaffId,
    session: StaffSessionId,
) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let ended = sqlx::query!(
        "update staff_sessions
            set revoked_at = $4
          where workspace_id = $1
            and staff_id = $2
            and staff_session_id = $3
            and revoked_at is null",
        workspace,
        member.uuid(),
        session.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(ended.rows_affected() > 0)
}
