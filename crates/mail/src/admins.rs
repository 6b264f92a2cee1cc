//! Whom a letter about a workspace goes to.

use lk_base::Result;
use lk_base::text::Email;
use lk_db::WriteTx;

/// The workspace's name, and the addresses of its admins and super admins: at most fifty, those who
/// joined first.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn admins(tx: &mut WriteTx) -> Result<(String, Vec<Email>)> {
    let workspace = tx.workspace();
    let name =
        sqlx::query_scalar!("select name from workspaces where workspace_id = $1", workspace)
            .fetch_one(tx.conn())
            .await?;
    let emails = sqlx::query_scalar!(
        "select email
           from operators
          where workspace_id = $1
            and removed_at is null
            and role in ('admin', 'super_admin')
          order by joined_at, operator_id
          limit 50",
        workspace,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok((name, emails.iter().filter_map(|email| Email::parse(email).ok()).collect()))
}
