//! The audit log's words: what can be entered, and what may go unentered.

use lk_base::id::Id;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

macro_rules! actions {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal;)*) => {
        /// What was done. A closed list: names are never changed once they were written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[doc = $doc])* $name,)*
        }

        impl Action {
            /// All actions, in the order of the printed list.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stored name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// What it means, in one sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*)),* }
            }
        }
    };
}

actions! {
    /// The product was set up: the first person, the first workspace and its widget.
    SetUp = "instance.set_up";
    /// A link was asked for by which somebody makes a login of their own, for an address that has
    /// one or not.
    SignUpAsked = "person.sign_up_asked";
    /// Somebody made a login and a workspace of their own.
    SignedUp = "person.signed_up";
    /// A link for the first set-up was made, at the start or at the command line.
    SetUpLinkMade = "instance.set_up_link_made";
    /// A new signing key of access tokens was made at the command line.
    SigningKeyMade = "instance.signing_key_made";
    /// A person came into being outside the API.
    PersonCreated = "person.created";
    /// A person signed in.
    SignedIn = "auth.signed_in";
    /// Somebody failed to sign in.
    SignInFailed = "auth.sign_in_failed";
    /// The password was right, and the second factor was asked for.
    SecondFactorAsked = "auth.second_factor_asked";
    /// Somebody gave a wrong code or recovery code.
    SecondFactorFailed = "auth.second_factor_failed";
    /// A person proved again who they are.
    SteppedUp = "auth.stepped_up";
    /// Somebody in a session failed to prove who they are.
    StepUpFailed = "auth.step_up_failed";
    /// A person began to enrol an authenticator app.
    TotpBegun = "factor.totp_begun";
    /// A person enrolled an authenticator app, and got recovery codes.
    TotpEnrolled = "factor.totp_enrolled";
    /// A person removed their authenticator app, and with it their recovery codes.
    TotpRemoved = "factor.totp_removed";
    /// A person began to enrol a passkey.
    PasskeyBegun = "factor.passkey_begun";
    /// A person enrolled a passkey.
    PasskeyEnrolled = "factor.passkey_enrolled";
    /// A person removed a passkey.
    PasskeyRemoved = "factor.passkey_removed";
    /// A person made new recovery codes; the old ones ended.
    RecoveryCodesRenewed = "factor.recovery_codes_renewed";
    /// Whether a workspace requires a second factor of everybody changed.
    FactorPolicyChanged = "workspace.factor_policy_changed";
    /// A link was made that signs a person in once, at the command line.
    SignInLinkMade = "auth.sign_in_link_made";
    /// A link for a new password was asked for, for an address known or not.
    ResetAsked = "auth.reset_asked";
    /// A person chose a new password with a link; all their sessions ended.
    PasswordReset = "person.password_reset";
    /// A person changed their password; their other sessions ended.
    PasswordChanged = "person.password_changed";
    /// A person asked for another address.
    EmailChangeAsked = "person.email_change_asked";
    /// A person's new address was confirmed.
    EmailChanged = "person.email_changed";
    /// A person's old address was taken back; all their sessions ended.
    EmailRestored = "person.email_restored";
    /// A person signed out.
    SignedOut = "auth.signed_out";
    /// A session went on with a new refresh token.
    SessionRefreshed = "session.refreshed";
    /// A refresh token was used twice: its session ended.
    RefreshReused = "session.refresh_reused";
    /// A session was ended from elsewhere.
    SessionRevoked = "session.revoked";
    /// A person moved to another workspace.
    WorkspaceSwitched = "session.workspace_switched";
    /// A workspace came into being, with its widget.
    WorkspaceCreated = "workspace.created";
    /// Settings of the workspace changed.
    WorkspaceChanged = "workspace.changed";
    /// The workspace's provider for single sign-on was set, or its settings changed.
    SsoChanged = "sso.changed";
    /// The workspace's provider was removed; the sessions it began ended.
    SsoRemoved = "sso.removed";
    /// A domain of addresses was named; it counts once it was shown to be the workspace's own.
    SsoDomainAdded = "sso.domain_added";
    /// A domain of addresses was shown to be the workspace's own.
    SsoDomainVerified = "sso.domain_verified";
    /// A domain of addresses was taken away.
    SsoDomainRemoved = "sso.domain_removed";
    /// Somebody set out to a provider.
    SsoBegun = "sso.begun";
    /// What came back from a provider was refused, with the reason.
    SsoRefused = "sso.refused";
    /// Somebody asked for the way to their workspaces' single sign-on, for an address known or not.
    SsoWayAsked = "sso.way_asked";
    /// A provider said that somebody signed out there; their sessions ended.
    SsoSignedOut = "sso.provider_signed_out";
    /// A colleague was invited.
    InvitationCreated = "invitation.created";
    /// An invitation was withdrawn.
    InvitationRevoked = "invitation.revoked";
    /// An invitation was accepted; a new operator joined.
    InvitationAccepted = "invitation.accepted";
    /// An operator was added without an invitation: by the command line or the demo.
    OperatorAdded = "operator.added";
    /// An operator's role changed.
    RoleChanged = "operator.role_changed";
    /// An operator was removed from the workspace.
    OperatorRemoved = "operator.removed";
    /// An API key was made.
    ApiKeyCreated = "api_key.created";
    /// An API key got a new secret; the old one ends after the chosen overlap.
    ApiKeyRotated = "api_key.rotated";
    /// An API key was revoked.
    ApiKeyRevoked = "api_key.revoked";
    /// Somebody reported an API key as leaked; if there was such a key, it was revoked.
    ApiKeyLeakReported = "api_key.leak_reported";
    /// Settings of a widget changed.
    WidgetChanged = "widget.changed";
    /// A widget was seen on a site for the first time.
    WidgetFirstHit = "widget.first_hit";
    /// A browser became a visitor.
    VisitorStarted = "visitor.started";
    /// A visitor ended their session.
    VisitorLeft = "visitor.left";
    /// A visitor gave a name or an address.
    ContactIdentified = "contact.identified";
    /// A contact was changed by an operator.
    ContactChanged = "contact.changed";
    /// A visitor opened a conversation with a first message.
    ConversationStarted = "conversation.started";
    /// A conversation was given to somebody, or to nobody.
    ConversationAssigned = "conversation.assigned";
    /// A conversation was put off.
    ConversationSnoozed = "conversation.snoozed";
    /// A conversation was closed.
    ConversationResolved = "conversation.resolved";
    /// A conversation was opened again.
    ConversationReopened = "conversation.reopened";
    /// A message was sent: ids and length, never the text.
    MessageSent = "message.sent";
    /// A note was written: ids and length, never the text.
    NoteWritten = "note.written";
}

/// Why a change leaves no entry. A closed list, each with its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unaudited {
    /// How far somebody has read: it changes nothing but a counter of one's own.
    ReadMarker,
    /// When a session, a visitor or a key was last seen: it is the audit log's own subject matter.
    LastSeen,
    /// The same answer given again (an idempotent retry): nothing changed.
    NothingChanged,
    /// Bookkeeping of the installation itself at its start.
    InstanceFact,
    /// What a passkey was asked to sign: nothing happens before it answers, and the answer is entered.
    PasskeyAsked,
    /// How far a mail has come: what it tells about was entered when it was written.
    MailOnItsWay,
}

/// One line of the audit log, without the who, when and where, which the transaction knows.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(crate) action: Action,
    pub(crate) target_kind: &'static str,
    pub(crate) target_id: Option<Uuid>,
    pub(crate) change: Value,
}

impl Entry {
    /// Something was done to `target`.
    #[must_use]
    pub fn new<I: Id>(action: Action, target: I) -> Self {
        Self { action, target_kind: I::KIND, target_id: Some(target.uuid()), change: json!({}) }
    }

    /// Something was done to nothing that has an id.
    #[must_use]
    pub fn without_target(action: Action) -> Self {
        Self { action, target_kind: "none", target_id: None, change: json!({}) }
    }

    /// What changed: the value before and the value after.
    #[must_use]
    pub fn changed(mut self, old: impl Serialize, new: impl Serialize) -> Self {
        self.change = json!({ "old": value(old), "new": value(new) });
        self
    }

    /// Facts about something that did not exist before.
    #[must_use]
    pub fn with(self, new: impl Serialize) -> Self {
        self.changed(Value::Null, new)
    }
}

fn value(of: impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or(Value::Null)
}

/// The list of actions as Markdown.
#[must_use]
pub fn printed_list() -> String {
    let mut out = String::from("| Action | Meaning |\n| --- | --- |\n");
    for action in Action::ALL {
        out.push_str(&format!("| `{}` | {} |\n", action.name(), action.meaning().trim()));
    }
    out
}
