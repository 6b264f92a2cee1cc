//! Which workspace a widget belongs to: its id is all that a host page knows.
//!
//! The answer never changes, so it is kept in memory; what is not known is never kept, so made-up
//! ids cost a look-up each and no memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use lk_base::Result;
use lk_base::id::{Id, WidgetId, WorkspaceId};
use lk_db::{SystemReason, WriteTx};

use crate::authenticate::system_scope;
use crate::inbox::Inbox;

/// How many widgets are remembered; beyond that it starts again.
const MOST: usize = 10_000;

/// What is remembered of a widget.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    /// Whose it is.
    pub(crate) workspace: WorkspaceId,
    /// Whether it was seen on a site already.
    pub(crate) hit: bool,
}

/// The widgets that were asked for lately.
#[derive(Debug, Default)]
pub(crate) struct Directory(Mutex<HashMap<WidgetId, Known>>);

impl Directory {
    fn get(&self, widget: WidgetId) -> Option<Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&widget).copied()
    }

    pub(crate) fn remember(&self, widget: WidgetId, known: Known) {
        let mut widgets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if widgets.len() >= MOST {
            widgets.clear();
        }
        widgets.insert(widget, known);
    }
}

impl Inbox {
    /// The workspace of a widget, if there is such a widget.
    pub(crate) async fn known_widget(&self, widget: WidgetId) -> Result<Option<Known>> {
        if let Some(known) = self.directory.get(widget) {
            return Ok(Some(known));
        }
        let platform = system_scope(WorkspaceId::PLATFORM, "widget");
        let mut tx = self.db.system(SystemReason::WidgetLookup, &platform).await?;
        let tx = tx.tx();
        let owner = sqlx::query_scalar!(
            r#"select owner_workspace_id as "owner: WorkspaceId"
                 from widget_directory
                where workspace_id = $1
                  and widget_id = $2"#,
            tx.workspace(),
            widget.uuid(),
        )
        .fetch_optional(tx.conn())
        .await?;
        let known = owner.map(|workspace| Known { workspace, hit: false });
        if let Some(known) = known {
            self.directory.remember(widget, known);
        }
        Ok(known)
    }
}

/// Enters a widget into the directory; the transaction must stand on the platform.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn insert_directory(
    tx: &mut WriteTx,
    widget: WidgetId,
    workspace: WorkspaceId,
) -> Result<()> {
    sqlx::query!(
        "insert into widget_directory (workspace_id, widget_id, owner_workspace_id)
         values ($1, $2, $3)",
        tx.workspace(),
        widget.uuid(),
        workspace.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
