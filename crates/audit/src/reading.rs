//! Whoever reads the log leaves an entry: one for each session and ten minutes, not for each page.

use std::time::Duration;

use lk_base::id::Id;
use lk_base::{Error, Result};
use lk_db::{Action, Db, Entry, Scope};

/// For how long one entry stands.
const STANDS: Duration = Duration::from_secs(600);

/// Enters that this session reads the log, unless it was entered a short while ago.
///
/// # Errors
/// `Internal` when the database refuses: what cannot be entered is not read.
pub(crate) async fn enter(db: &Db, scope: &Scope) -> Result<()> {
    let operator = scope.operator()?;
    let session = scope.actor().session().ok_or(Error::Forbidden { code: "operators_only" })?;
    let mut look = db.read(scope).await?;
    let since = look.now().minus(STANDS);
    let (workspace, session) = (look.workspace(), session.uuid());
    let stands = sqlx::query_scalar!(
        r#"select exists (
               select 1 from audit_readings
                where workspace_id = $1
                  and session_id = $2
                  and at > $3) as "stands!""#,
        workspace,
        session,
        since.sql(),
    )
    .fetch_one(look.conn())
    .await?;
    drop(look);
    if stands {
        return Ok(());
    }
    let mut tx = db.write(scope).await?;
    let now = tx.now();
    // Of two pages that are read at once, one writes the row and the entry.
    let first = sqlx::query!(
        "insert into audit_readings (workspace_id, session_id, at)
         values ($1, $2, $3)
         on conflict (workspace_id, session_id) do update
            set at = excluded.at
          where audit_readings.at <= $4",
        workspace,
        session,
        now.sql(),
        since.sql(),
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    if first == 0 {
        return Ok(());
    }
    tx.commit(Entry::new(Action::AuditRead, operator)).await
}
