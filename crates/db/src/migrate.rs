//! Migrations: numbered files, forward only, applied as the owner.

use lk_base::{Error, Result};
use sqlx::Connection;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// What a database still lacks.
#[derive(Debug)]
pub struct Pending {
    /// How many migrations are there in this build.
    pub known: usize,
    /// How many of them the database has.
    pub applied: usize,
}

/// Applies what is missing, one transaction each.
///
/// # Errors
/// `Internal` when the database was migrated by a newer build, or a statement fails.
pub async fn apply(owner: &PgConnectOptions) -> Result<Pending> {
    let mut connection = PgConnection::connect_with(owner).await?;
    let before = applied(&mut connection).await?;
    MIGRATIONS.run_direct(None, &mut connection, false).await.map_err(Error::internal)?;
    connection.close().await?;
    Ok(Pending { known: MIGRATIONS.iter().count(), applied: before })
}

async fn applied(connection: &mut PgConnection) -> Result<usize> {
    let exists =
        sqlx::query_scalar!("select to_regclass('_sqlx_migrations') is not null as \"exists!\"")
            .fetch_one(&mut *connection)
            .await?;
    if !exists {
        return Ok(0);
    }
    let count: i64 =
        sqlx::query_scalar("select count(*) from _sqlx_migrations").fetch_one(connection).await?;
    Ok(usize::try_from(count).unwrap_or(0))
}
