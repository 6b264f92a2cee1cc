//! What staff may do: roles × permissions of their own, which no role of a workspace comes near.
//!
//! **Invariant:** deny by default, as for operators, and apart from them: no type of the one is a
//! type of the other, so neither table can be asked about the other's people.

/// A role of staff, from the least to the most.
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
pub enum StaffRole {
    /// Helps workspaces that let them in.
    Support,
    /// Also ends anybody's access, and stops those below.
    Admin,
    /// Also decides who is staff.
    SuperAdmin,
}

impl StaffRole {
    /// All roles, from the least to the most.
    pub const ALL: [Self; 3] = [Self::Support, Self::Admin, Self::SuperAdmin];

    /// The name in JSON, SQL and the printed table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::Admin => "admin",
            Self::SuperAdmin => "super_admin",
        }
    }

    /// The role with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether this role has the permission.
    #[must_use]
    pub fn may(self, permission: StaffPermission) -> bool {
        permission.least_role().is_some_and(|least| self >= least)
    }

    /// Everything this role may do.
    #[must_use]
    pub fn permissions(self) -> Vec<StaffPermission> {
        StaffPermission::ALL.iter().copied().filter(|permission| self.may(*permission)).collect()
    }
}

macro_rules! permissions {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal, $least:expr;)*) => {
        /// Something a member of staff may be allowed to do.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        pub enum StaffPermission {
            $($(#[doc = $doc])* #[serde(rename = $text)] $name,)*
        }

        impl StaffPermission {
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
            pub const fn least_role(self) -> Option<StaffRole> {
                match self { $(Self::$name => $least),* }
            }
        }
    };
}

permissions! {
    /// See and end one's own sessions, prove again who one is, sign out.
    OwnSession = "session.own", Some(StaffRole::Support);
    /// See which version runs, since when, and where it listens.
    InstanceRead = "instance.read", Some(StaffRole::Support);
    /// See which workspaces there are: id, name, age and number of operators.
    WorkspaceList = "workspace.list", Some(StaffRole::Support);
    /// See who is staff.
    StaffRead = "staff.read", Some(StaffRole::Support);
    /// Read staff's own audit stream.
    EntryRead = "entry.read", Some(StaffRole::Support);
    /// Ask for access to a workspace, and end one's own.
    GrantAsk = "grant.ask", Some(StaffRole::Support);
    /// Look at a workspace while one has access to it.
    GrantUse = "grant.use", Some(StaffRole::Support);
    /// See and end anybody's access.
    GrantManage = "grant.manage", Some(StaffRole::Admin);
    /// Stop staff below one's own role.
    StaffDisable = "staff.disable", Some(StaffRole::Admin);
    /// Make staff, change their roles, let them in again, and make them new links.
    StaffManage = "staff.manage", Some(StaffRole::SuperAdmin);
}

/// The table of staff's roles and permissions as Markdown.
pub(crate) fn printed_table() -> String {
    let mut out = String::from(
        "\n## Staff\n\n\
         Internal administrators of the installation, on the private listener only. None of these \
         is a permission in a workspace: looking at one takes `grant.use` and access that was \
         asked for with a reason.\n\n| Permission | What it allows |",
    );
    for role in StaffRole::ALL {
        out.push_str(&format!(" {} |", role.name()));
    }
    out.push_str("\n| --- | --- | --- | --- | --- |\n");
    for permission in StaffPermission::ALL {
        out.push_str(&format!("| `{}` | {} |", permission.name(), permission.meaning().trim()));
        for role in StaffRole::ALL {
            out.push_str(if role.may(*permission) { " ✔ |" } else { " ✘ |" });
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_role_may_do_all_that_a_lower_one_may() {
        for permission in StaffPermission::ALL {
            for pair in StaffRole::ALL.windows(2) {
                assert!(!pair[0].may(*permission) || pair[1].may(*permission), "{permission:?}");
            }
        }
    }

    #[test]
    fn support_neither_decides_who_is_staff_nor_ends_what_others_have() {
        let denied = [
            StaffPermission::StaffManage,
            StaffPermission::StaffDisable,
            StaffPermission::GrantManage,
        ];
        assert!(denied.iter().all(|permission| !StaffRole::Support.may(*permission)));
        assert!(!StaffRole::Admin.may(StaffPermission::StaffManage));
    }
}
