//! Up to where the log was reviewed: one mark for a workspace, and who set it.

pub mod mark;
pub mod read;

use lk_base::id::{EntryId, OperatorId};
use lk_base::{Result, Timestamp};
use lk_db::ReadTx;
use schemars::JsonSchema;
use serde::Serialize;

/// The mark.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AuditReview {
    /// Everything up to this entry was reviewed.
    pub until: EntryId,
    /// When that entry was written.
    pub until_at: Timestamp,
    /// Who said so.
    pub by: OperatorId,
    /// When they said so.
    pub at: Timestamp,
}

pub(crate) async fn found(tx: &mut ReadTx) -> Result<Option<AuditReview>> {
    Ok(sqlx::query_as!(
        AuditReview,
        r#"select entry_id    as "until: EntryId",
                  entry_at    as "until_at: Timestamp",
                  reviewed_by as "by: OperatorId",
                  reviewed_at as "at: Timestamp"
             from audit_reviews
            where workspace_id = $1"#,
        tx.workspace(),
    )
    .fetch_optional(tx.conn())
    .await?)
}
