//! `POST /api/v1/sso/domains`: name a domain of addresses, and get what proves that it is one's own.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::text::{Email, Line};
use lk_base::{Error, Result, Timestamp};
use lk_crypto::Token;
use lk_db::{Action, Entry, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::read::{SsoDomain, file_url};
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "add_sso_domain",
    method: Method::POST,
    path: "/api/v1/sso/domains",
    summary: "Name a domain of addresses; it counts once it is shown to be the workspace's own.",
    access: Access::Fresh(Permission::SsoManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::SsoDomainAdded),
    status: 201,
};

/// The request body of whatever is about a domain.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OfSsoDomain")]
pub struct Input {
    /// What stands behind the `@`.
    domain: Line<1, 253>,
}

impl Input {
    /// The domain in lower case.
    ///
    /// # Errors
    /// Text that stands behind no `@`, and numbers, which are an address and no name.
    pub(crate) fn domain(&self) -> Result<String> {
        let text = self.domain.as_str().to_ascii_lowercase();
        let named = text.rsplit('.').next().is_some_and(|last| {
            !last.is_empty() && !last.bytes().all(|byte| byte.is_ascii_digit())
        });
        if named && Email::parse(&format!("a@{text}")).is_ok() {
            Ok(text)
        } else {
            Err(Error::Refused {
                code: "domain_not_valid",
                detail: "Enter what stands behind the @ of your addresses, such as example.com.",
            })
        }
    }
}

/// How many domains a workspace may name.
const MOST_DOMAINS: i64 = 20;

/// HTTP in, HTTP out. Naming it again gives what was given before.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<SsoDomain>> {
    let domain = call.body.domain()?;
    let mut tx = call.state.db.write(&call.scope).await?;
    if count(&mut tx).await? >= MOST_DOMAINS {
        return Err(Error::Refused {
            code: "too_many_domains",
            detail: "A workspace may name 20 domains at most.",
        });
    }
    let named = insert(&mut tx, &domain).await?;
    let entry = Entry::new(Action::SsoDomainAdded, call.scope.workspace());
    tx.commit(entry.with(json!({ "domain": domain }))).await?;
    Ok(Reply::created(named))
}

async fn count(tx: &mut WriteTx) -> Result<i64> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from sso_domains where workspace_id = $1"#,
        workspace,
    )
    .fetch_one(tx.conn())
    .await?)
}

async fn insert(tx: &mut WriteTx, domain: &str) -> Result<SsoDomain> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let proof = format!("leadkeep-domain={}", Token::random().expose());
    let row = sqlx::query!(
        r#"insert into sso_domains (workspace_id, domain, proof, created_at)
           values ($1, $2, $3, $4)
           on conflict (workspace_id, domain) do update set proof = sso_domains.proof
           returning proof, verified_at as "verified_at: Timestamp""#,
        workspace,
        domain,
        proof,
        now.sql(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(SsoDomain {
        domain: domain.to_owned(),
        proof: row.proof,
        file_url: file_url(domain),
        verified_at: row.verified_at,
    })
}
