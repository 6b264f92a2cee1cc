//! The directory: which workspaces a person belongs to. It lives on the platform.

use lk_base::Result;
use lk_base::id::{Id, OperatorId, PersonId, WorkspaceId};
use lk_db::WriteTx;
use schemars::JsonSchema;
use serde::Serialize;

/// A workspace by name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WorkspaceName {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
}

/// One line of the directory.
#[derive(Debug, Clone)]
pub struct Place {
    /// The workspace.
    pub workspace: WorkspaceName,
    /// The person's operator in it.
    pub operator: OperatorId,
}

/// Where a person belongs, oldest first.
pub(crate) async fn of(tx: &mut WriteTx, person: PersonId) -> Result<Vec<Place>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select member_workspace_id as "id: WorkspaceId", workspace_name,
                  operator_id as "operator: OperatorId"
             from memberships
            where workspace_id = $1
              and person_id = $2
            order by created_at, member_workspace_id"#,
        workspace,
        person.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Place {
            workspace: WorkspaceName { id: row.id, name: row.workspace_name },
            operator: row.operator,
        })
        .collect())
}

/// Adds a line; a person who comes back gets the old one again.
pub(crate) async fn insert(
    tx: &mut WriteTx,
    person: PersonId,
    member_of: WorkspaceId,
    name: &str,
    operator: OperatorId,
) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "insert into memberships
             (workspace_id, person_id, member_workspace_id, operator_id, workspace_name, created_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (workspace_id, person_id, member_workspace_id) do nothing",
        workspace,
        person.uuid(),
        member_of.uuid(),
        operator.uuid(),
        name,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a line out.
pub(crate) async fn remove(
    tx: &mut WriteTx,
    person: PersonId,
    member_of: WorkspaceId,
) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "delete from memberships
          where workspace_id = $1
            and person_id = $2
            and member_workspace_id = $3",
        workspace,
        person.uuid(),
        member_of.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Renames a workspace for everybody in it.
pub(crate) async fn rename(tx: &mut WriteTx, member_of: WorkspaceId, name: &str) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "update memberships set workspace_name = $3 where workspace_id = $1 and member_workspace_id = $2",
        workspace,
        member_of.uuid(),
        name,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
