//! How a transaction begins: bound to its workspace, on a connection that lives, and never half.
//!
//! A caller can be gone at any moment: whoever asked has closed the connection. The driver rolls
//! back what it knows of, and it does not know of a transaction before the server's answer is read;
//! given up at that moment, the connection would go back to the pool in the middle of it, and the
//! next one to write through it might find that it may only read.
//!
//! **Invariant:** what was sent to begin is waited for, by whoever asked or by nobody in particular.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use lk_base::Result;
use lk_base::id::WorkspaceId;
use sqlx::postgres::{PgDatabaseError, PgSeverity};
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr as _, Transaction};
use tokio::runtime::Handle;

use crate::pool::Db;

/// How many connections that died while they rested are replaced before somebody is told: as many as
/// a pool may have.
const MOST_DEAD: usize = 128;

type Begun = Result<Transaction<'static, Postgres>, sqlx::Error>;

/// A transaction that begins, and that is brought to its beginning when nobody waits for it any
/// more: only then is it rolled back.
struct Beginning(Option<Pin<Box<dyn Future<Output = Begun> + Send>>>);

impl Future for Beginning {
    type Output = Begun;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Begun> {
        let Some(beginning) = &mut self.0 else { return Poll::Pending };
        let polled = beginning.as_mut().poll(context);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl Drop for Beginning {
    fn drop(&mut self) {
        if let (Some(beginning), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            drop(runtime.spawn(beginning));
        }
    }
}

impl Db {
    /// `begin` and the binding travel together: one round trip instead of two. The setting is
    /// printed, because `set` takes no parameters; a permit is hexadecimal digits.
    #[expect(clippy::disallowed_methods, reason = "this is the one door")]
    pub(super) async fn open(
        &self,
        begin: &'static str,
        workspace: WorkspaceId,
    ) -> Result<Transaction<'static, Postgres>> {
        let mut dead = 0;
        loop {
            // In this order: a connection to another server than before throws the permits away.
            let connection = self.app().acquire().await?;
            let permit = self.permit(workspace).await?;
            let statement = format!("{begin}; set local lk.workspace = '{permit}'");
            let statement = AssertSqlSafe(statement).into_sql_str();
            match Beginning(Some(Transaction::begin(connection, Some(statement)))).await {
                // Nothing has been done yet, so another connection will do.
                Err(error) if is_over(&error) && dead < MOST_DEAD => dead += 1,
                begun => return Ok(begun?),
            }
        }
    }
}

/// Whether the connection is lost: PostgreSQL has ended it, or is no longer there.
fn is_over(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error
            .try_downcast_ref::<PgDatabaseError>()
            .is_some_and(|error| matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic)),
        _ => false,
    }
}
