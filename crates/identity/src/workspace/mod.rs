//! A workspace: the tenant.

pub mod access_policy;
pub mod change;
pub mod change_access_policy;
pub mod change_factor_policy;
pub mod create;
pub mod factor_policy;
pub mod read;

use std::sync::Arc;

use lk_authz::Role;
use lk_base::id::{Id, OperatorId, WidgetId, WorkspaceId};
use lk_base::text::Name;
use lk_base::{Result, Timestamp};
use lk_db::{SystemTx, WriteTx};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Identity;
use crate::directory::{Place, WorkspaceName};
use crate::nobody::nobody_in;
use crate::person::Person;
use crate::sso::Offer;
use crate::{directory, operator};

/// A workspace, as its operators see it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Since when it exists.
    pub created_at: Timestamp,
}

/// Makes a workspace with `person` as its super admin, and furnishes it.
///
/// Begins among the platform's rows and ends inside the new workspace.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn create(
    identity: &Identity,
    system: &mut SystemTx,
    person: &Person,
    name: &Name,
) -> Result<Place> {
    let tx = system.tx();
    let (workspace, operator): (WorkspaceId, OperatorId) = (tx.new_id(), tx.new_id());
    let widget: WidgetId = tx.new_id();
    directory::insert(tx, person.id, workspace, name.as_str(), operator).await?;
    identity.furnish.on_platform(tx, workspace, widget).await?;
    let origin = Arc::clone(tx.scope().origin());
    system.enter(nobody_in(workspace, origin)).await?;
    let tx = system.tx();
    insert(tx, name).await?;
    operator::insert(tx, operator, person, Role::SuperAdmin).await?;
    identity.furnish.inside(tx, name.as_str(), widget).await?;
    Ok(Place {
        workspace: WorkspaceName { id: workspace, name: name.as_str().to_owned() },
        operator,
        sso: Offer::None,
    })
}

/// Makes the workspace's own row, inside it.
pub(crate) async fn insert(tx: &mut WriteTx, name: &Name) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "insert into workspaces (workspace_id, name, created_at) values ($1, $2, $3)",
        workspace,
        name.as_str(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What the workspace of the transaction is called.
pub(crate) async fn name_of(tx: &mut WriteTx) -> Result<String> {
    let workspace = tx.workspace();
    let name =
        sqlx::query_scalar!("select name from workspaces where workspace_id = $1", workspace)
            .fetch_one(tx.conn())
            .await?;
    Ok(name)
}

/// Reads the workspace of the transaction and holds it until the transaction ends.
async fn lock(tx: &mut WriteTx) -> Result<Workspace> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select name, created_at as "created_at: Timestamp"
             from workspaces
            where workspace_id = $1
              for update"#,
        workspace,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Workspace {
        id: WorkspaceId::from_uuid(workspace),
        name: row.name,
        created_at: row.created_at,
    })
}
