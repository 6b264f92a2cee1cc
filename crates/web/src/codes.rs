//! The codes of problem documents: stable, closed, printed to `docs/reference/errors.md`.

/// A code that a client can act on.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// The status it comes with.
    pub status: u16,
    /// The code.
    pub code: &'static str,
    /// What it means and what to do.
    pub meaning: &'static str,
}

const fn code(status: u16, code: &'static str, meaning: &'static str) -> Code {
    Code { status, code, meaning }
}

/// All codes, by status.
pub const CODES: &[Code] = &[
    code(400, "malformed", "The request cannot be read; `errors` says where."),
    code(401, "context_switched", "The session went to another workspace; refresh it."),
    code(401, "session_ended", "The session is over; sign in again."),
    code(401, "unauthenticated", "No credential, or one that is not good."),
    code(403, "above_own_role", "Nobody gives or changes a role above their own."),
    code(
        403,
        "client_header_missing",
        "Calls with a cookie of ours need the header `Leadkeep-Client`.",
    ),
    code(
        403,
        "forbidden",
        "The role, or the key's scopes, do not have the permission that the operation declares.",
    ),
    code(403, "foreign_origin", "The call came from a page of another origin."),
    code(403, "https_only", "The API is not served in plain; use https."),
    code(
        403,
        "keys_not_for_browsers",
        "An API key came from a web page: everybody who opens it would have the key. Call from a server.",
    ),
    code(403, "keys_not_here", "API keys are not used with the widget's operations."),
    code(403, "no_address", "The caller's address is not known."),
    code(403, "operators_only", "Only an operator can do this, not a key."),
    code(
        403,
        "second_factor_required",
        "The role or the workspace requires a second factor, and the person has none; enrol one: `POST /api/v1/factors/totp`.",
    ),
    code(
        403,
        "site_not_allowed",
        "The widget may not be used on this site, or there is no such widget.",
    ),
    code(403, "staff_only", "Only staff can do this."),
    code(
        403,
        "step_up_needed",
        "Prove again who you are: `POST /api/v1/auth/step-up`, then repeat the call.",
    ),
    code(403, "visitors_only", "Only a visitor can do this."),
    code(404, "not_found", "There is no such thing in this workspace."),
    code(405, "method_not_allowed", "The path exists, the method on it does not."),
    code(408, "too_slow", "The body did not arrive in time."),
    code(
        409,
        "stale_thread",
        "Something was said in the meantime; `missed` has it. Look, then send again.",
    ),
    code(413, "too_large", "The body is larger than 64 KiB."),
    code(415, "wrong_content_type", "Bodies are sent as `application/json`."),
    code(421, "misdirected", "This host name is not served here."),
    code(422, "address_taken", "Somebody signed up with the address in the meantime."),
    code(422, "already_a_member", "The person belongs to the workspace already."),
    code(422, "already_set_up", "The product is set up already; sign in."),
    code(422, "argon2_below_floor", "At start: the password parameters are below the OWASP floor."),
    code(422, "assignee_not_a_member", "The assignee does not belong to the workspace."),
    code(422, "authority_not_valid", "The authority is no certificate in PEM."),
    code(422, "bad_cursor", "The cursor is not one of this list; start from the beginning."),
    code(
        422,
        "challenge_not_valid",
        "The sign-in was used, tried too often or took too long; begin again.",
    ),
    code(422, "client_secret_needed", "Another provider or client needs its own secret."),
    code(422, "domain_not_reachable", "The domain's site does not answer over https."),
    code(422, "domain_not_valid", "Not a domain of addresses."),
    code(422, "domain_proof_not_found", "The file on the domain's site does not hold the line."),
    code(422, "dormant_days_out_of_range", "A seat can be marked after 7 to 730 days."),
    code(422, "enrolment_not_begun", "No enrolment waits for its code; begin it again."),
    code(422, "entry_waits", "This entry waits for its place in the tree. Ask again in a second."),
    code(422, "grant_exists", "The caller has access to the workspace already; end it first."),
    code(422, "factor_exists", "There is an authenticator app already; remove it first."),
    code(422, "hand_over_first", "The last super admin of a workspace hands it over first."),
    code(
        422,
        "issuer_not_reachable",
        "The provider does not answer, or is in a network that may not be reached.",
    ),
    code(422, "issuer_not_usable", "What the provider publishes cannot be used."),
    code(422, "issuer_not_valid", "The issuer is no https address."),
    code(
        422,
        "last_resort_needed",
        "Sign in with a second factor before single sign-on becomes the only way.",
    ),
    code(
        422,
        "last_staff_super_admin",
        "The staff needs a super admin who can sign in; make somebody else one first.",
    ),
    code(422, "last_super_admin", "A workspace needs a super admin; make somebody else one first."),
    code(422, "link_not_valid", "The link was used, withdrawn or has expired."),
    code(422, "name_needed", "Somebody new has to say their name."),
    code(422, "no_address_kept", "The entry has no network address that can still be read."),
    code(422, "no_factor", "There is no second factor of this kind."),
    code(422, "no_help_asked", "The colleague has not asked for help, or has taken it back."),
    code(422, "one_direction_only", "Page by `before_seq` or by `after_seq`, not both."),
    code(422, "one_proof_needed", "Give exactly one of a code, a recovery code and a passkey."),
    code(422, "passkey_not_accepted", "The passkey's answer is not right, late, or not for this."),
    code(422, "password_is_address", "A password must not contain the e-mail address."),
    code(422, "password_is_common", "The password is known from breaches or easily guessed."),
    code(422, "password_is_known_words", "The password is made of names that others know."),
    code(422, "password_length", "A password needs 12 to 128 characters."),
    code(422, "password_needed", "A code without the password does not step up."),
    code(422, "reviewed_further", "The audit log was reviewed further than that already."),
    code(
        422,
        "session_limits_out_of_range",
        "A workspace's sessions can only be made shorter than the installation's, to 15 minutes at least.",
    ),
    code(
        422,
        "search_too_broad",
        "Too much has these words or begins with the last one; add a word, or type it to its end.",
    ),
    code(422, "session_too_old", "The workspace asks for a newer sign-in; sign in again."),
    code(422, "sign_up_closed", "People cannot sign up here by themselves; ask for an invitation."),
    code(422, "snooze_not_in_future", "Snooze until a time that is yet to come."),
    code(422, "snooze_too_long", "Snooze for a year at most."),
    code(422, "staff_disabled", "The member of staff was stopped; let them in again first."),
    code(422, "staff_exists", "Somebody on the staff has the address already."),
    code(422, "staff_not_disabled", "The member of staff was not stopped."),
    code(422, "sso_not_a_member", "The provider knows the person, the workspace does not."),
    code(422, "sso_not_offered", "No workspace with single sign-on goes by this id."),
    code(422, "sso_not_proven", "Nobody has signed in this way yet."),
    code(422, "sso_not_valid", "The sign-in took too long, was used or began elsewhere."),
    code(422, "sso_provider_failed", "The provider does not answer as it should."),
    code(422, "sso_refused", "What the provider answered was not accepted."),
    code(422, "sso_required", "The workspace lets nobody in by password; use single sign-on."),
    code(
        422,
        "sso_session_bound",
        "A session of single sign-on stays in its workspace; sign in again for another.",
    ),
    code(422, "stream_address_not_valid", "Not an https address, or not a host and a port."),
    code(422, "stream_has_no_secret", "A stream by syslog has no secret."),
    code(
        422,
        "stream_not_reachable",
        "The receiver's name is not known, or it is in a network that may not be reached.",
    ),
    code(422, "too_many_api_keys", "A workspace may have at most 100 working API keys."),
    code(422, "too_many_conversations", "The visitor has too many open conversations."),
    code(422, "too_many_domains", "A workspace may name at most 20 domains."),
    code(422, "too_many_passkeys", "A person may have at most twenty passkeys."),
    code(422, "too_many_sites", "A widget may have at most 50 allowed sites."),
    code(422, "too_many_streams", "A workspace may have at most 25 streams of its audit log."),
    code(422, "too_many_views", "An operator keeps at most 30 views of the audit log."),
    code(422, "too_many_workspaces", "A person may belong to twenty workspaces and make another."),
    code(
        422,
        "unknown_action",
        "The audit log knows no such action; see `GET /api/v1/audit/actions`.",
    ),
    code(422, "unknown_kind", "Entries have no such kind of actor or target."),
    code(422, "wrong_code", "The code is wrong, or was used already."),
    code(422, "wrong_credentials", "The e-mail address or the password is not right."),
    code(422, "wrong_password", "The password is not right."),
    code(422, "yourself", "The call is for colleagues; for oneself there is another."),
    code(
        429,
        "proof_of_work_needed",
        "Too many attempts at this login. `work` says what to compute; repeat the call with the header `Leadkeep-Work`, or wait.",
    ),
    code(429, "rate_limited", "Too many requests; `Retry-After` says when to come back."),
    code(500, "internal", "Our fault; the request's id in `X-Request-Id` helps to find it."),
    code(503, "busy", "No capacity at this moment; `Retry-After` says when to come back."),
];

/// The list as Markdown.
#[must_use]
pub fn printed_list() -> String {
    let mut out = String::from("| Status | Code | Meaning |\n| --- | --- | --- |\n");
    for one in CODES {
        out.push_str(&format!("| {} | `{}` | {} |\n", one.status, one.code, one.meaning));
    }
    out
}
