//! The declaration of an operation: router, permission, rate class, audit, document, sweeps.

use axum::http::Method;
use lk_authz::{KeyScope, KeyScopes, Permission, StaffPermission};
use lk_db::Action;

use crate::limit::RateClass;

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: there is nobody to know yet.
    Public,
    /// The holder of a cookie of ours, from our own pages: needs the header `Leadkeep-Client`,
    /// which makes a forged cross-site call impossible without our consent (CORS).
    Cookie(OwnCookie),
    /// An operator with the permission, or an API key with a scope that has it.
    Operator(Permission),
    /// An operator with the permission, who proved within the last ten minutes who they are.
    Fresh(Permission),
    /// A widget on an allowed site, with or without a visitor's session.
    Widget,
    /// A visitor with a session, on an allowed site.
    Visitor,
    /// Anybody, from staff's own page: there is nobody to know yet.
    StaffEntrance,
    /// A member of staff whose role has the permission, among the platform's rows.
    Staff(StaffPermission),
    /// The same, who proved within the last ten minutes who they are.
    StaffFresh(StaffPermission),
    /// A member of staff in a workspace, while they have access to it.
    Granted(StaffPermission),
}

/// Which cookie it is. What is in it is the operation's own matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnCookie {
    /// The refresh token of a session.
    Refresh,
    /// What a browser was given that set out to a workspace's provider.
    SignOn,
}

impl OwnCookie {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refresh => "__Host-lk_refresh",
            Self::SignOn => "__Host-lk_sso",
        }
    }

    /// What the document calls it.
    pub(crate) const fn scheme(self) -> &'static str {
        match self {
            Self::Refresh => "refresh_cookie",
            Self::SignOn => "sign_on_cookie",
        }
    }
}

impl Access {
    /// The permission that an operator needs; `None` where others than operators call.
    #[must_use]
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::Operator(permission) | Self::Fresh(permission) => Some(permission),
            _ => None,
        }
    }

    /// The permission that a member of staff needs; `None` where others than staff call.
    #[must_use]
    pub const fn staff_permission(self) -> Option<StaffPermission> {
        match self {
            Self::Staff(permission) | Self::StaffFresh(permission) | Self::Granted(permission) => {
                Some(permission)
            }
            _ => None,
        }
    }

    /// Whether it is an operation of staff, which the private listener alone serves.
    #[must_use]
    pub const fn is_of_staff(self) -> bool {
        matches!(self, Self::StaffEntrance) || self.staff_permission().is_some()
    }

    /// The scopes of which an API key needs one; none where no key can call. A key never proves
    /// again who it is, because there is nobody to ask.
    #[must_use]
    pub fn scopes(self) -> Vec<KeyScope> {
        let Self::Operator(permission) = self else { return Vec::new() };
        let has = |scope: &KeyScope| KeyScopes::of([*scope]).may(permission);
        KeyScope::ALL.iter().copied().filter(has).collect()
    }
}

/// What a successful call leaves in the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audited {
    /// Exactly one entry with this action; for reading the log, one in ten minutes.
    As(Action),
    /// Exactly one entry in staff's own stream, and one in the log of the workspace it is about.
    InBoth {
        /// In staff's own stream.
        staff: Action,
        /// In the workspace's log.
        workspace: Action,
    },
    /// Nothing: it reads.
    Reads,
    /// Nothing, for a listed reason (see [`lk_db::Unaudited`]).
    Exempt(lk_db::Unaudited),
}

/// An operation of the API, declared once.
#[derive(Debug)]
pub struct Operation {
    /// Its name in the document and in generated clients.
    pub id: &'static str,
    /// The method.
    pub method: Method,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// One sentence for the document.
    pub summary: &'static str,
    /// Who may call.
    pub access: Access,
    /// How often.
    pub rate: RateClass,
    /// What it leaves behind.
    pub audited: Audited,
    /// The status of a success.
    pub status: u16,
}

impl Operation {
    /// The noun it belongs to, for the document: the first part of the path after the version.
    #[must_use]
    pub fn tag(&self) -> &'static str {
        let mut parts = self.path.split('/').skip_while(|part| *part != "v1").skip(1);
        parts.next().unwrap_or("api")
    }
}
