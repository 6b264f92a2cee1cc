//! An access token becomes a scope: signature, session, context, membership. For API keys see
//! [`crate::api_key::present`].

use std::sync::Arc;

use lk_authz::{Reach, Role};
use lk_base::id::{ApiKeyId, ContextId, Id, OperatorId, PersonId, SessionId, WorkspaceId};
use lk_base::{Error, Result, Secret, Timestamp};
use lk_crypto::Claims;
use lk_db::outbox::{Announced, Listener};
use lk_db::{Actor, EventKind, Origin, Recent, Scope, SystemReason};

use crate::Identity;
use crate::api_key::present;
use crate::factor::reach::{Enrolled, OfMembers, reach};
use crate::factor::{Factor, standing};
use crate::nobody::{nobody, nobody_in};
use crate::session::limits::{Age, Bounds, Tighter, limits};
use crate::sso::{Offer, admits};

/// Sessions and keys that were looked at a moment ago: each in one workspace.
#[derive(Debug, Default)]
pub struct Known {
    sessions: Recent<(SessionId, ContextId), Standing>,
    /// By id and hash, so that only the same secret finds it again.
    pub(crate) keys: Recent<(ApiKeyId, Vec<u8>), present::Standing>,
}

/// What is known of a session: whose it is, what they reach, and when they last proved it.
#[derive(Debug, Clone, Copy)]
struct Standing {
    operator: OperatorId,
    role: Role,
    reach: Reach,
    authenticated_at: Timestamp,
}

impl Known {
    /// Forgets a session: the next request asks the database.
    pub fn forget_session(&self, session: SessionId) {
        self.sessions.forget(|(known, _), _| *known == session);
    }

    /// Forgets everybody: what a workspace or a person reaches has changed.
    pub fn forget_all(&self) {
        self.sessions.forget(|_, _| true);
    }

    /// Forgets an operator.
    pub fn forget_operator(&self, operator: OperatorId) {
        self.sessions.forget(|_, known| known.operator == operator);
    }

    /// Forgets a key.
    pub fn forget_key(&self, key: ApiKeyId) {
        self.keys.forget(|(known, _), _| *known == key);
    }
}

impl Listener for Known {
    fn hear(&self, batch: &[Announced]) {
        let ends = |event: &Announced| {
            matches!(
                event.kind,
                EventKind::SessionEnded
                    | EventKind::ContextEnded
                    | EventKind::OperatorRoleChanged
                    | EventKind::OperatorRemoved
                    | EventKind::ReachChanged
            )
        };
        if batch.iter().any(ends) {
            self.sessions.forget(|_, _| true);
        }
        let keys = [EventKind::ApiKeyRevoked, EventKind::ApiKeyRotated];
        if batch.iter().any(|event| keys.contains(&event.kind)) {
            self.keys.forget(|_, _| true);
        }
    }
}

impl Identity {
    /// Who stands behind an access token.
    ///
    /// # Errors
    /// `Unauthenticated`: `unauthenticated` for a token that is not good, `session_ended` for a
    /// session that is over, `context_switched` when the session went to another workspace.
    pub async fn authenticate(&self, token: &Secret, origin: Arc<Origin>) -> Result<Scope> {
        let claims = self
            .keys
            .ring()
            .verify(token.expose(), self.db.clock().now())
            .map_err(|_| Error::Unauthenticated { code: "unauthenticated" })?;
        let key = (claims.sid, claims.ctx);
        let known = match self.known.sessions.get(&key) {
            Some(known) => known,
            None => {
                let begun = self.known.sessions.begin();
                let known = self.look_up(&claims, &origin).await?;
                self.known.sessions.put(key, known, begun);
                known
            }
        };
        let scope =
            operator_scope(claims.wsp, claims.opr, claims.sub, claims.sid, known.role, origin);
        Ok(scope.proved_at(known.authenticated_at).reaching(known.reach))
    }

    /// Whether an operator's session and membership still hold: for sockets, whose token was
    /// checked long ago. Role and reach must be the same, because they decided what the socket may do.
    ///
    /// # Errors
    /// `Unauthenticated` when they do not.
    pub async fn still_good(&self, scope: &Scope) -> Result<()> {
        let ended = Error::Unauthenticated { code: "session_ended" };
        let Actor::Operator { operator, person, session, role } = scope.actor() else {
            return Err(ended);
        };
        let mut system =
            self.db.system(SystemReason::SignIn, &nobody(scope.origin().clone())).await?;
        let tx = system.tx();
        let (workspace, now) = (tx.workspace(), tx.now());
        let found = sqlx::query!(
            r#"select s.sso_workspace_id as "bound: WorkspaceId",
                      s.factors as "factors: Vec<Factor>",
                      s.created_at as "begun: Timestamp",
                      s.last_seen_at as "seen: Timestamp",
                      d.enforced_since is not null as "enforced!"
                 from sessions s
                 left join sso_directory d
                   on d.workspace_id = $1 and d.member_workspace_id = s.context_workspace_id
                where s.workspace_id = $1
                  and s.session_id = $2
                  and s.context_operator_id = $3
                  and s.revoked_at is null
                  and s.expires_at > $4"#,
            workspace,
            session.uuid(),
            operator.uuid(),
            now.sql(),
        )
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Error::Unauthenticated { code: "session_ended" })?;
        let offer = if found.enforced { Offer::Only } else { Offer::Beside };
        let alive = admits(offer, scope.workspace(), role, found.bound, &found.factors);
        let has = standing(tx, person).await?;
        system.enter(nobody_in(scope.workspace(), scope.origin().clone())).await?;
        match membership(system.tx(), operator).await? {
            Some(member)
                if alive
                    && member.person == person
                    && member.role == role
                    && member
                        .bounds(self)
                        .keep(Age { begun: found.begun, seen: found.seen }, now)
                    && member.reach(self, has) == scope.reach() =>
            {
                Ok(())
            }
            _ => Err(ended),
        }
    }

    async fn look_up(&self, claims: &Claims, origin: &Arc<Origin>) -> Result<Standing> {
        let ended = Error::Unauthenticated { code: "session_ended" };
        let mut system = self.db.system(SystemReason::SignIn, &nobody(Arc::clone(origin))).await?;
        let tx = system.tx();
        let (workspace, now) = (tx.workspace(), tx.now());
        let session = sqlx::query!(
            r#"select s.person_id  as "person: PersonId",
                      s.context_id as "context: ContextId",
                      s.expires_at as "expires_at: Timestamp",
                      s.revoked_at as "revoked_at: Timestamp",
                      s.authenticated_at as "authenticated_at: Timestamp",
                      s.created_at as "begun: Timestamp",
                      s.last_seen_at as "seen: Timestamp",
                      s.sso_workspace_id as "bound: WorkspaceId",
                      s.factors as "factors: Vec<Factor>",
                      d.enforced_since is not null as "enforced!"
                 from sessions s
                 left join sso_directory d
                   on d.workspace_id = $1 and d.member_workspace_id = s.context_workspace_id
                where s.workspace_id = $1
                  and s.session_id = $2"#,
            workspace,
            claims.sid.uuid(),
        )
        .fetch_optional(tx.conn())
        .await?;
        let session = match session {
            Some(found)
                if found.revoked_at.is_none()
                    && found.expires_at > now
                    && found.person == claims.sub =>
            {
                found
            }
            _ => return Err(ended),
        };
        if session.context != claims.ctx {
            return Err(Error::Unauthenticated { code: "context_switched" });
        }
        let has = standing(system.tx(), claims.sub).await?;
        system.enter(nobody_in(claims.wsp, Arc::clone(origin))).await?;
        let member = membership(system.tx(), claims.opr).await?.ok_or(ended)?;
        let offer = if session.enforced { Offer::Only } else { Offer::Beside };
        let admitted = admits(offer, claims.wsp, member.role, session.bound, &session.factors);
        let age = Age { begun: session.begun, seen: session.seen };
        if member.person == claims.sub && admitted && member.bounds(self).keep(age, now) {
            Ok(Standing {
                operator: claims.opr,
                role: member.role,
                reach: member.reach(self, has),
                authenticated_at: session.authenticated_at,
            })
        } else {
            Err(Error::Unauthenticated { code: "session_ended" })
        }
    }
}

/// An operator as the database knows them now.
pub(crate) struct Member {
    pub(crate) person: PersonId,
    pub(crate) role: Role,
    required: OfMembers,
    tighter: Tighter,
    sessions_ended_at: Option<Timestamp>,
}

impl Member {
    /// What they reach, with or without a second factor.
    pub(crate) fn reach(&self, identity: &Identity, has: Enrolled) -> Reach {
        reach(identity.of_admins, self.required, self.role, has)
    }

    /// Which of their sessions are good.
    pub(crate) fn bounds(&self, identity: &Identity) -> Bounds {
        Bounds {
            limits: limits(&identity.lifetimes, self.tighter, self.role),
            ended_at: self.sessions_ended_at,
        }
    }
}

/// The operator, unless removed.
pub(crate) async fn membership(
    tx: &mut lk_db::WriteTx,
    operator: OperatorId,
) -> Result<Option<Member>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select o.person_id as "person: PersonId",
                  o.role      as "role: Role",
                  o.sessions_ended_at as "sessions_ended_at: Timestamp",
                  w.session_idle_minutes,
                  w.session_absolute_minutes,
                  w.factor_required_since is not null as "required!"
             from operators o
             join workspaces w using (workspace_id)
            where o.workspace_id = $1
              and o.operator_id = $2
              and o.removed_at is null"#,
        workspace,
        operator.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Member {
        person: row.person,
        role: row.role,
        required: OfMembers::of(row.required),
        tighter: Tighter::stored(row.session_idle_minutes, row.session_absolute_minutes),
        sessions_ended_at: row.sessions_ended_at,
    }))
}

/// The scope of an operator whose session and membership were read from the database.
#[expect(clippy::disallowed_methods, reason = "this is the authenticator of operators")]
pub(crate) fn operator_scope(
    workspace: WorkspaceId,
    operator: OperatorId,
    person: PersonId,
    session: SessionId,
    role: Role,
    origin: Arc<Origin>,
) -> Scope {
    Scope::assume_authenticated(
        workspace,
        Actor::Operator { operator, person, session, role },
        origin,
    )
}
