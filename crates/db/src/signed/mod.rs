//! The setting that binds a transaction to its workspace, signed, so that SQL alone cannot forge it.
//!
//! The key lies in `scope_keys`, which only the owner reads; a process reads it when it first needs
//! one and looks for a newer one once a minute. What the database accepts is in the view
//! `bound_workspace`; it is swapped for the unsigned one where the settings say so.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use lk_base::id::{Id, WorkspaceId};
use lk_base::{Clock, Error, Result, Timestamp, clock};
use lk_crypto::mac::TextMac;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection};
use tokio::sync::Mutex;

use crate::audit::{Action, Entry};
use crate::pool::Db;
use crate::tx::SystemReason;

/// How long a key is used before somebody looks for a newer one.
const FRESH: Duration = Duration::from_secs(60);
/// How long after it was signed a setting may begin a transaction: a connection may be waited for.
const GOOD: i64 = 120;
/// How long the key before goes on counting: every process has looked again by then.
pub(crate) const OVERLAP: Duration = Duration::from_secs(15 * 60);
/// After a silence of this long nobody uses what they know before somebody has looked.
const STALE: Duration = Duration::from_secs(5 * 60);

const SIGNED: &str = include_str!("signed.sql");
const UNSIGNED: &str = include_str!("unsigned.sql");

/// Whether the setting is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// A setting that the application has not signed is no workspace.
    Wanted,
    /// Whatever the setting says counts.
    Unwanted,
}

/// What a process knows of the key.
#[derive(Debug)]
struct Known {
    /// `None` where settings are not signed.
    key: Option<(String, TextMac)>,
    /// How far the database's clock is ahead of ours.
    ahead: i64,
    read_at: Timestamp,
}

/// Signs settings.
pub(crate) struct Signer {
    owner: PgConnectOptions,
    /// The machine's clock, whatever the product's clock says: the demo writes its past.
    clock: Clock,
    known: RwLock<Option<Arc<Known>>>,
    reading: Mutex<()>,
}

impl Signer {
    pub(crate) fn new(owner: PgConnectOptions) -> Self {
        Self { owner, clock: Clock::system(), known: RwLock::default(), reading: Mutex::default() }
    }

    /// The text of the setting for a workspace.
    pub(crate) async fn sign(&self, workspace: WorkspaceId) -> Result<String> {
        self.sign_for(workspace, GOOD).await
    }

    /// The same for so many seconds.
    pub(crate) async fn sign_for(&self, workspace: WorkspaceId, seconds: i64) -> Result<String> {
        let known = self.known().await?;
        let Some((id, mac)) = &known.key else { return Ok(workspace.uuid().to_string()) };
        let until = self.clock.now().unix_seconds() + known.ahead + seconds;
        let text = format!("{}.{id}.{until:010}", workspace.uuid());
        let tag: String = mac.tag(&text).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(format!("{text}.{tag}"))
    }

    #[cfg(feature = "walls")]
    pub(crate) fn forget(&self) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn held(&self) -> Option<(Arc<Known>, Duration)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone()?;
        let now = self.clock.now();
        // A clock that was set back makes what we know of it old.
        let age = if now < known.read_at { STALE } else { now.since(known.read_at) };
        Some((known, age))
    }

    async fn known(&self) -> Result<Arc<Known>> {
        let before = self.held();
        let reading = match &before {
            Some((known, age)) if *age < FRESH => return Ok(Arc::clone(known)),
            // Somebody else is looking: what we have will do meanwhile.
            Some((known, age)) if *age < STALE => match self.reading.try_lock() {
                Ok(reading) => reading,
                Err(_) => return Ok(Arc::clone(known)),
            },
            _ => self.reading.lock().await,
        };
        if let Some((known, age)) = self.held()
            && age < FRESH
        {
            return Ok(known);
        }
        let known = match (read(&self.owner, &self.clock).await, before) {
            (Ok(known), _) => known,
            (Err(error), Some((before, age))) if age < OVERLAP => {
                tracing::warn!(?error, "the key of the workspace setting could not be looked for");
                return Ok(before);
            }
            (Err(error), _) => return Err(error),
        };
        let known = Arc::new(known);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&known));
        drop(reading);
        Ok(known)
    }
}

/// Reads the newest key; makes one when there is none.
async fn read(owner: &PgConnectOptions, clock: &Clock) -> Result<Known> {
    let mut connection = PgConnection::connect_with(owner).await?;
    let wall = sqlx::query!(
        r#"select coalesce(pg_get_viewdef(to_regclass('public.bound_workspace')) like '%scope_keys%',
                           false) as "signed!",
                  extract(epoch from clock_timestamp())::bigint as "now!""#,
    )
    .fetch_one(&mut connection)
    .await?;
    let read_at = clock.now();
    let ahead = wall.now - read_at.unix_seconds();
    if !wall.signed {
        connection.close().await?;
        return Ok(Known { key: None, ahead, read_at });
    }
    let mut newest = newest(&mut connection).await?;
    if newest.is_none() {
        make(&mut connection).await?;
        newest = self::newest(&mut connection).await?;
    }
    connection.close().await?;
    let (id, inner) = newest.ok_or(Error::NotFound)?;
    let mac = TextMac::of_inner_pad(&inner).map_err(Error::internal)?;
    Ok(Known { key: Some((id, mac)), ahead, read_at })
}

async fn newest(connection: &mut PgConnection) -> Result<Option<(String, Vec<u8>)>> {
    let row = sqlx::query!(
        "select key_id, inner_pad from scope_keys
          where ends_at is null
          order by made_at desc, key_id
          limit 1"
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.key_id, row.inner_pad)))
}

async fn make(connection: &mut PgConnection) -> Result<String> {
    let mut id = [0; 4];
    clock::fill_random(&mut id);
    let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    let (inner, outer) = TextMac::random_pads();
    sqlx::query!(
        "insert into scope_keys (key_id, inner_pad, outer_pad) values ($1, $2, $3)",
        id,
        inner,
        outer,
    )
    .execute(connection)
    .await?;
    Ok(id)
}

impl Db {
    /// Whether the application's role may read what its other connections run, their settings
    /// included. On a server of somebody else's that is theirs to change.
    ///
    /// # Errors
    /// `Internal` when the database does not answer.
    pub async fn hears_others(&self) -> Result<bool> {
        let hears = sqlx::query_scalar!(
            r#"select has_function_privilege('pg_catalog.pg_stat_get_activity(integer)', 'execute') as "hears!""#
        )
        .fetch_one(self.app())
        .await?;
        Ok(hears)
    }

    /// Makes a new key, to which every process goes over within a minute; the ones before end after
    /// a quarter of an hour. Its name, which is no secret.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn rotate_scope_key(&self) -> Result<String> {
        let mut connection = PgConnection::connect_with(&self.signer().owner).await?;
        let mut tx = connection.begin().await?;
        sqlx::query!("delete from scope_keys where ends_at <= now()").execute(&mut *tx).await?;
        sqlx::query!(
            "update scope_keys set ends_at = now() + make_interval(secs => $1) where ends_at is null",
            OVERLAP.as_secs_f64(),
        )
        .execute(&mut *tx)
        .await?;
        let id = make(&mut tx).await?;
        tx.commit().await?;
        connection.close().await?;
        let system = self.system(SystemReason::CommandLine, &Self::platform()).await?;
        system.commit(Entry::without_target(Action::ScopeKeyMade)).await?;
        Ok(id)
    }
}

/// Puts the wall that the settings want beneath the policies, before anything is served.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn settle(owner: &PgConnectOptions, wanted: Signature) -> Result<()> {
    let mut connection = PgConnection::connect_with(owner).await?;
    let signed = sqlx::query_scalar!(
        r#"select pg_get_viewdef('public.bound_workspace'::regclass) like '%scope_keys%' as "signed!""#
    )
    .fetch_one(&mut connection)
    .await?;
    if signed != (wanted == Signature::Wanted) {
        let text = if signed { UNSIGNED } else { SIGNED };
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
    }
    connection.close().await?;
    Ok(())
}
