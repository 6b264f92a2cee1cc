//! A widget was seen on a site: the first time is worth knowing, the others are not.

use lk_base::Result;
use lk_base::id::{Id, WidgetId};
use lk_db::{Action, Entry, Event, EventKind, SystemReason};
use serde_json::json;

use crate::authenticate::system_scope;
use crate::directory::Known;
use crate::inbox::Inbox;

/// Notes that a widget was asked for from a page of `site`. Only the first time on an allowed
/// site writes anything, and the memory of that keeps later ones away from the database.
///
/// # Errors
/// `Internal` when the database does not answer.
pub async fn record_hit(inbox: &Inbox, widget: WidgetId, site: &str) -> Result<()> {
    let Some(known) = inbox.known_widget(widget).await? else { return Ok(()) };
    if known.hit {
        return Ok(());
    }
    let scope = system_scope(known.workspace, "widget");
    let mut reading = inbox.db.read(&scope).await?;
    let widget_row = sqlx::query!(
        r#"select first_hit_at is not null as "hit!", allowed_sites
             from widgets
            where workspace_id = $1
              and widget_id = $2"#,
        reading.workspace(),
        widget.uuid(),
    )
    .fetch_optional(reading.conn())
    .await?;
    drop(reading);
    let Some(row) = widget_row else { return Ok(()) };
    if row.hit {
        inbox.directory.remember(widget, Known { hit: true, ..known });
        return Ok(());
    }
    if !row.allowed_sites.iter().any(|allowed| allowed == site) {
        return Ok(());
    }
    let mut system = inbox.db.system(SystemReason::WidgetLookup, &scope).await?;
    let tx = system.tx();
    let first = sqlx::query_scalar!(
        r#"update widgets
              set first_hit_at = $3, first_hit_site = $4
            where workspace_id = $1
              and widget_id = $2
              and first_hit_at is null
              and $4 = any(allowed_sites)
           returning 1 as "first!""#,
        tx.workspace(),
        widget.uuid(),
        tx.now().sql(),
        site,
    )
    .fetch_optional(tx.conn())
    .await?;
    if first.is_some() {
        let data = json!({ "widget_id": widget, "site": site, "at": tx.now() });
        tx.emit(Event::new(EventKind::WidgetFirstHit, widget, data));
        system
            .commit(Entry::new(Action::WidgetFirstHit, widget).with(json!({ "site": site })))
            .await?;
    }
    Ok(())
}
