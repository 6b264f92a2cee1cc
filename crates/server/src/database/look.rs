//! A look at the database that changes nothing: no cluster is made, nothing is migrated, and
//! PostgreSQL itself refuses whatever would write.

use anyhow::{Context, bail};
use lk_base::Clock;
use lk_config::Settings;
use lk_crypto::{RootKey, Sealer};
use lk_db::migrate::Pending;
use lk_db::{Db, Places};
use lk_postgres::{Cluster, Running};
use sqlx::Connection;
use sqlx::migrate::{Migrate, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection};

use super::{private, reach, third_wall};

/// The same files that `lk_db` applies.
static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// A database that can be read.
#[derive(Debug)]
pub struct Looked {
    /// The door, over connections that cannot write.
    pub db: Db,
    /// The private cluster, when it was started for this.
    pub cluster: Option<Cluster>,
    /// What the database lacks.
    pub pending: Pending,
}

/// Reaches the database, or says `None` when the private cluster was never made. A cluster that
/// stands still is started; stop it afterwards.
///
/// # Errors
/// Each a sentence that says what to do.
pub async fn look(settings: &Settings, root: &RootKey) -> anyhow::Result<Option<Looked>> {
    let is_private = settings.database.is_private();
    let (places, cluster) = match Running::of(settings.data_dir()).filter(|_| is_private) {
        Some(running) => (private(|role| running.address(role), 2)?, None),
        None if is_private && !is_made(settings)? => return Ok(None),
        None => reach(settings).await?,
    };
    let places = read_only(places);
    let pending = pending(&places.owner).await?;
    let db = Db::new(&places, Clock::system(), Sealer::new(root)?).expecting(third_wall(settings));
    Ok(Some(Looked { db, cluster, pending }))
}

fn is_made(settings: &Settings) -> anyhow::Result<bool> {
    let version = settings.data_dir().join("postgres/data/PG_VERSION");
    version.try_exists().with_context(|| format!("{} cannot be looked at", version.display()))
}

fn read_only(places: Places) -> Places {
    let of = |options: PgConnectOptions| options.options([("default_transaction_read_only", "on")]);
    Places {
        owner: of(places.owner),
        app: of(places.app),
        // Even to look, a transaction shows a permit, and somebody has to write it.
        dispatch: places.dispatch,
        connections: places.connections,
    }
}

/// Compares the database's own list of migrations with ours.
async fn pending(owner: &PgConnectOptions) -> anyhow::Result<Pending> {
    let mut connection = PgConnection::connect_with(owner)
        .await
        .context("the database cannot be reached as lk_owner")?;
    let exists =
        sqlx::query_scalar!("select to_regclass('_sqlx_migrations') is not null as \"exists!\"")
            .fetch_one(&mut connection)
            .await?;
    let applied = if exists {
        connection.list_applied_migrations(&MIGRATIONS.table_name).await?
    } else {
        Vec::new()
    };
    connection.close().await?;
    for there in &applied {
        let Some(known) = MIGRATIONS.iter().find(|known| known.version == there.version) else {
            bail!(
                "migration {} of this database is not known to this version; it was migrated by a newer Leadkeep, so run that one.",
                there.version
            );
        };
        if known.checksum != there.checksum {
            bail!(
                "migration {} was not the same when this database was migrated; run the Leadkeep that did it, or restore a backup that fits this version.",
                there.version
            );
        }
    }
    Ok(Pending { known: MIGRATIONS.iter().count(), applied: applied.len() })
}

#[cfg(test)]
mod tests {
    use lk_testkit::private_database;

    use super::*;

    #[tokio::test]
    async fn what_is_missing_is_counted_and_nothing_is_applied() {
        let database = private_database().await;
        let places = read_only(database.places.clone());
        let all = pending(&places.owner).await.unwrap();
        assert!(all.known > 0 && all.applied == all.known, "{all:?}");
        database.run("delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)").await;
        assert_eq!(pending(&places.owner).await.unwrap().applied, all.known - 1);
        database.run("drop table _sqlx_migrations").await;
        assert_eq!(pending(&places.owner).await.unwrap().applied, 0);
        let there = database.rows("select to_regclass('_sqlx_migrations') is not null as x").await;
        assert_eq!(there[0]["x"], false);
    }

    #[tokio::test]
    async fn a_database_of_another_version_is_refused() {
        for (change, expected) in [
            ("update _sqlx_migrations set version = 9999 where version = 1", "by a newer Leadkeep"),
            ("update _sqlx_migrations set checksum = 'x' where version = 1", "was not the same"),
        ] {
            let database = private_database().await;
            database.run(change).await;
            let said = pending(&database.places.owner).await.unwrap_err().to_string();
            assert!(said.contains(expected), "{said}");
        }
    }

    #[tokio::test]
    async fn a_look_cannot_write() {
        let database = private_database().await;
        let sealer = || Sealer::new(&RootKey::random()).unwrap();
        // The first to be bound to a workspace makes the key that signs the setting.
        let serving = Db::new(&database.places, Clock::system(), sealer());
        assert_eq!(serving.fact("written").await.unwrap(), None);
        let places = read_only(database.places);
        let db = Db::new(&places, Clock::system(), sealer());
        assert_eq!(db.census().await.unwrap(), Vec::<String>::new());
        assert!(db.set_fact("written", "yes").await.is_err());
        assert_eq!(db.fact("written").await.unwrap(), None);
        assert!(lk_db::migrate::apply(&places.owner).await.is_err());
    }
}
