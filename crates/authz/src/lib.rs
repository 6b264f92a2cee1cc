//! Who may do what: roles × permissions, API keys' scopes × permissions, staff's roles ×
//! permissions; pure functions, printed tables.
//!
//! **Invariant:** deny by default. A permission that no role is listed for belongs to nobody.
//! The table is printed to `docs/reference/permissions.md` and compared by `cargo xtask gen`.

mod key_scope;
mod staff;

pub use key_scope::{KeyScope, KeyScopes};
pub use staff::{StaffPermission, StaffRole};

/// An operator's role in one workspace, from the least to the most.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
    sqlx::Type,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Role {
    /// Answers conversations.
    User,
    /// Also runs the workspace: members, widget, settings.
    Admin,
    /// Also decides who runs it.
    SuperAdmin,
}

impl Role {
    /// All roles, from the least to the most.
    pub const ALL: [Self; 3] = [Self::User, Self::Admin, Self::SuperAdmin];

    /// The name in JSON, SQL and the printed table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
            Self::SuperAdmin => "super_admin",
        }
    }

    /// Whether this role has the permission.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        permission.least_role().is_some_and(|least| self >= least)
    }

    /// Everything this role may do.
    #[must_use]
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.iter().copied().filter(|permission| self.may(*permission)).collect()
    }

    /// Whether this role lies idle until its holder has enrolled a second factor.
    #[must_use]
    pub fn needs_factor(self) -> bool {
        self >= Self::Admin
    }
}

/// How much of a role its holder has at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All of it.
    Whole,
    /// Their own session and factors: a second factor is required of them, and they have none.
    Enrolment,
}

impl Reach {
    /// Whether the permission, if the role has it, counts.
    #[must_use]
    pub fn covers(self, permission: Permission) -> bool {
        match self {
            Self::Whole => true,
            Self::Enrolment => permission == Permission::OwnSession,
        }
    }
}

macro_rules! permissions {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal, $least:expr;)*) => {
        /// Something an operator may be allowed to do in a workspace.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        pub enum Permission {
            $($(#[doc = $doc])* #[serde(rename = $text)] $name,)*
        }

        impl Permission {
            /// All permissions, in the order of the printed table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name in JSON and in the printed table.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// What it allows, in one sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*)),* }
            }

            /// The least role that has it; `None` would mean nobody.
            #[must_use]
            pub const fn least_role(self) -> Option<Role> {
                match self { $(Self::$name => $least),* }
            }
        }
    };
}

permissions! {
    /// See conversations, messages and notes.
    ConversationRead = "conversation.read", Some(Role::User);
    /// Keep how far one has read.
    ConversationMark = "conversation.mark", Some(Role::User);
    /// Write replies and notes.
    ConversationReply = "conversation.reply", Some(Role::User);
    /// Assign, snooze, resolve and reopen conversations.
    ConversationManage = "conversation.manage", Some(Role::User);
    /// See contacts and visitors.
    ContactRead = "contact.read", Some(Role::User);
    /// Change contacts.
    ContactManage = "contact.manage", Some(Role::User);
    /// See who belongs to the workspace.
    MemberRead = "member.read", Some(Role::User);
    /// Invite colleagues and withdraw invitations.
    MemberInvite = "member.invite", Some(Role::Admin);
    /// Change roles and remove operators.
    MemberManage = "member.manage", Some(Role::Admin);
    /// See the widget's settings.
    WidgetRead = "widget.read", Some(Role::User);
    /// Change the widget's settings.
    WidgetManage = "widget.manage", Some(Role::Admin);
    /// See the workspace's settings.
    WorkspaceRead = "workspace.read", Some(Role::User);
    /// Change the workspace's settings.
    WorkspaceManage = "workspace.manage", Some(Role::Admin);
    /// See, make, rotate and revoke API keys.
    KeyManage = "key.manage", Some(Role::Admin);
    /// See and change how the workspace's people sign in: the provider, domains, enforcement.
    SsoManage = "sso.manage", Some(Role::SuperAdmin);
    /// Decide how members prove who they are.
    WorkspaceSecurity = "workspace.security", Some(Role::SuperAdmin);
    /// See who of the installation's staff has or had access to the workspace, and end it.
    StaffAccess = "staff_access.manage", Some(Role::SuperAdmin);
    /// Read the workspace's events.
    EventRead = "event.read", Some(Role::User);
    /// Read, review and export the audit log.
    AuditRead = "audit.read", Some(Role::Admin);
    /// Decide where the audit log is streamed to.
    AuditStream = "audit.stream", Some(Role::SuperAdmin);
    /// See and end one's own sessions, enrol second factors, switch workspace, sign out.
    OwnSession = "session.own", Some(Role::User);
}

/// The tables of roles, scopes and permissions as Markdown.
#[must_use]
pub fn printed_table() -> String {
    let mut out = String::from("| Permission | What it allows |");
    for role in Role::ALL {
        out.push_str(&format!(" {} |", role.name()));
    }
    out.push_str("\n| --- | --- | --- | --- | --- |\n");
    for permission in Permission::ALL {
        out.push_str(&format!("| `{}` | {} |", permission.name(), permission.meaning().trim()));
        for role in Role::ALL {
            out.push_str(if role.may(*permission) { " ✔ |" } else { " ✘ |" });
        }
        out.push('\n');
    }
    out.push_str(&key_scope::printed_table());
    out.push_str(&staff::printed_table());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_role_may_do_all_that_a_lower_one_may() {
        for permission in Permission::ALL {
            for pair in Role::ALL.windows(2) {
                assert!(!pair[0].may(*permission) || pair[1].may(*permission), "{permission:?}");
            }
        }
    }

    #[test]
    fn without_a_required_factor_nothing_is_left_but_ones_own_session() {
        for permission in Permission::ALL {
            assert!(Reach::Whole.covers(*permission));
            assert_eq!(Reach::Enrolment.covers(*permission), *permission == Permission::OwnSession);
        }
        assert_eq!(Role::ALL.map(Role::needs_factor), [false, true, true]);
    }

    #[test]
    fn a_user_cannot_change_who_belongs_to_the_workspace() {
        for permission in
            [Permission::MemberInvite, Permission::MemberManage, Permission::KeyManage]
        {
            assert!(!Role::User.may(permission));
        }
    }
}
