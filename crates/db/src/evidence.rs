//! What running checks found, kept where the application can add and read and do nothing else.

use std::time::Duration;

use lk_base::id::{EventId, Id};
use lk_base::{Result, Timestamp};
use serde_json::json;

use crate::audit::Unaudited;
use crate::pool::Db;
use crate::tx::SystemReason;

/// What is looked at. A closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The census of roles, tables, keys, functions and holdings.
    Census,
    /// What the people of one canary find of the other.
    Canaries,
}

/// What a look came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The promise was seen to hold.
    Passed,
    /// It was seen not to hold.
    Failed,
    /// Nobody could look.
    Unknown,
}

/// One look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What was looked at.
    pub check: Check,
    /// What it came to.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
    /// What was wrong, or how much was looked at.
    pub detail: Vec<String>,
    /// The version that looked.
    pub build: String,
}

impl Check {
    /// All checks.
    pub const ALL: &'static [Self] = &[Self::Census, Self::Canaries];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Census => "census",
            Self::Canaries => "canaries",
        }
    }
}

impl Outcome {
    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "passed" => Self::Passed,
            "failed" => Self::Failed,
            _ => Self::Unknown,
        }
    }
}

impl Db {
    /// Keeps what was found.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn keep(&self, evidence: &Evidence) -> Result<()> {
        let mut system = self.system(SystemReason::Evidence, &Self::platform()).await?;
        let tx = system.tx();
        let (workspace, now, id) = (tx.workspace(), tx.now(), tx.new_id::<EventId>());
        sqlx::query!(
            "insert into evidence
                 (workspace_id, evidence_id, check_name, result, at, took_us, detail, build)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            workspace,
            id.uuid(),
            evidence.check.name(),
            evidence.outcome.name(),
            now.sql(),
            i64::try_from(evidence.took.as_micros()).unwrap_or(i64::MAX),
            json!(evidence.detail),
            evidence.build,
        )
        .execute(tx.conn())
        .await?;
        system.commit_unaudited(Unaudited::Evidence).await
    }

    /// The newest look of a kind, and when it was.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn newest_evidence(&self, check: Check) -> Result<Option<(Timestamp, Evidence)>> {
        let mut tx = self.read(&Self::platform()).await?;
        let workspace = tx.workspace();
        let row = sqlx::query!(
            r#"select at as "at: Timestamp", result, took_us, detail, build
                 from evidence
                where workspace_id = $1
                  and check_name = $2
                order by at desc, evidence_id desc
                limit 1"#,
            workspace,
            check.name(),
        )
        .fetch_optional(tx.conn())
        .await?;
        Ok(row.map(|row| {
            let evidence = Evidence {
                check,
                outcome: Outcome::named(&row.result),
                took: Duration::from_micros(u64::try_from(row.took_us).unwrap_or_default()),
                detail: serde_json::from_value(row.detail).unwrap_or_default(),
                build: row.build,
            };
            (row.at, evidence)
        }))
    }
}
