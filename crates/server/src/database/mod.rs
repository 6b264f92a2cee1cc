//! The database of this installation: a private cluster, or a server somebody else runs.

mod look;
mod root;

use std::str::FromStr;

use anyhow::{Context, bail};
use lk_base::Clock;
use lk_config::Settings;
use lk_crypto::{RootKey, Sealer};
use lk_db::{Db, Places, ThirdWall, permit};
use lk_postgres::{Cluster, Role, Running};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

pub use look::{Looked, look};
pub(crate) use root::settle;
pub use root::{kept_root_key, root_key, seal, sealed_with};

/// A database that is migrated and was looked at.
#[derive(Debug)]
pub struct Database {
    /// The door.
    pub db: Db,
    /// How to reach it as each role.
    pub places: Places,
    /// The private cluster, when there is one.
    pub cluster: Option<Cluster>,
}

/// Like [`open`], for a command beside a running server: joins its private cluster when there is
/// one, and changes nothing of the schema then.
///
/// # Errors
/// Each a sentence that says what to do.
pub async fn join(settings: &Settings, root: &RootKey) -> anyhow::Result<Database> {
    match Running::of(settings.data_dir()).filter(|_| settings.database.is_private()) {
        Some(running) => {
            let places = private(|role| running.address(role), 2)?;
            let db = Db::new(&places, Clock::system(), Sealer::new(root)?);
            db.ping().await.context("the running server's database does not answer")?;
            sealed_with(&db, root).await?;
            Ok(Database { db, places, cluster: None })
        }
        None => open(settings, root).await,
    }
}

/// Starts or reaches PostgreSQL, without touching what is in it.
///
/// # Errors
/// Each a sentence that says what to do.
pub async fn reach(settings: &Settings) -> anyhow::Result<(Places, Option<Cluster>)> {
    let wanted = &settings.database;
    if !wanted.is_private() {
        let places = Places {
            owner: external("database.url", wanted.url.expose())?,
            app: external("database.app_url", wanted.app_url.expose())?,
            dispatch: external("database.dispatch_url", wanted.dispatch_url.expose())?,
            connections: wanted.app_pool,
        };
        return Ok((places, None));
    }
    let cluster = start(settings).await?;
    let places = private(|role| cluster.address(role), wanted.app_pool)?;
    Ok((places, Some(cluster)))
}

/// Which third wall the settings want.
fn third_wall(settings: &Settings) -> ThirdWall {
    if settings.database.scope_permits { ThirdWall::Permits } else { ThirdWall::Nothing }
}

fn private(
    address: impl Fn(Role) -> lk_postgres::Address,
    connections: u32,
) -> anyhow::Result<Places> {
    let of = |role| PgConnectOptions::from_str(&address(role).to_string());
    Ok(Places {
        owner: of(Role::Owner)?,
        app: of(Role::App)?,
        dispatch: of(Role::Dispatch)?,
        connections,
    })
}

async fn start(settings: &Settings) -> anyhow::Result<Cluster> {
    let wanted = &settings.database;
    let cluster = Cluster::start(lk_postgres::Settings {
        binaries: wanted.binaries().map(Into::into),
        user: wanted.postgres_user.clone(),
        allow_volatile: wanted.allow_volatile,
        ..lk_postgres::Settings::new(settings.data_dir())
    })
    .await?;
    Ok(cluster)
}

/// A server across a network must prove who it is; a socket on this machine need not.
fn external(key: &str, url: &str) -> anyhow::Result<PgConnectOptions> {
    let options =
        PgConnectOptions::from_str(url).with_context(|| format!("{key} is no PostgreSQL URL"))?;
    let on_socket = options.get_socket().is_some() || options.get_host().starts_with('/');
    if !on_socket && !matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) {
        bail!(
            "{key} goes over a network without proof of the server's name; add ?sslmode=verify-full (and sslrootcert=… for a private authority)."
        );
    }
    Ok(options)
}

/// Opens the door: migrates, checks the server's version, every table and the root key, and
/// refuses with all that is wrong.
///
/// # Errors
/// Each a sentence that says what to do.
pub async fn open(settings: &Settings, root: &RootKey) -> anyhow::Result<Database> {
    let (places, cluster) = reach(settings).await?;
    let pending =
        lk_db::migrate::apply(&places.owner).await.context("the database cannot be migrated")?;
    if pending.applied < pending.known {
        tracing::info!(applied = pending.known - pending.applied, "migrations applied");
    }
    let third_wall = third_wall(settings);
    permit::settle(&places.owner, third_wall).await.context("the wall cannot be put up")?;
    let db = Db::new(&places, Clock::system(), Sealer::new(root)?).expecting(third_wall);
    let version = db.server_version().await.context("the database cannot be reached as lk_app")?;
    lk_postgres::check_version(version)?;
    let wrong = db.census().await?;
    if !wrong.is_empty() {
        bail!("the database is not safe to serve from:\n  - {}", wrong.join("\n  - "));
    }
    settle(&db, root).await?;
    db.make_room().await.context("the audit log's months cannot be made")?;
    Ok(Database { db, places, cluster })
}
