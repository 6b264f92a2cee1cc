//! `POST /api/v1/sso/domains/verify`: look for the proof on the domain's own site.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::{Error, Result, Timestamp};
use lk_db::{Action, Entry, WriteTx};
use lk_net::outbound::Credential;
use lk_net::{Failure, Url};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use serde_json::json;

use super::add_domain::Input;
use super::read::{SsoDomain, file_url};
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "verify_sso_domain",
    method: Method::POST,
    path: "/api/v1/sso/domains/verify",
    summary: "Look for the proof in a file on the domain's own site.",
    access: Access::Fresh(Permission::SsoManage),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::SsoDomainVerified),
    status: 200,
};

const NOT_FOUND_THERE: Error = Error::Refused {
    code: "domain_proof_not_found",
    detail: "The file is not there, or does not hold the line. A redirect is not followed.",
};
const NOT_REACHED: Error = Error::Refused {
    code: "domain_not_reachable",
    detail: "The domain's site does not answer over https with a good certificate.",
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<SsoDomain>> {
    let domain = call.body.domain()?;
    let mut look = call.state.db.write(&call.scope).await?;
    let proof = proof(&mut look, &domain).await?.ok_or(Error::NotFound)?;
    drop(look);
    let url = Url::parse(&file_url(&domain)).map_err(|_| NOT_REACHED)?;
    let answer =
        call.state.outbound.get(&url, Credential::None).await.map_err(|failure| match failure {
            Failure::Large | Failure::Garbled => NOT_FOUND_THERE,
            _ => NOT_REACHED,
        })?;
    if answer.status != 200 || !holds(&answer.body, &proof) {
        return Err(NOT_FOUND_THERE);
    }
    let mut tx = call.state.db.write(&call.scope).await?;
    let verified_at = keep(&mut tx, &domain, &proof).await?.ok_or(Error::NotFound)?;
    let entry = Entry::new(Action::SsoDomainVerified, call.scope.workspace());
    tx.commit(entry.with(json!({ "domain": domain }))).await?;
    let file_url = file_url(&domain);
    Ok(Reply::ok(SsoDomain { domain, proof, file_url, verified_at: Some(verified_at) }))
}

/// The rule: one line of the file is the proof, and nothing else.
fn holds(body: &[u8], proof: &str) -> bool {
    body.split(|byte| *byte == b'\n').any(|line| line.trim_ascii() == proof.as_bytes())
}

async fn proof(tx: &mut WriteTx, domain: &str) -> Result<Option<String>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        "select proof from sso_domains where workspace_id = $1 and domain = $2",
        workspace,
        domain,
    )
    .fetch_optional(tx.conn())
    .await?)
}

async fn keep(tx: &mut WriteTx, domain: &str, proof: &str) -> Result<Option<Timestamp>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    Ok(sqlx::query_scalar!(
        r#"update sso_domains
              set verified_at = coalesce(verified_at, $4)
            where workspace_id = $1
              and domain = $2
              and proof = $3
           returning verified_at as "at!: Timestamp""#,
        workspace,
        domain,
        proof,
        now.sql(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_stands_on_a_line_of_its_own() {
        assert!(holds(b"leadkeep-domain=abc", "leadkeep-domain=abc"));
        assert!(holds(b"# ours\r\n leadkeep-domain=abc \r\n", "leadkeep-domain=abc"));
        assert!(!holds(b"leadkeep-domain=abcd", "leadkeep-domain=abc"));
        assert!(!holds(b"<p>leadkeep-domain=abc</p>", "leadkeep-domain=abc"));
        assert!(!holds(b"", "leadkeep-domain=abc"));
    }
}
