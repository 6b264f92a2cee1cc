//! Who acts, in which workspace, from where.

use std::net::IpAddr;
use std::sync::Arc;

use lk_authz::{KeyScopes, Permission, Reach, Role, StaffPermission, StaffRole};
use lk_base::id::{
    ApiKeyId, GrantId, Id, OperatorId, PersonId, SessionId, StaffId, StaffSessionId, VisitorId,
    WorkspaceId,
};
use lk_base::{Personal, Secret, Timestamp};
use uuid::Uuid;

/// Whoever stands behind a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A member of the workspace, signed in.
    Operator {
        /// The membership.
        operator: OperatorId,
        /// The login behind it.
        person: PersonId,
        /// The device they are on.
        session: SessionId,
        /// What they may do.
        role: Role,
    },
    /// A program with an API key.
    ApiKey {
        /// Which one.
        key: ApiKeyId,
        /// What it may do.
        scopes: KeyScopes,
    },
    /// A browser with the widget.
    Visitor {
        /// Which one.
        visitor: VisitorId,
    },
    /// An internal administrator of the installation: among the platform's rows, or in a workspace
    /// while they have access to it.
    Staff {
        /// Which one.
        staff: StaffId,
        /// The tab they are in.
        session: StaffSessionId,
        /// What they may do.
        role: StaffRole,
        /// What lets them into the workspace; none among the platform's rows.
        grant: Option<GrantId>,
    },
    /// A login outside any workspace: while signing in.
    Person {
        /// Which one.
        person: PersonId,
    },
    /// Nobody known: a sign-in that failed.
    Nobody,
    /// The product itself: the clock, the start.
    System,
}

impl Actor {
    /// The kind, as stored and shown.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Operator { .. } => "operator",
            Self::ApiKey { .. } => "api_key",
            Self::Visitor { .. } => "visitor",
            Self::Staff { .. } => "staff",
            Self::Person { .. } => "person",
            Self::Nobody => "nobody",
            Self::System => "system",
        }
    }

    /// The id, as stored.
    #[must_use]
    pub fn uuid(self) -> Option<Uuid> {
        match self {
            Self::Operator { operator, .. } => Some(operator.uuid()),
            Self::ApiKey { key, .. } => Some(key.uuid()),
            Self::Visitor { visitor } => Some(visitor.uuid()),
            Self::Staff { staff, .. } => Some(staff.uuid()),
            Self::Person { person } => Some(person.uuid()),
            Self::Nobody | Self::System => None,
        }
    }

    /// The id, as shown.
    #[must_use]
    pub fn text(self) -> Option<String> {
        match self {
            Self::Operator { operator, .. } => Some(operator.to_string()),
            Self::ApiKey { key, .. } => Some(key.to_string()),
            Self::Visitor { visitor } => Some(visitor.to_string()),
            Self::Staff { staff, .. } => Some(staff.to_string()),
            Self::Person { person } => Some(person.to_string()),
            Self::Nobody | Self::System => None,
        }
    }

    /// Whether their role, or their key's scopes, have the permission. Others have none, staff
    /// included: theirs are of another kind ([`Actor::may_as_staff`]).
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        match self {
            Self::Operator { role, .. } => role.may(permission),
            Self::ApiKey { scopes, .. } => scopes.may(permission),
            Self::Visitor { .. }
            | Self::Staff { .. }
            | Self::Person { .. }
            | Self::Nobody
            | Self::System => false,
        }
    }

    /// Whether their role among staff has the permission. Nobody else has any.
    #[must_use]
    pub fn may_as_staff(self, permission: StaffPermission) -> bool {
        matches!(self, Self::Staff { role, .. } if role.may(permission))
    }

    /// The session, for operators.
    #[must_use]
    pub const fn session(self) -> Option<SessionId> {
        match self {
            Self::Operator { session, .. } => Some(session),
            _ => None,
        }
    }

    /// The session, as stored: of operators and of staff.
    #[must_use]
    pub fn session_uuid(self) -> Option<Uuid> {
        match self {
            Self::Operator { session, .. } => Some(session.uuid()),
            Self::Staff { session, .. } => Some(session.uuid()),
            _ => None,
        }
    }
}

/// Where a request came from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The caller's address, `None` for the product itself.
    pub address: Option<Personal<IpAddr>>,
    /// The `User-Agent` header, cut at 256 bytes.
    pub user_agent: Option<String>,
    /// What the browser shows to be known again by.
    pub device: Option<Secret>,
    /// The request's id, also in its log lines and in `X-Request-Id`.
    pub request_id: String,
}

impl Origin {
    /// The product itself.
    #[must_use]
    pub fn system(what: &str) -> Self {
        let request_id = format!("system:{what}");
        Self { address: None, user_agent: None, device: None, request_id }
    }
}

/// The right to touch one workspace's rows, and the name under which it happens.
///
/// Only the authenticator makes one (and the testkit, and the product for itself): clippy refuses
/// [`Scope::assume_authenticated`] elsewhere.
#[derive(Debug, Clone)]
pub struct Scope {
    workspace: WorkspaceId,
    actor: Actor,
    origin: Arc<Origin>,
    authenticated_at: Option<Timestamp>,
    reach: Reach,
}

impl Scope {
    /// Claims that the actor was authenticated and belongs to the workspace.
    #[must_use]
    pub const fn assume_authenticated(
        workspace: WorkspaceId,
        actor: Actor,
        origin: Arc<Origin>,
    ) -> Self {
        Self { workspace, actor, origin, authenticated_at: None, reach: Reach::Whole }
    }

    /// The product's own scope, for this crate's bookkeeping.
    pub(crate) const fn of_the_product(
        workspace: WorkspaceId,
        actor: Actor,
        origin: Arc<Origin>,
    ) -> Self {
        Self { workspace, actor, origin, authenticated_at: None, reach: Reach::Whole }
    }

    /// The same scope, of somebody who proved who they are at this moment.
    #[must_use]
    pub const fn proved_at(mut self, moment: Timestamp) -> Self {
        self.authenticated_at = Some(moment);
        self
    }

    /// The same scope, of somebody who has this much of their role.
    #[must_use]
    pub const fn reaching(mut self, reach: Reach) -> Self {
        self.reach = reach;
        self
    }

    /// How much of their role whoever acts has.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        self.reach
    }

    /// Whether nothing is open to whoever acts but enrolling a second factor.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.reach != Reach::Whole
    }

    /// When whoever acts last proved who they are; `None` for those who never do.
    #[must_use]
    pub const fn authenticated_at(&self) -> Option<Timestamp> {
        self.authenticated_at
    }

    /// The workspace.
    #[must_use]
    pub const fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// Who acts.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// From where.
    #[must_use]
    pub const fn origin(&self) -> &Arc<Origin> {
        &self.origin
    }

    /// The operator who acts.
    ///
    /// # Errors
    /// `Forbidden` when somebody else does; declared permissions make that unreachable.
    pub const fn operator(&self) -> lk_base::Result<OperatorId> {
        match self.actor {
            Actor::Operator { operator, .. } => Ok(operator),
            _ => Err(lk_base::Error::Forbidden { code: "operators_only" }),
        }
    }

    /// The operator for whom the workspace is read; `None` for a key, which keeps no place in what
    /// it has read.
    ///
    /// # Errors
    /// `Forbidden` when somebody from outside the workspace acts.
    pub const fn reader(&self) -> lk_base::Result<Option<OperatorId>> {
        match self.actor {
            Actor::Operator { operator, .. } => Ok(Some(operator)),
            Actor::ApiKey { .. } => Ok(None),
            _ => Err(lk_base::Error::Forbidden { code: "operators_only" }),
        }
    }

    /// The member of staff who acts: id, session, role.
    ///
    /// # Errors
    /// `Forbidden` when somebody else does.
    pub const fn staff(&self) -> lk_base::Result<(StaffId, StaffSessionId, StaffRole)> {
        match self.actor {
            Actor::Staff { staff, session, role, .. } => Ok((staff, session, role)),
            _ => Err(lk_base::Error::Forbidden { code: "staff_only" }),
        }
    }

    /// What lets staff into this workspace.
    ///
    /// # Errors
    /// `Forbidden` when nothing does, or somebody else acts.
    pub const fn grant(&self) -> lk_base::Result<GrantId> {
        match self.actor {
            Actor::Staff { grant: Some(grant), .. } => Ok(grant),
            _ => Err(lk_base::Error::Forbidden { code: "staff_only" }),
        }
    }

    /// The visitor who acts.
    ///
    /// # Errors
    /// `Forbidden` when somebody else does.
    pub const fn visitor(&self) -> lk_base::Result<VisitorId> {
        match self.actor {
            Actor::Visitor { visitor } => Ok(visitor),
            _ => Err(lk_base::Error::Forbidden { code: "visitors_only" }),
        }
    }
}
