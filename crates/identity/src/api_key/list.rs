//! `GET /api/v1/api-keys`: the workspace's keys, the newest first.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{ApiKeyId, OperatorId};
use lk_base::{MaskedAddress, Page, Result, Timestamp};
use lk_web::{Access, Audited, Operation, RateClass, Reply};

use super::{ApiKey, Row};
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_api_keys",
    method: Method::GET,
    path: "/api/v1/api-keys",
    summary: "The workspace's API keys, the newest first; ended ones too. Secrets are not among it.",
    access: Access::Operator(Permission::KeyManage),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Page<ApiKey>>> {
    let mut tx = call.state.db.read(&call.scope).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    // Those that work first: they are a hundred at most, so none is beyond the end.
    let rows = sqlx::query_as!(
        Row,
        r#"select api_key_id       as "id: ApiKeyId",
                  name, scopes, allowed_addresses,
                  created_by       as "created_by: OperatorId",
                  created_at       as "created_at: Timestamp",
                  expires_at       as "expires_at: Timestamp",
                  revoked_at       as "revoked_at: Timestamp",
                  revoked_because,
                  secret_at        as "secret_at: Timestamp",
                  secret_seen_by   as "secret_seen_by: OperatorId",
                  old_seen_by      as "old_seen_by: OperatorId",
                  old_ends_at      as "old_ends_at: Timestamp",
                  last_used_at     as "last_used_at: Timestamp",
                  last_used_masked as "last_used_masked: MaskedAddress"
             from api_keys
            where workspace_id = $1
            order by revoked_at is null and expires_at > $2 desc, created_at desc, api_key_id desc
            limit 200"#,
        workspace,
        now.sql(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Reply::ok(Page::whole(rows.into_iter().map(|row| row.shown(now)).collect())))
}
