//! A widget comes into being with its workspace. No operation of the API makes one.

use lk_base::Result;
use lk_base::id::{Id, WidgetId};
use lk_db::WriteTx;

const NAME: &str = "Website";
const GREETING: &str = "Hello! How can we help?";
const COLOUR: &str = "#3152d0";

/// Makes a workspace's widget, which nobody may show yet; the transaction must stand in the
/// workspace. The directory gets its line from [`crate::insert_directory`], on the platform.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn insert_widget(tx: &mut WriteTx, widget: WidgetId) -> Result<()> {
    sqlx::query!(
        "insert into widgets
             (workspace_id, widget_id, name, greeting, colour, allowed_sites,
              ask_name, ask_email, created_at, updated_at)
         values ($1, $2, $3, $4, $5, '{}', true, true, $6, $6)",
        tx.workspace(),
        widget.uuid(),
        NAME,
        GREETING,
        COLOUR,
        tx.now().sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
