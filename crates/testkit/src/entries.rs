//! The audit log as tests read it: the plain columns and what is sealed beside them.

use std::collections::HashMap;
use std::sync::Arc;

use lk_base::id::{Id, WorkspaceId};
use lk_db::entry::Stored;
use lk_db::{Actor, Db, Origin, Scope};
use serde_json::{Value, json};

use crate::cluster::Database;

/// All entries of all workspaces, oldest first: the columns, and `change`, `user_agent`,
/// `address_masked` and `address_sealed` of the payload, `null` when it does not open.
///
/// # Panics
/// When the database refuses.
pub async fn all(db: &Db, database: &Database) -> Vec<Value> {
    let mut opened: HashMap<String, Stored> = HashMap::new();
    for row in database.rows("select distinct workspace_id from audit_written").await {
        let workspace = row["workspace_id"].as_str().and_then(|text| text.parse().ok()).unwrap();
        for entry in of(db, WorkspaceId::from_uuid(workspace)).await {
            opened.insert(entry.entry.uuid().to_string(), entry);
        }
    }
    let mut rows = database.rows("select * from audit_written order by position").await;
    for row in &mut rows {
        let stored = opened.get(row["entry_id"].as_str().unwrap()).unwrap();
        let payload = stored.contents.payload().map(|payload| json!(payload)).unwrap_or_default();
        row["change"] = payload["change"].clone();
        row["user_agent"] = payload["user_agent"].clone();
        row["address_masked"] = payload["address"]["masked"].clone();
        row["address_sealed"] = payload["address"]["sealed"].clone();
        let columns = row.as_object_mut().unwrap();
        columns.remove("payload");
        columns.remove("commitment");
    }
    rows
}

/// The entries of one workspace, as the product reads them back.
///
/// # Panics
/// When the database refuses.
pub async fn of(db: &Db, workspace: WorkspaceId) -> Vec<Stored> {
    let scope =
        Scope::assume_authenticated(workspace, Actor::System, Arc::new(Origin::system("test")));
    db.read(&scope).await.unwrap().entries(None, i64::MAX).await.unwrap()
}

/// Puts what waits into the log, as the sequencer does, but into no tree.
///
/// # Panics
/// When the database refuses.
pub async fn place(database: &Database) {
    const COLUMNS: &str = "workspace_id, entry_id, position, at, action, actor_kind, actor_id,
         session_id, target_kind, target_id, request_id, commitment, payload";
    let place = format!(
        "with taken as (delete from audit_waiting returning *)
         insert into audit_entries ({COLUMNS}) select {COLUMNS} from taken"
    );
    database.run(&place).await;
}
