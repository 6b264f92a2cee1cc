//! The two halves of a session become a scope: session, member, factor, and where asked for, grant.

use std::sync::Arc;
use std::time::Duration;

use lk_authz::StaffRole;
use lk_base::id::{GrantId, Id, StaffId, StaffSessionId, WorkspaceId};
use lk_base::{Error, Result, Secret, Timestamp};
use lk_crypto::TokenHash;
use lk_db::{Actor, Origin, Scope, SystemReason, Unaudited, WriteTx};
use lk_web::authenticate::Entering;

use crate::Staff;

/// A session ends when nothing was asked in it for this long.
pub const IDLE: Duration = Duration::from_secs(30 * 60);
/// How exactly it is kept when something was last asked.
const SEEN: Duration = Duration::from_secs(30);

/// What a session that holds is worth.
struct Standing {
    session: StaffSessionId,
    staff: StaffId,
    role: StaffRole,
    cookie_hash: Vec<u8>,
    authenticated_at: Timestamp,
    last_seen_at: Timestamp,
}

impl Staff {
    /// Who stands behind the two halves of a session, and where. Nothing is remembered from one
    /// request to the next: whoever is stopped, or loses access, is out at once.
    ///
    /// # Errors
    /// `Unauthenticated` when nobody does, `NotFound` when no grant lets them in.
    pub async fn authenticate(
        &self,
        token: &Secret,
        cookie: &Secret,
        entry: Entering,
        origin: Arc<Origin>,
    ) -> Result<Scope> {
        let mut system = self.db.system(SystemReason::Staff, &nobody(Arc::clone(&origin))).await?;
        let now = system.tx().now();
        let standing = standing(system.tx(), token)
            .await?
            .filter(|found| {
                TokenHash::stored(found.cookie_hash.clone())
                    .matches(&TokenHash::of(cookie.expose()))
            })
            .ok_or(Error::Unauthenticated { code: "session_ended" })?;
        let (workspace, grant) = match entry {
            Entering::Nowhere => (WorkspaceId::PLATFORM, None),
            Entering::With(grant) => {
                let grant = grant.ok_or(Error::NotFound)?;
                (granted(system.tx(), grant, standing.staff).await?, Some(grant))
            }
        };
        if now.since(standing.last_seen_at) >= SEEN {
            seen(system.tx(), standing.session).await?;
            system.commit_unaudited(Unaudited::LastSeen).await?;
        }
        let Standing { session, staff, role, authenticated_at, .. } = standing;
        let actor = Actor::Staff { staff, session, role, grant };
        Ok(scope(workspace, actor, origin).proved_at(authenticated_at))
    }
}

/// The session of a token, if it goes on and its member is whole: not stopped, with a password and
/// a factor.
async fn standing(tx: &mut WriteTx, token: &Secret) -> Result<Option<Standing>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    Ok(sqlx::query_as!(
        Standing,
        r#"select s.staff_session_id as "session: StaffSessionId",
                  s.staff_id         as "staff: StaffId",
                  m.role             as "role: StaffRole",
                  s.cookie_hash,
                  s.authenticated_at as "authenticated_at: Timestamp",
                  s.last_seen_at     as "last_seen_at: Timestamp"
             from staff_sessions s
             join staff m
               on m.workspace_id = s.workspace_id
              and m.staff_id = s.staff_id
             join staff_factors f
               on f.workspace_id = s.workspace_id
              and f.staff_id = s.staff_id
            where s.workspace_id = $1
              and s.token_hash = $2
              and s.revoked_at is null
              and s.expires_at > $3
              and s.last_seen_at > $4
              and m.disabled_at is null
              and m.password is not null"#,
        workspace,
        TokenHash::of(token.expose()).into_bytes(),
        now.sql(),
        now.minus(IDLE).sql(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The workspace that a grant of theirs lets them into at this moment. One that has ended, that is
/// somebody else's or that never was is not found, like the workspace behind it.
async fn granted(tx: &mut WriteTx, grant: GrantId, staff: StaffId) -> Result<WorkspaceId> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query_scalar!(
        r#"select granted_workspace_id as "workspace: WorkspaceId"
             from staff_grants
            where workspace_id = $1
              and grant_id = $2
              and staff_id = $3
              and ended_at is null
              and ends_at > $4"#,
        workspace,
        grant.uuid(),
        staff.uuid(),
        now.sql(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)
}

async fn seen(tx: &mut WriteTx, session: StaffSessionId) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update staff_sessions
            set last_seen_at = $3
          where workspace_id = $1
            and staff_session_id = $2",
        workspace,
        session.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "this is the authenticator of staff")]
fn scope(workspace: WorkspaceId, actor: Actor, origin: Arc<Origin>) -> Scope {
    Scope::assume_authenticated(workspace, actor, origin)
}

/// The same member of staff in a workspace, where what becomes of their access is told.
pub(crate) fn inside(
    scope: &Scope,
    workspace: WorkspaceId,
    grant: Option<GrantId>,
) -> Result<Scope> {
    let (staff, session, role) = scope.staff()?;
    let actor = Actor::Staff { staff, session, role, grant };
    Ok(self::scope(workspace, actor, Arc::clone(scope.origin())))
}

/// The same caller among the platform's rows, where grants lie.
pub(crate) fn on_platform(scope: &Scope) -> Scope {
    self::scope(WorkspaceId::PLATFORM, scope.actor(), Arc::clone(scope.origin()))
}

/// Somebody unknown, among the platform's rows.
pub(crate) fn nobody(origin: Arc<Origin>) -> Scope {
    scope(WorkspaceId::PLATFORM, Actor::Nobody, origin)
}

/// The administrator at the command line, among the platform's rows.
pub(crate) fn command_line() -> Scope {
    let origin = Arc::new(Origin::system("command line"));
    scope(WorkspaceId::PLATFORM, Actor::System, origin)
}
