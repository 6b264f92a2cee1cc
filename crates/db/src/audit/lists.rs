//! Closed lists of names that fields of payloads may have.
//!
//! The words are written where the rules are; what is not here is refused when it is entered.

/// Roles of operators.
pub(super) const ROLES: &[&str] = &["user", "admin", "super_admin"];
/// What becomes of whoever hands a workspace over.
pub(super) const AFTER_TRANSFER: &[&str] = &["admin", "leave"];

/// Roles of staff.
pub(super) const STAFF_ROLES: &[&str] = &["support", "admin", "super_admin"];
/// Where a conversation stands.
pub(super) const STATUSES: &[&str] = &["open", "snoozed", "resolved"];
/// With what somebody proved who they are.
pub(super) const FACTORS: &[&str] =
    &["password", "totp", "recovery_code", "link", "sso", "sso_factor", "passkey"];
/// What is odd about a session that goes on.
pub(super) const REFRESHED: &[&str] = &["another_browser", "answer_lost", "another_workspace"];
/// How somebody whom a provider knows was recognised.
pub(super) const RECOGNISED: &[&str] = &["known", "bound", "joined"];
/// Why somebody who proved who they are is not let in.
pub(super) const NO_WAY_IN: &[&str] = &["single sign-on is the only way"];
/// Scopes of API keys.
pub(super) const SCOPES: &[&str] = &[
    "conversations:read",
    "conversations:reply",
    "conversations:manage",
    "contacts:read",
    "contacts:manage",
    "events:read",
    "members:read",
    "widget:read",
    "workspace:read",
];
/// In which form the audit log leaves.
pub(super) const FORMATS: &[&str] = &["jsonl", "ocsf"];
/// How a stream of the audit log is delivered.
pub(super) const STREAM_KINDS: &[&str] = &["webhook", "syslog"];
/// From where on a stream of the audit log begins.
pub(super) const STREAM_STARTS: &[&str] = &["now", "beginning"];
/// Why a stream of the audit log is paused by itself.
pub(super) const STREAM_PAUSES: &[&str] = &["failing", "gone"];
/// Why what came back from a provider was refused.
pub(super) const SSO_REASONS: &[&str] = &[
    // The provider was not reached.
    "the address must begin with https:// and name only a server",
    "the server is in a network that may not be reached; see outbound.allowed_networks",
    "the server's name is not known",
    "the server does not answer",
    "no protected connection to the server; is its certificate good?",
    "the server took too long",
    "the server's answer is too large",
    "the server's answer cannot be read",
    // It answered something else than it should.
    "the provider names another issuer",
    "the provider does not do PKCE with S256",
    "the provider publishes no keys",
    "the provider refused",
    "the provider's answer cannot be read",
    "the provider refused the code",
    "the provider tells about somebody else",
    "another provider answered",
    "the answer names no provider",
    // Its token is not good.
    "not a token",
    "unknown key",
    "algorithm not of the key",
    "bad signature",
    "claims not readable",
    // What it says is not for us.
    "another issuer",
    "another audience",
    "expired",
    "made at another time",
    "another nonce",
    "no subject",
    "no session id",
    "not about signing out",
    "a nonce, so it is another kind of token",
    "nobody is named",
    // Who it names is nobody here.
    "no longer a member",
    "no verified address",
    "an address of a domain that is not verified",
    "not a member",
    "the member is bound to another subject",
    "the provider was changed meanwhile",
];

#[cfg(test)]
mod tests {
    use super::*;
    use lk_authz::{KeyScope, Role, StaffRole};

    #[test]
    fn roles_and_scopes_are_those_of_the_permission_table() {
        assert_eq!(ROLES, Role::ALL.map(Role::name));
        assert_eq!(STAFF_ROLES, StaffRole::ALL.map(StaffRole::name));
        let scopes: Vec<&str> = KeyScope::ALL.iter().map(|scope| scope.name()).collect();
        assert_eq!(SCOPES, scopes);
    }
}
