//! Single sign-on: a workspace's people sign in at its OpenID provider.
//!
//! Reading order: [`begin`] (away to the provider), [`finish`] (back, and who it was), `claims`
//! and `binding` (the two rules), `provider` (what it publishes), [`back_channel`] (it signs
//! somebody out), [`configure`] (who may say what it is).
//!
//! **Invariant:** whoever runs a provider can be anybody in their workspace, and nobody elsewhere:
//! a session that it began stays in that workspace and never counts as a proof of the person.
//! **Invariant:** nobody is recognised by an address: it is the issuer's name and the subject, and
//! an address binds the two once, when its domain is the workspace's own.

pub mod add_domain;
pub mod back_channel;
pub mod begin;
mod binding;
mod claims;
pub mod configure;
pub mod find;
pub mod finish;
mod flow;
pub(crate) mod provider;
pub mod read;
pub mod remove;
pub mod remove_domain;
pub mod verify_domain;

use lk_authz::Role;
use lk_base::id::{Id, OperatorId, WorkspaceId};
use lk_base::text::Email;
use lk_base::{Error, Result, Secret, Timestamp};
use lk_crypto::Place;
use lk_db::WriteTx;

use crate::Identity;
use crate::factor::Factor;

pub use provider::Providers;

/// The provider is not there, or not itself.
const PROVIDER_FAILED: Error = Error::Refused {
    code: "sso_provider_failed",
    detail: "Your provider does not answer as it should. Try again in a moment.",
};

/// A workspace's provider, as it is set.
pub(crate) struct Connection {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) secret: Secret,
    pub(crate) joins: bool,
    pub(crate) trusts_factors: bool,
    pub(crate) updated_at: Timestamp,
}

/// Who began a session, when it was not the person's own proof.
#[derive(Debug, Clone)]
pub(crate) struct ByProvider {
    /// Whose provider it was: the session stays there.
    pub(crate) workspace: WorkspaceId,
    /// Who it was there.
    pub(crate) subject: String,
    /// What the provider calls the session.
    pub(crate) sid: Option<String>,
}

/// Whether a workspace has single sign-on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer {
    /// It has none.
    None,
    /// It has, and other ways in are open too.
    Beside,
    /// It is the only way in, but for the last resort.
    Only,
}

/// A password where single sign-on is the only way.
pub(crate) const SSO_REQUIRED: Error = Error::Refused {
    code: "sso_required",
    detail: "Your workspace asks for single sign-on. Use it to sign in.",
};

/// Another workspace, from a session that a provider began.
pub(crate) const SSO_BOUND: Error = Error::Refused {
    code: "sso_session_bound",
    detail: "Single sign-on opens its own workspace only. Sign in again for the other one.",
};

/// The rule of who may be in a workspace: by its own provider, by another way where that is open,
/// and as a last resort a super admin with two factors or somebody whom the machine's
/// administrator gave a link.
pub(crate) fn admits(
    offer: Offer,
    here: WorkspaceId,
    role: Role,
    bound: Option<WorkspaceId>,
    factors: &[Factor],
) -> bool {
    if let Some(bound) = bound {
        return bound == here;
    }
    let two_factors =
        factors.iter().any(|f| matches!(f, Factor::Totp | Factor::RecoveryCode | Factor::Passkey));
    offer != Offer::Only
        || factors.contains(&Factor::Link)
        || (role == Role::SuperAdmin && two_factors)
}

/// Where a connection's secret belongs.
const fn secret_place(workspace: uuid::Uuid) -> Place {
    Place { column: "sso_connections.secret", workspace, row: workspace }
}

/// The provider of the workspace that the transaction stands in.
pub(crate) async fn connection(
    tx: &mut WriteTx,
    identity: &Identity,
) -> Result<Option<Connection>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select issuer, client_id, secret_sealed, joins, trusts_factors,
                  updated_at as "updated_at: Timestamp"
             from sso_connections
            where workspace_id = $1"#,
        workspace,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let place = secret_place(workspace);
    let secret = identity.db.sealer().open(place, &row.secret_sealed).map_err(Error::internal)?;
    Ok(Some(Connection {
        issuer: row.issuer,
        client_id: row.client_id,
        secret: Secret::new(String::from_utf8(secret).map_err(Error::internal)?),
        joins: row.joins,
        trusts_factors: row.trusts_factors,
        updated_at: row.updated_at,
    }))
}

/// Whether this is still the provider of the workspace that the transaction stands in. It stays so
/// until the transaction ends: whoever changes it waits, and then ends what was begun.
pub(crate) async fn still_is(tx: &mut WriteTx, connection: &Connection) -> Result<bool> {
    let workspace = tx.workspace();
    let held = sqlx::query!(
        "select issuer, client_id from sso_connections where workspace_id = $1 for share",
        workspace,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(held.is_some_and(|held| {
        held.issuer == connection.issuer && held.client_id == connection.client_id
    }))
}

/// Whether a domain was shown to belong to the workspace that the transaction stands in.
pub(crate) async fn owns(tx: &mut WriteTx, domain: &str) -> Result<bool> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from sso_domains
                           where workspace_id = $1
                             and domain = $2
                             and verified_at is not null) as "owns!""#,
        workspace,
        domain,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The super admins of the workspace that the transaction stands in, and their addresses.
pub(crate) async fn super_admins(tx: &mut WriteTx) -> Result<Vec<(OperatorId, Email)>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select operator_id as "id: OperatorId", email
             from operators
            where workspace_id = $1
              and role = 'super_admin'
              and removed_at is null
            order by operator_id"#,
        workspace,
    )
    .fetch_all(tx.conn())
    .await?;
    let known = rows.into_iter().filter_map(|row| Some((row.id, Email::parse(&row.email).ok()?)));
    Ok(known.collect())
}

/// Ends what a workspace's provider began, among the platform's rows; which sessions.
pub(crate) async fn end_begun(
    tx: &mut WriteTx,
    of: WorkspaceId,
) -> Result<Vec<lk_base::id::SessionId>> {
    let workspace = tx.workspace();
    let begun = sqlx::query_scalar!(
        r#"select session_id as "id: lk_base::id::SessionId"
             from sessions
            where workspace_id = $1
              and sso_workspace_id = $2
              and revoked_at is null
            order by session_id
              for update"#,
        workspace,
        of.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    for session in &begun {
        crate::session::end(tx, *session, "sso_changed").await?;
    }
    // Nor does a sign-in go on that the provider began and that waits for its second factor.
    sqlx::query!(
        "delete from sign_in_challenges where workspace_id = $1 and sso_workspace_id = $2",
        workspace,
        of.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(begun)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::Clock;

    #[test]
    fn where_single_sign_on_is_the_only_way_a_password_needs_a_super_admin_and_a_second_factor() {
        let here: WorkspaceId = Clock::system().new_id();
        let may = |role, factors: &[Factor]| admits(Offer::Only, here, role, None, factors);
        let password = [Factor::Password];
        for second in [Factor::Totp, Factor::RecoveryCode, Factor::Passkey] {
            assert!(may(Role::SuperAdmin, &[Factor::Password, second]));
            assert!(!may(Role::Admin, &[Factor::Password, second]));
            assert!(!may(Role::User, &[Factor::Password, second]));
        }
        assert!(!may(Role::SuperAdmin, &password));
        assert!(may(Role::User, &[Factor::Link]), "the machine's administrator opens every door");
        assert!(admits(Offer::Beside, here, Role::User, None, &password));
    }

    #[test]
    fn what_a_provider_began_stays_in_its_workspace() {
        let clock = Clock::system();
        let (here, elsewhere): (WorkspaceId, WorkspaceId) = (clock.new_id(), clock.new_id());
        let all = [Factor::Sso, Factor::Password, Factor::Totp];
        for offer in [Offer::None, Offer::Beside, Offer::Only] {
            assert!(admits(offer, here, Role::User, Some(here), &[Factor::Sso]));
            assert!(!admits(offer, here, Role::SuperAdmin, Some(elsewhere), &all));
        }
    }
}
