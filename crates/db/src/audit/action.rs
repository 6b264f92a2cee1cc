//! The catalogue of actions: what each means, which fields its payload may have, and what others
//! call it (OCSF).
//!
//! **Invariant:** an action without a declared payload does not compile; see [`super::schema`] for
//! the kinds of fields. Names are never changed once they were written. A payload whose fields
//! change gets the next version.

use super::lists::*;
use super::ocsf::*;
use super::schema::Kind::*;
use super::schema::{Field, Schema, both, new, old};

macro_rules! actions {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal, $version:literal, $ocsf:expr, [$($field:expr),* $(,)?];)*) => {
        /// What was done. A closed list.
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

            /// What its payload may hold.
            #[must_use]
            pub const fn schema(self) -> Schema {
                match self { $(Self::$name => {
                    const FIELDS: &[Field] = &[$($field),*];
                    Schema { version: $version, fields: FIELDS }
                }),* }
            }

            /// What OCSF calls it.
            #[must_use]
            pub const fn ocsf(self) -> Ocsf {
                match self { $(Self::$name => $ocsf),* }
            }
        }
    };
}

impl Action {
    /// Whether it belongs to staff's own stream instead of a workspace's log.
    #[must_use]
    pub fn is_of_staff(self) -> bool {
        self.name().starts_with("staff.")
    }

    /// The action of a stored name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}

actions! {
    /// The product was set up: the first person, the first workspace and its widget.
    SetUp = "instance.set_up", 1, ENTITY_CREATE, [];
    /// A link was asked for by which somebody makes a login of their own, for an address that has
    /// one or not.
    SignUpAsked = "person.sign_up_asked", 1, PERSON_OTHER, [new("email", MaskedEmail)];
    /// Somebody made a login and a workspace of their own.
    SignedUp = "person.signed_up", 1, PERSON_CREATE, [];
    /// A link for the first set-up was made, at the start or at the command line.
    SetUpLinkMade = "instance.set_up_link_made", 1, ENTITY_CREATE, [];
    /// A new signing key of access tokens was made at the command line.
    SigningKeyMade = "instance.signing_key_made", 1, ENTITY_CREATE, [new("removed", Number)];
    /// A new key that signs the audit log was made at the command line.
    LogKeyMade = "instance.log_key_made", 1, ENTITY_CREATE, [];
    /// A month of the audit log was dropped, in all workspaces; its signed summaries stay.
    AuditMonthDropped = "instance.audit_month_dropped", 1, ENTITY_DELETE, [
        new("month", Time), new("entries", Number),
    ];
    /// A month of the workspace's audit log is over its time: its signed summary was made.
    AuditMonthSummarised = "audit.month_summarised", 1, ENTITY_CREATE, [
        new("month", Time), new("entries", Number),
    ];
    /// The entries of the workspace were exported at the command line, with their proof.
    LogExported = "audit.bundle_exported", 1, API_READ, [];
    /// A person came into being outside the API.
    PersonCreated = "person.created", 1, PERSON_CREATE, [];
    /// A person signed in.
    SignedIn = "auth.signed_in", 1, LOGON, [new("factors", Several(FACTORS))];
    /// Somebody failed to sign in.
    SignInFailed = "auth.sign_in_failed", 1, LOGON_FAILED, [
        new("email", MaskedEmail), new("reason", OneOf(NO_WAY_IN)), new("by", OneOf(FACTORS)),
    ];
    /// The password was right, and the second factor was asked for.
    SecondFactorAsked = "auth.second_factor_asked", 1, PREAUTH, [
        new("sso", OneOf(RECOGNISED)), new("workspace", Id("wsp")),
    ];
    /// Somebody gave a wrong code or recovery code.
    SecondFactorFailed = "auth.second_factor_failed", 1, PREAUTH_FAILED, [];
    /// A person proved again who they are.
    SteppedUp = "auth.stepped_up", 1, AUTH_OTHER, [new("factors", Several(FACTORS))];
    /// Somebody in a session failed to prove who they are.
    StepUpFailed = "auth.step_up_failed", 1, AUTH_OTHER.failed(), [];
    /// A person began to enrol an authenticator app.
    TotpBegun = "factor.totp_begun", 1, PERSON_OTHER, [];
    /// A person enrolled an authenticator app, and got recovery codes.
    TotpEnrolled = "factor.totp_enrolled", 1, FACTOR_ENABLE, [];
    /// A person removed their authenticator app, and with it their recovery codes.
    TotpRemoved = "factor.totp_removed", 1, FACTOR_DISABLE, [new("by", Several(FACTORS))];
    /// A person began to enrol a passkey.
    PasskeyBegun = "factor.passkey_begun", 1, PERSON_OTHER, [];
    /// A person enrolled a passkey.
    PasskeyEnrolled = "factor.passkey_enrolled", 1, FACTOR_ENABLE, [];
    /// A person removed a passkey.
    PasskeyRemoved = "factor.passkey_removed", 1, FACTOR_DISABLE, [new("by", Several(FACTORS))];
    /// A person made new recovery codes; the old ones ended.
    RecoveryCodesRenewed = "factor.recovery_codes_renewed", 1, PERSON_OTHER, [
        new("by", Several(FACTORS)),
    ];
    /// Somebody whose password was right lost every second factor, and asked for help.
    FactorHelpAsked = "factor.help_asked", 1, PERSON_OTHER, [];
    /// A super admin said that it is the colleague who asked for help.
    FactorHelpApproved = "factor.help_approved", 1, PERSON_OTHER, [new("ripe_at", Time)];
    /// Somebody took back, by a mailed link, the help that was asked for in their name.
    FactorHelpCancelled = "factor.help_cancelled", 1, PERSON_OTHER, [];
    /// All factors of a person were removed at their sign-in, with the help they had asked for.
    FactorsRemoved = "factor.all_removed", 1, FACTOR_DISABLE, [];
    /// Whether a workspace requires a second factor of everybody changed.
    FactorPolicyChanged = "workspace.factor_policy_changed", 1, ENTITY_UPDATE, [
        both("required", Flag), new("without_factor", Number),
    ];
    /// How long sessions are good in a workspace changed, or which seats are marked.
    AccessPolicyChanged = "workspace.access_policy_changed", 1, ENTITY_UPDATE, [
        both("idle_minutes", Number), both("absolute_minutes", Number),
        both("dormant_after_days", Number), new("sessions_ended", Number),
    ];
    /// A link was made that signs a person in once, at the command line.
    SignInLinkMade = "auth.sign_in_link_made", 1, AUTH_OTHER, [];
    /// A link for a new password was asked for, for an address known or not.
    ResetAsked = "auth.reset_asked", 1, PERSON_OTHER, [new("email", MaskedEmail)];
    /// A person chose a new password with a link; all their sessions ended.
    PasswordReset = "person.password_reset", 1, PASSWORD_RESET, [new("sessions", Number)];
    /// A person changed their password; their other sessions ended.
    PasswordChanged = "person.password_changed", 1, PASSWORD_CHANGE, [new("sessions", Number)];
    /// A person asked for another address.
    EmailChangeAsked = "person.email_change_asked", 1, PERSON_OTHER, [new("email", MaskedEmail)];
    /// A person's new address was confirmed.
    EmailChanged = "person.email_changed", 1, PERSON_OTHER, [both("email", MaskedEmail)];
    /// A person's old address was taken back; all their sessions ended.
    EmailRestored = "person.email_restored", 1, PERSON_OTHER, [
        new("sessions", Number), new("app_removed", Flag),
    ];
    /// A person closed their login: name, address, factors and memberships are gone.
    LoginClosed = "person.closed", 1, PERSON_OTHER, [
        new("workspaces", Number), new("sessions", Number),
    ];
    /// A person signed out.
    SignedOut = "auth.signed_out", 1, LOGOFF, [];
    /// A session went on, and something about that is odd. Going on as usual is not entered.
    SessionRefreshed = "session.refreshed", 2, AUTH_OTHER, [new("reason", OneOf(REFRESHED))];
    /// A refresh token was used twice: its session ended.
    RefreshReused = "session.refresh_reused", 1, AUTH_OTHER.failed().grave(), [];
    /// A session was ended from elsewhere.
    SessionRevoked = "session.revoked", 1, LOGOFF, [new("others", Number)];
    /// A person moved to another workspace.
    WorkspaceSwitched = "session.workspace_switched", 1, AUTH_OTHER, [
        both("workspace_id", Id("wsp")),
    ];
    /// A workspace came into being, with its widget.
    WorkspaceCreated = "workspace.created", 1, ENTITY_CREATE, [];
    /// A canary was made: a workspace that belongs to nobody, for the running check.
    CanaryMade = "canary.made", 1, ENTITY_CREATE, [];
    /// A canary was opened for a few minutes, for the running check to act in it.
    CanaryOpened = "canary.opened", 1, AUTH_OTHER, [];
    /// Settings of the workspace changed.
    WorkspaceChanged = "workspace.changed", 1, ENTITY_UPDATE, [both("name", Words(80))];
    /// The workspace's provider for single sign-on was set, or its settings changed.
    SsoChanged = "sso.changed", 1, ENTITY_UPDATE, [
        both("issuer", Url), both("client_id", Words(255)), both("joins", Flag),
        both("trusts_factors", Flag), both("enforced", Flag), both("client_secret", Fingerprint),
    ];
    /// The workspace's provider was removed; the sessions it began ended.
    SsoRemoved = "sso.removed", 1, ENTITY_DELETE, [old("issuer", Url)];
    /// A domain of addresses was named; it counts once it was shown to be the workspace's own.
    SsoDomainAdded = "sso.domain_added", 1, ENTITY_UPDATE, [new("domain", Host)];
    /// A domain of addresses was shown to be the workspace's own.
    SsoDomainVerified = "sso.domain_verified", 1, ENTITY_UPDATE, [new("domain", Host)];
    /// A domain of addresses was taken away.
    SsoDomainRemoved = "sso.domain_removed", 1, ENTITY_UPDATE, [old("domain", Host)];
    /// Somebody set out to a provider.
    SsoBegun = "sso.begun", 1, AUTH_OTHER, [];
    /// What came back from a provider was refused, with the reason.
    SsoRefused = "sso.refused", 1, LOGON_FAILED, [
        new("reason", OneOf(SSO_REASONS)), new("logout", Flag),
    ];
    /// Somebody asked for the way to their workspaces' single sign-on, for an address known or not.
    SsoWayAsked = "sso.way_asked", 1, AUTH_OTHER, [new("email", MaskedEmail)];
    /// A provider said that somebody signed out there; their sessions ended.
    SsoSignedOut = "sso.provider_signed_out", 1, LOGOFF, [new("sessions", Number)];
    /// A colleague was invited.
    InvitationCreated = "invitation.created", 1, ENTITY_CREATE, [
        new("email", MaskedEmail), new("role", OneOf(ROLES)),
    ];
    /// An invitation was withdrawn.
    InvitationRevoked = "invitation.revoked", 1, ENTITY_DELETE, [];
    /// An invitation was accepted; a new operator joined.
    InvitationAccepted = "invitation.accepted", 1, PRIVILEGES_ASSIGN, [
        new("operator", Id("opr")), new("role", OneOf(ROLES)),
    ];
    /// An operator was added without an invitation: by the command line or the demo.
    OperatorAdded = "operator.added", 1, PRIVILEGES_ASSIGN, [new("role", OneOf(ROLES))];
    /// An operator's role changed.
    RoleChanged = "operator.role_changed", 1, PRIVILEGES_ASSIGN, [both("role", OneOf(ROLES))];
    /// Somebody who runs the workspace ended an operator's sessions in it.
    OperatorSessionsEnded = "operator.sessions_ended", 1, LOGOFF, [new("sessions", Number)];
    /// An operator was removed from the workspace; what followed from it is in the entry.
    OperatorRemoved = "operator.removed", 2, PRIVILEGES_REVOKE, [
        old("role", OneOf(ROLES)),
        new("sessions", Number), new("api_keys_revoked", Ids("apk")),
        new("api_keys_to_rotate", Ids("apk")), new("invitations", Number),
        new("conversations", Number), new("conversations_to", Id("opr")),
    ];
    /// An operator left the workspace; what followed from it is in the entry.
    OperatorLeft = "operator.left", 1, PRIVILEGES_REVOKE, [
        old("role", OneOf(ROLES)),
        new("sessions", Number), new("api_keys_revoked", Ids("apk")),
        new("api_keys_to_rotate", Ids("apk")), new("invitations", Number),
        new("conversations", Number), new("conversations_to", Id("opr")),
    ];
    /// A super admin handed the workspace over to a colleague.
    WorkspaceTransferred = "workspace.transferred", 1, PRIVILEGES_ASSIGN, [
        both("role", OneOf(ROLES)), new("handed_over_by", Id("opr")),
        new("afterwards", OneOf(AFTER_TRANSFER)),
        new("sessions", Number), new("api_keys_revoked", Ids("apk")),
        new("api_keys_to_rotate", Ids("apk")), new("invitations", Number),
        new("conversations", Number), new("conversations_to", Id("opr")),
    ];
    /// An API key was made.
    ApiKeyCreated = "api_key.created", 1, ENTITY_CREATE, [
        new("scopes", Several(SCOPES)), new("networks", Number), new("expires_at", Time),
        new("fingerprint", Fingerprint),
    ];
    /// An API key got a new secret; the old one ends after the chosen overlap.
    ApiKeyRotated = "api_key.rotated", 1, ENTITY_UPDATE, [
        both("fingerprint", Fingerprint), both("expires_at", Time),
        new("old_secret_ends_at", Time),
    ];
    /// Its maker and the admins were told by mail that an API key is about to end.
    ApiKeyEndTold = "api_key.end_told", 1, ENTITY_UPDATE, [new("days", Number)];
    /// An API key was revoked.
    ApiKeyRevoked = "api_key.revoked", 1, ENTITY_DELETE, [new("fingerprint", Fingerprint)];
    /// Somebody reported an API key as leaked; if there was such a key, it was revoked.
    ApiKeyLeakReported = "api_key.leak_reported", 1, ENTITY_UPDATE.grave(), [
        new("fingerprint", Fingerprint), new("revoked", Flag),
    ];
    /// Settings of a widget changed.
    WidgetChanged = "widget.changed", 1, ENTITY_UPDATE, [
        both("name", Words(80)), both("greeting", Words(280)), both("colour", Colour),
        both("allowed_sites", Sites), both("ask_name", Flag), both("ask_email", Flag),
    ];
    /// A widget was seen on a site for the first time.
    WidgetFirstHit = "widget.first_hit", 1, ENTITY_UPDATE, [new("site", Site)];
    /// A browser became a visitor.
    VisitorStarted = "visitor.started", 1, API_CREATE, [
        new("widget_id", Id("wgt")), new("site", Site), new("device", Words(80)),
    ];
    /// A visitor ended their session.
    VisitorLeft = "visitor.left", 1, API_DELETE, [both("revoked", Flag)];
    /// A visitor gave a name or an address.
    ContactIdentified = "contact.identified", 1, ENTITY_CREATE, [
        both("name", MaskedName), both("email", MaskedEmail), both("verified", Flag),
    ];
    /// A contact was changed by an operator.
    ContactChanged = "contact.changed", 1, ENTITY_UPDATE, [
        both("name", MaskedName), both("email", MaskedEmail), both("verified", Flag),
    ];
    /// A visitor opened a conversation with a first message.
    ConversationStarted = "conversation.started", 1, API_CREATE, [
        new("message_id", Id("msg")), new("seq", Number), new("characters", Number),
        new("contact_id", Id("ctc")), new("contact_name", MaskedName),
        new("contact_email", MaskedEmail), new("contact_verified", Flag),
    ];
    /// A conversation was given to somebody, or to nobody.
    ConversationAssigned = "conversation.assigned", 1, API_UPDATE, [both("assignee_id", Id("opr"))];
    /// A conversation was put off.
    ConversationSnoozed = "conversation.snoozed", 1, API_UPDATE, [
        both("status", OneOf(STATUSES)), both("snoozed_until", Time),
    ];
    /// A conversation was closed.
    ConversationResolved = "conversation.resolved", 1, API_UPDATE, [
        both("status", OneOf(STATUSES)),
    ];
    /// A conversation was opened again.
    ConversationReopened = "conversation.reopened", 1, API_UPDATE, [
        both("status", OneOf(STATUSES)), old("snoozed_until", Time),
    ];
    /// A member of staff was made, at the command line or by a super admin.
    StaffCreated = "staff.created", 1, PERSON_CREATE, [new("role", OneOf(STAFF_ROLES))];
    /// A link was made by which a member of staff sets a password and a second factor.
    StaffLinkMade = "staff.link_made", 1, PERSON_OTHER, [];
    /// A member of staff set a password and a second factor; their older sessions ended.
    StaffEnrolled = "staff.enrolled", 1, FACTOR_ENABLE, [];
    /// A member of staff signed in.
    StaffSignedIn = "staff.signed_in", 1, LOGON, [];
    /// Somebody failed to sign in as staff; without a target, nobody is known.
    StaffSignInFailed = "staff.sign_in_failed", 1, LOGON_FAILED, [];
    /// A member of staff signed out.
    StaffSignedOut = "staff.signed_out", 1, LOGOFF, [];
    /// A member of staff proved again who they are.
    StaffSteppedUp = "staff.stepped_up", 1, AUTH_OTHER, [];
    /// Somebody in a session of staff failed to prove who they are.
    StaffStepUpFailed = "staff.step_up_failed", 1, AUTH_OTHER.failed(), [];
    /// A session of staff was ended from elsewhere.
    StaffSessionRevoked = "staff.session_revoked", 1, LOGOFF, [];
    /// A member of staff got another role.
    StaffRoleChanged = "staff.role_changed", 1, PRIVILEGES_ASSIGN, [
        both("role", OneOf(STAFF_ROLES)),
    ];
    /// A member of staff was stopped; their sessions and accesses ended.
    StaffDisabled = "staff.disabled", 1, PRIVILEGES_REVOKE, [
        old("role", OneOf(STAFF_ROLES)), new("grants", Number),
    ];
    /// A member of staff was let in again, and needs a new link.
    StaffEnabled = "staff.enabled", 1, PRIVILEGES_ASSIGN, [new("role", OneOf(STAFF_ROLES))];
    /// A member of staff got access to a workspace.
    StaffGrantBegan = "staff.grant_began", 1, PRIVILEGES_ASSIGN, [
        new("workspace_id", Id("wsp")), new("reason", Words(500)), new("ends_at", Time),
    ];
    /// Access of a member of staff to a workspace was ended before its time.
    StaffGrantEnded = "staff.grant_ended", 1, PRIVILEGES_REVOKE, [
        new("workspace_id", Id("wsp")), new("staff_id", Id("stf")),
    ];
    /// Staff got access to the workspace, with the reason and until when.
    GrantBegan = "grant.began", 1, PRIVILEGES_ASSIGN, [
        new("staff_name", Words(80)), new("reason", Words(500)), new("ends_at", Time),
    ];
    /// Staff's access to the workspace was ended before its time.
    GrantEnded = "grant.ended", 2, PRIVILEGES_REVOKE, [new("ended_by", Words(80))];
    /// Staff looked at what the workspace is.
    GrantReadWorkspace = "grant.read_workspace", 1, API_READ, [];
    /// Staff looked at who belongs to the workspace.
    GrantReadOperators = "grant.read_operators", 1, API_READ, [new("operators", Number)];
    /// Staff looked at the settings of the workspace's widgets.
    GrantReadWidgets = "grant.read_widgets", 1, API_READ, [new("widgets", Number)];
    /// Staff looked at the list of conversations.
    GrantReadConversations = "grant.read_conversations", 1, API_READ, [
        new("conversations", Number),
    ];
    /// Staff read messages of a conversation.
    GrantReadMessages = "grant.read_messages", 1, API_READ, [
        new("grant_id", Id("grt")), new("messages", Number),
    ];
    /// A message was sent: ids and length, never the text.
    MessageSent = "message.sent", 1, API_CREATE, [
        new("conversation_id", Id("cnv")), new("seq", Number), new("characters", Number),
        both("status", OneOf(STATUSES)), old("snoozed_until", Time),
    ];
    /// A note was written: ids and length, never the text.
    NoteWritten = "note.written", 1, API_CREATE, [
        new("conversation_id", Id("cnv")), new("seq", Number), new("characters", Number),
    ];
    /// Somebody read the audit log: one entry for each session and ten minutes.
    AuditRead = "audit.read", 1, API_READ, [];
    /// Entries of the audit log were given out as a file, all or those that were asked for.
    AuditExported = "audit.exported", 1, API_READ, [
        new("format", OneOf(FORMATS)), new("from", Time), new("to", Time), new("narrowed", Flag),
    ];
    /// The whole network address of an entry was looked at.
    AddressUnmasked = "audit.address_unmasked", 1, API_READ, [];
    /// Somebody said up to which entry they have reviewed the audit log.
    AuditReviewed = "audit.reviewed", 1, ENTITY_UPDATE, [both("until", Id("ent"))];
    /// An operator kept a view of the audit log for themselves.
    AuditViewSaved = "audit.view_saved", 1, ENTITY_CREATE, [];
    /// An operator took a kept view of the audit log away.
    AuditViewRemoved = "audit.view_removed", 1, ENTITY_DELETE, [];
    /// The audit log is streamed to another system from now on.
    AuditStreamCreated = "audit_stream.created", 1, ENTITY_CREATE, [
        new("kind", OneOf(STREAM_KINDS)), new("host", Host), new("port", Number),
        new("own_authority", Flag), new("start", OneOf(STREAM_STARTS)),
        new("after_number", Number), new("secret", Fingerprint),
    ];
    /// A stream of the audit log was changed, paused or resumed.
    AuditStreamChanged = "audit_stream.changed", 1, ENTITY_UPDATE, [
        both("host", Host), both("port", Number), both("own_authority", Flag),
        both("paused", Flag), new("renamed", Flag), new("moved", Flag),
    ];
    /// A stream's webhook got a new secret; the old one signs beside it until it ends.
    AuditStreamSecretRotated = "audit_stream.secret_rotated", 1, ENTITY_UPDATE, [
        both("secret", Fingerprint), new("old_secret_ends_at", Time),
    ];
    /// A stream of the audit log was paused by itself: nobody took its entries for days.
    AuditStreamPaused = "audit_stream.paused", 1, ENTITY_UPDATE.failed(), [
        new("reason", OneOf(STREAM_PAUSES)), new("after_number", Number), new("attempts", Number),
    ];
    /// A test event was sent along a stream of the audit log.
    AuditStreamTested = "audit_stream.tested", 1, API_CREATE, [new("delivered", Flag)];
    /// A stream of the audit log was removed.
    AuditStreamRemoved = "audit_stream.removed", 1, ENTITY_DELETE, [
        old("kind", OneOf(STREAM_KINDS)), old("host", Host), old("port", Number),
        old("after_number", Number),
    ];
}
