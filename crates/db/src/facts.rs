//! Facts about this installation: a name, a value, kept on the platform.

use lk_base::Result;
use lk_base::id::WorkspaceId;

use crate::audit::Unaudited;
use crate::pool::Db;
use crate::scope::{Actor, Origin, Scope};
use crate::tx::SystemReason;

impl Db {
    pub(crate) fn platform() -> Scope {
        let origin = std::sync::Arc::new(Origin::system("fact"));
        Scope::of_the_product(WorkspaceId::PLATFORM, Actor::System, origin)
    }

    /// The value of a fact.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn fact(&self, fact: &str) -> Result<Option<String>> {
        let mut tx = self.read(&Self::platform()).await?;
        let workspace = tx.workspace();
        let value = sqlx::query_scalar!(
            "select value from instance_facts where workspace_id = $1 and fact = $2",
            workspace,
            fact,
        )
        .fetch_optional(tx.conn())
        .await?;
        Ok(value)
    }

    /// Sets a fact that is not there yet; whether it was not.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn set_fact(&self, fact: &str, value: &str) -> Result<bool> {
        let mut system = self.system(SystemReason::Start, &Self::platform()).await?;
        let tx = system.tx();
        let (workspace, now) = (tx.workspace(), tx.now());
        let set = sqlx::query!(
            "insert into instance_facts (workspace_id, fact, value, set_at)
             values ($1, $2, $3, $4)
             on conflict (workspace_id, fact) do nothing",
            workspace,
            fact,
            value,
            now.sql(),
        )
        .execute(tx.conn())
        .await?
        .rows_affected();
        system.commit_unaudited(Unaudited::InstanceFact).await?;
        Ok(set > 0)
    }
}
