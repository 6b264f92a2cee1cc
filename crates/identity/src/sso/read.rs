//! `GET /api/v1/sso`: how the workspace's people sign in at its provider.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::{Result, Timestamp};
use lk_db::{Scope, SystemReason, SystemTx};
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use super::begin::redirect_uri;
use super::connection;
use crate::nobody::nobody;
use crate::{Call, Identity, directory};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "read_sso",
    method: Method::GET,
    path: "/api/v1/sso",
    summary: "The workspace's single sign-on: its provider, domains, and what the provider needs.",
    access: Access::Operator(Permission::SsoManage),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// A workspace's single sign-on. The client's secret is never shown again.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Sso {
    /// The provider; null when there is none.
    connection: Option<SsoConnection>,
    /// The domains of addresses.
    domains: Vec<SsoDomain>,
    /// The one address that the provider may send people back to.
    redirect_uri: String,
    /// Where the provider says that somebody signed out.
    back_channel_logout_uri: String,
    /// Where the workspace's people begin.
    sign_in_url: String,
}

/// The provider, as it is set.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SsoConnection {
    /// Its name: an https address.
    issuer: String,
    /// What it calls us.
    client_id: String,
    /// Whether somebody whom the provider knows joins as a user by signing in.
    joins: bool,
    /// Whether a second factor that the provider asked for stands for ours.
    trusts_factors: bool,
    /// Since when it is the only way in; null when it is not.
    enforced_since: Option<Timestamp>,
    /// How many people have come this way.
    people: i64,
    /// When it was last changed.
    updated_at: Timestamp,
}

/// A domain of addresses.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SsoDomain {
    /// The domain.
    pub(crate) domain: String,
    /// What the file at `file_url` must hold on a line of its own.
    pub(crate) proof: String,
    /// Where we look for it.
    pub(crate) file_url: String,
    /// When it was found; null until it is.
    pub(crate) verified_at: Option<Timestamp>,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Sso>> {
    let Call { state: identity, scope, .. } = call;
    let platform = nobody(scope.origin().clone());
    let mut system = identity.db.system(SystemReason::Membership, &platform).await?;
    Ok(Reply::ok(state(&identity, &mut system, &scope).await?))
}

/// What is set, from the platform's rows and the workspace's; ends in the workspace.
pub(crate) async fn state(
    identity: &Identity,
    system: &mut SystemTx,
    scope: &Scope,
) -> Result<Sso> {
    let of = scope.workspace();
    let enforced_since = directory::enforced_since(system.tx(), of).await?;
    system.enter(scope.clone()).await?;
    let tx = system.tx();
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select domain, proof, verified_at as "verified_at: Timestamp"
             from sso_domains
            where workspace_id = $1
            order by domain"#,
        workspace,
    )
    .fetch_all(tx.conn())
    .await?;
    let domains = rows
        .into_iter()
        .map(|row| SsoDomain {
            file_url: file_url(&row.domain),
            domain: row.domain,
            proof: row.proof,
            verified_at: row.verified_at,
        })
        .collect();
    let connection = match connection(tx, identity).await? {
        None => None,
        Some(set) => {
            let people = sqlx::query_scalar!(
                r#"select count(*) as "people!"
                     from sso_identities
                    where workspace_id = $1
                      and issuer = $2"#,
                workspace,
                set.issuer,
            )
            .fetch_one(tx.conn())
            .await?;
            Some(SsoConnection {
                issuer: set.issuer,
                client_id: set.client_id,
                joins: set.joins,
                trusts_factors: set.trusts_factors,
                enforced_since,
                people,
                updated_at: set.updated_at,
            })
        }
    };
    let own = &identity.dashboard_url;
    Ok(Sso {
        connection,
        domains,
        redirect_uri: redirect_uri(identity),
        back_channel_logout_uri: format!("{own}/sso/back-channel/{of}"),
        sign_in_url: format!("{own}/sso#{of}"),
    })
}

/// Where the proof of a domain is looked for.
pub(crate) fn file_url(domain: &str) -> String {
    format!("https://{domain}/.well-known/leadkeep-domain.txt")
}
