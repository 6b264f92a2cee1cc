//! Events: what the outbox announces to sockets, webhooks and the assistant.

use lk_base::id::Id;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

macro_rules! events {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal;)*) => {
        /// What happened. A closed list: names are never changed once they were announced.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum EventKind {
            $($(#[doc = $doc])* $name,)*
        }

        impl EventKind {
            /// All kinds, in the order of the printed list.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The announced name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// What it means, in one sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*)),* }
            }

            /// The kind with this name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.name() == name)
            }
        }
    };
}

events! {
    /// A visitor opened a conversation. Data: `conversation`.
    ConversationCreated = "conversation.created";
    /// A message, note or activity line was added. Data: `message`.
    MessageCreated = "message.created";
    /// A conversation was given to somebody or to nobody. Data: `conversation_id`, `assignee_id`.
    ConversationAssigned = "conversation.assigned";
    /// A conversation was opened, put off or closed. Data: `conversation_id`, `status`, `snoozed_until`.
    ConversationStatusChanged = "conversation.status_changed";
    /// A conversation's visitor became a contact. Data: `conversation_id`, `contact`, `title`.
    ConversationContactSet = "conversation.contact_set";
    /// A contact changed. Data: `contact`.
    ContactUpdated = "contact.updated";
    /// Somebody joined the workspace. Data: `operator`.
    OperatorJoined = "operator.joined";
    /// An operator's role changed; their sockets close. Data: `operator_id`, `role`.
    OperatorRoleChanged = "operator.role_changed";
    /// An operator left the workspace; their sockets close. Data: `operator_id`.
    OperatorRemoved = "operator.removed";
    /// A colleague was invited. Data: `invitation_id`.
    InvitationCreated = "invitation.created";
    /// An invitation was accepted. Data: `invitation_id`.
    InvitationAccepted = "invitation.accepted";
    /// An invitation was withdrawn. Data: `invitation_id`.
    InvitationRevoked = "invitation.revoked";
    /// An API key was made. Data: `api_key_id`.
    ApiKeyCreated = "api_key.created";
    /// An API key got a new secret. Data: `api_key_id`.
    ApiKeyRotated = "api_key.rotated";
    /// An API key was revoked. Data: `api_key_id`.
    ApiKeyRevoked = "api_key.revoked";
    /// Settings of a widget changed. Data: `widget`.
    WidgetUpdated = "widget.updated";
    /// A widget was seen on a site for the first time. Data: `widget_id`, `site`, `at`.
    WidgetFirstHit = "widget.first_hit";
    /// Settings of the workspace changed. Data: `name`.
    WorkspaceUpdated = "workspace.updated";
    /// A session ended (platform): its sockets close. Data: `session_id`, `reason`.
    SessionEnded = "session.ended";
    /// A session's context ended by a switch (platform): its sockets close. Data: `session_id`, `context_id`.
    ContextEnded = "session.context_ended";
    /// What a session's person may do depends on a factor that is missing now (platform): its
    /// sockets close. Data: `session_id`.
    ReachChanged = "session.reach_changed";
    /// A visitor's session ended: its sockets close. Data: `visitor_id`.
    VisitorEnded = "visitor.ended";
}

/// One announcement, before it has a number.
#[derive(Debug, Clone)]
pub struct Event {
    pub(crate) kind: EventKind,
    pub(crate) subject: Uuid,
    pub(crate) data: Value,
}

impl Event {
    /// Announces something about `subject`; `data` is what listeners get.
    #[must_use]
    pub fn new<I: Id>(kind: EventKind, subject: I, data: impl Serialize) -> Self {
        Self {
            kind,
            subject: subject.uuid(),
            data: serde_json::to_value(data).unwrap_or(Value::Null),
        }
    }
}

/// The list of events as Markdown.
#[must_use]
pub fn printed_list() -> String {
    let mut out = String::from("| Event | Meaning and data |\n| --- | --- |\n");
    for kind in EventKind::ALL {
        out.push_str(&format!("| `{}` | {} |\n", kind.name(), kind.meaning().trim()));
    }
    out
}
