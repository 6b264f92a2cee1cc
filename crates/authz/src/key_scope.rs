//! What an API key may do: scopes, each a few permissions, printed beside the roles.
//!
//! **Invariant:** no scope reaches sessions, persons, members' roles, keys or settings: what a
//! thief could use to stay is for people only.

use serde::de::Error as _;

use crate::Permission;

macro_rules! scopes {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal, [$($permission:ident),*];)*) => {
        /// Something an API key may be allowed to do in its workspace.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        pub enum KeyScope {
            $($(#[doc = $doc])* #[serde(rename = $text)] $name,)*
        }

        impl KeyScope {
            /// All scopes, in the order of the printed table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name in JSON, SQL and the printed table.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// What it allows, in one sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*)),* }
            }

            /// The permissions it comes to.
            #[must_use]
            pub const fn permissions(self) -> &'static [Permission] {
                match self { $(Self::$name => &[$(Permission::$permission),*]),* }
            }
        }
    };
}

scopes! {
    /// See conversations, messages and notes, and the contacts beside them.
    ConversationsRead = "conversations:read", [ConversationRead];
    /// Also write replies and notes.
    ConversationsReply = "conversations:reply", [ConversationRead, ConversationReply];
    /// Also assign, snooze, resolve and reopen.
    ConversationsManage = "conversations:manage", [ConversationRead, ConversationManage];
    /// See contacts.
    ContactsRead = "contacts:read", [ContactRead];
    /// Also change contacts.
    ContactsManage = "contacts:manage", [ContactRead, ContactManage];
    /// Read events: everything that happens, with the words, contacts and names in it.
    EventsRead = "events:read", [EventRead];
    /// See who belongs to the workspace, for example to assign a conversation.
    MembersRead = "members:read", [MemberRead];
    /// See the widget's settings.
    WidgetRead = "widget:read", [WidgetRead];
    /// See the workspace's settings.
    WorkspaceRead = "workspace:read", [WorkspaceRead];
}

impl KeyScope {
    /// The scope with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.name() == name)
    }
}

/// The scopes of one key, at least one; each counts once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyScopes(u32);

impl KeyScopes {
    /// These scopes.
    #[must_use]
    pub fn of(scopes: impl IntoIterator<Item = KeyScope>) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | bit(scope)))
    }

    /// Stored names. One that is not known any more, or not yet, allows nothing.
    #[must_use]
    pub fn stored(names: &[String]) -> Self {
        Self::of(names.iter().filter_map(|name| KeyScope::named(name)))
    }

    /// Which ones, in the order of the printed table.
    pub fn each(self) -> impl Iterator<Item = KeyScope> {
        KeyScope::ALL.iter().copied().filter(move |scope| self.0 & bit(*scope) != 0)
    }

    /// Whether any of them has the permission.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        self.each().any(|scope| scope.permissions().contains(&permission))
    }
}

fn bit(scope: KeyScope) -> u32 {
    KeyScope::ALL.iter().position(|known| *known == scope).map_or(0, |place| 1 << place)
}

impl std::fmt::Debug for KeyScopes {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_list().entries(self.each().map(KeyScope::name)).finish()
    }
}

impl serde::Serialize for KeyScopes {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_seq(self.each())
    }
}

impl<'de> serde::Deserialize<'de> for KeyScopes {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let scopes = Self::of(Vec::<KeyScope>::deserialize(from)?);
        if scopes.0 == 0 {
            Err(D::Error::custom("must have at least one scope"))
        } else {
            Ok(scopes)
        }
    }
}

impl schemars::JsonSchema for KeyScopes {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "KeyScopes".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let one = generator.subschema_for::<KeyScope>();
        schemars::json_schema!({ "type": "array", "items": one, "minItems": 1 })
    }
}

/// The table of scopes and permissions as Markdown.
pub(crate) fn printed_table() -> String {
    let mut out = String::from(
        "\n## Scopes of API keys\n\n\
         A key may do what its scopes say, in its one workspace; what no scope has is for people.\n\n\
         | Scope | What it allows | Permissions |\n| --- | --- | --- |\n",
    );
    for scope in KeyScope::ALL {
        let permissions: Vec<String> =
            scope.permissions().iter().map(|one| format!("`{}`", one.name())).collect();
        out.push_str(&format!(
            "| `{}` | {} | {} |\n",
            scope.name(),
            scope.meaning().trim(),
            permissions.join(" ")
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_scope_reaches_what_a_thief_could_stay_with() {
        for scope in KeyScope::ALL {
            for permission in [
                Permission::OwnSession,
                Permission::ConversationMark,
                Permission::MemberInvite,
                Permission::MemberManage,
                Permission::KeyManage,
                Permission::WidgetManage,
                Permission::WorkspaceManage,
            ] {
                assert!(!KeyScopes::of([*scope]).may(permission), "{scope:?} {permission:?}");
            }
        }
    }

    #[test]
    fn scopes_are_added_and_nothing_else() {
        let scopes = KeyScopes::of([KeyScope::ContactsRead, KeyScope::EventsRead]);
        let may: Vec<Permission> =
            Permission::ALL.iter().copied().filter(|one| scopes.may(*one)).collect();
        assert_eq!(may, [Permission::ContactRead, Permission::EventRead]);
        assert!(Permission::ALL.iter().all(|one| !KeyScopes::of([]).may(*one)));
    }

    #[test]
    fn an_unknown_stored_name_allows_nothing() {
        let stored = KeyScopes::stored(&["everything".to_owned(), "contacts:read".to_owned()]);
        assert_eq!(stored, KeyScopes::of([KeyScope::ContactsRead]));
    }

    #[test]
    fn every_scope_is_within_the_permissions_of_a_user() {
        for scope in KeyScope::ALL {
            assert!(scope.permissions().iter().all(|one| crate::Role::User.may(*one)), "{scope:?}");
        }
    }
}
