//! The directory: which workspaces a person belongs to. It lives on the platform.

use std::sync::Arc;

use lk_base::id::{Id, OperatorId, PersonId, WorkspaceId};
use lk_base::{Result, Timestamp};
use lk_db::{Origin, SystemReason, WriteTx};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Identity;
use crate::nobody::nobody;
use crate::sso::Offer;

/// How many workspaces are read at once.
const AT_ONCE: i64 = 1000;

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
    /// Whether the workspace has single sign-on.
    pub(crate) sso: Offer,
}

/// Where a person belongs, oldest first.
pub(crate) async fn of(tx: &mut WriteTx, person: PersonId) -> Result<Vec<Place>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select m.member_workspace_id as "id: WorkspaceId", m.workspace_name,
                  m.operator_id as "operator: OperatorId",
                  s.member_workspace_id is not null as "offered!",
                  s.enforced_since is not null as "enforced!"
             from memberships m
             left join sso_directory s using (workspace_id, member_workspace_id)
            where m.workspace_id = $1
              and m.person_id = $2
            order by m.created_at, m.member_workspace_id"#,
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
            sso: match (row.offered, row.enforced) {
                (_, true) => Offer::Only,
                (true, false) => Offer::Beside,
                (false, false) => Offer::None,
            },
        })
        .collect())
}

/// A workspace from outside: its id, its name, and how many operators it has.
pub type Seen = (WorkspaceId, String, i64);

/// The workspaces after one, by their ids, which is by their age. For staff.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn workspaces(
    tx: &mut WriteTx,
    after: Option<WorkspaceId>,
    limit: i64,
) -> Result<Vec<Seen>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select member_workspace_id as "id: WorkspaceId",
                  min(workspace_name) as "name!",
                  count(*)            as "operators!"
             from memberships
            where workspace_id = $1
              and ($2::uuid is null or member_workspace_id > $2)
            group by member_workspace_id
            order by member_workspace_id
            limit $3"#,
        workspace,
        after.map(Id::uuid),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name, row.operators)).collect())
}

/// All workspaces, by their age: for whoever holds the data directory.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn all_workspaces(identity: &Identity) -> Result<Vec<Seen>> {
    let scope = nobody(Arc::new(Origin::system("command line")));
    let mut system = identity.db.system(SystemReason::CommandLine, &scope).await?;
    let mut all: Vec<Seen> = Vec::new();
    loop {
        let after = all.last().map(|(id, ..)| *id);
        let found = workspaces(system.tx(), after, AT_ONCE).await?;
        if found.is_empty() {
            return Ok(all);
        }
        all.extend(found);
    }
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

/// Takes a line out; that it was there is kept for when the person closes their login.
pub(crate) async fn remove(
    tx: &mut WriteTx,
    person: PersonId,
    member_of: WorkspaceId,
) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "with gone as (
             delete from memberships
              where workspace_id = $1
                and person_id = $2
                and member_workspace_id = $3
             returning operator_id
         )
         insert into former_memberships
             (workspace_id, person_id, member_workspace_id, operator_id, ended_at)
         select $1, $2, $3, gone.operator_id, $4
           from gone
         on conflict (workspace_id, person_id, member_workspace_id)
         do update set operator_id = excluded.operator_id, ended_at = excluded.ended_at",
        workspace,
        person.uuid(),
        member_of.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Where a person was once, and as whom.
pub(crate) async fn former(
    tx: &mut WriteTx,
    person: PersonId,
) -> Result<Vec<(WorkspaceId, OperatorId)>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select member_workspace_id as "id: WorkspaceId",
                  operator_id         as "operator: OperatorId"
             from former_memberships
            where workspace_id = $1
              and person_id = $2
            order by member_workspace_id"#,
        workspace,
        person.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.operator)).collect())
}

/// Renames a workspace for everybody in it. The lines are held in one order, whoever asks: two who
/// rename at the same moment would otherwise wait for one another for good.
pub(crate) async fn rename(tx: &mut WriteTx, member_of: WorkspaceId, name: &str) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "with held as (
             select person_id
               from memberships
              where workspace_id = $1
                and member_workspace_id = $2
              order by person_id
                for update
         )
         update memberships m
            set workspace_name = $3
           from held
          where m.workspace_id = $1
            and m.member_workspace_id = $2
            and m.person_id = held.person_id",
        workspace,
        member_of.uuid(),
        name,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Since when single sign-on is the only way into a workspace.
pub(crate) async fn enforced_since(
    tx: &mut WriteTx,
    member_of: WorkspaceId,
) -> Result<Option<Timestamp>> {
    let workspace = tx.workspace();
    let since = sqlx::query_scalar!(
        r#"select enforced_since as "since: Timestamp"
             from sso_directory
            where workspace_id = $1
              and member_workspace_id = $2"#,
        workspace,
        member_of.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(since.flatten())
}

/// Says that a workspace has single sign-on, and whether it is the only way in.
pub(crate) async fn offer_sso(
    tx: &mut WriteTx,
    member_of: WorkspaceId,
    enforced: bool,
) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "insert into sso_directory (workspace_id, member_workspace_id, enforced_since)
         values ($1, $2, case when $3 then $4::timestamptz end)
         on conflict (workspace_id, member_workspace_id)
         do update set enforced_since =
             case when $3 then coalesce(sso_directory.enforced_since, $4::timestamptz) end",
        workspace,
        member_of.uuid(),
        enforced,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says that it has none.
pub(crate) async fn offer_no_sso(tx: &mut WriteTx, member_of: WorkspaceId) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "delete from sso_directory where workspace_id = $1 and member_workspace_id = $2",
        workspace,
        member_of.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
