//! First-run set-up: a link that works once and for thirty minutes makes the first person.

pub mod finish;
pub mod status;

use std::sync::Arc;
use std::time::Duration;

use lk_base::Result;
use lk_db::{Action, Entry, Origin, SystemReason, WriteTx};

use crate::Identity;
use crate::link::{self, Purpose};
use crate::nobody::nobody;

/// How long a set-up link lives.
pub const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// Whether nobody has been set up yet; canaries' people are nobody.
async fn needed(tx: &mut WriteTx) -> Result<bool> {
    let workspace = tx.workspace();
    let exists = sqlx::query_scalar!(
        r#"select exists (select 1 from persons
                           where workspace_id = $1
                             and canary_workspace_id is null) as "exists!""#,
        workspace,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(!exists)
}

/// A new set-up link, or `None` when the product is set up.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn new_link(identity: &Identity) -> Result<Option<String>> {
    let scope = nobody(Arc::new(Origin::system("start")));
    let mut system = identity.db.system(SystemReason::Start, &scope).await?;
    if !needed(system.tx()).await? {
        return Ok(None);
    }
    let expires = system.tx().now().plus(LIFETIME);
    let token = link::make(system.tx(), Purpose::Setup, None, expires).await?;
    system.commit(Entry::without_target(Action::SetUpLinkMade)).await?;
    Ok(Some(format!("{}/setup#{}", identity.dashboard_url, token.expose())))
}
