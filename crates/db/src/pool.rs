//! The pools behind the door: one role per pool, never switched.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use lk_base::id::WorkspaceId;
use lk_base::{Clock, Error, MaskedAddress, Result, Timestamp};
use lk_crypto::{Place, Sealer};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::sync::Notify;

use crate::entry::DataKeys;
#[cfg(feature = "walls")]
use crate::permit;
use crate::permit::{Permits, ThirdWall};

/// How to reach the database as each role.
#[derive(Debug, Clone)]
pub struct Places {
    /// As `lk_owner`: migrations only.
    pub owner: PgConnectOptions,
    /// As `lk_app`: everything the product does.
    pub app: PgConnectOptions,
    /// As `lk_dispatch`: numbering events.
    pub dispatch: PgConnectOptions,
    /// Most connections of the product at a time.
    pub connections: u32,
}

/// The database. Cheap to clone; gives out nothing but transactions bound to a [`crate::Scope`].
#[derive(Clone)]
pub struct Db {
    app: PgPool,
    dispatch: PgPool,
    clock: Clock,
    sealer: Sealer,
    wake: Arc<Notify>,
    permits: Arc<Permits>,
    third_wall: ThirdWall,
    data_keys: Arc<DataKeys>,
    #[cfg(feature = "walls")]
    predicates_down: Arc<std::sync::atomic::AtomicBool>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<database>")
    }
}

/// The dispatcher's lock must not outlive a node that vanished from the network: the server asks
/// after ten silent seconds whether it is still there. Without meaning on a unix socket.
const NOTICES_A_LOST_NODE: [(&str, &str); 4] = [
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "25000"),
];

fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
        // A ping before each use would add a round trip to every transaction.
        .test_before_acquire(false)
}

/// The product's pool: its new connections say whether the server is still the one that wrote our
/// permits.
fn product(connections: u32, options: PgConnectOptions, permits: &Arc<Permits>) -> PgPool {
    let permits = Arc::clone(permits);
    pool(connections)
        .after_connect(move |connection, _| {
            let permits = Arc::clone(&permits);
            Box::pin(async move {
                let started = sqlx::query_scalar!(
                    r#"select pg_postmaster_start_time() as "started!: Timestamp""#
                );
                permits.met(started.fetch_one(connection).await?);
                Ok(())
            })
        })
        .connect_lazy_with(options)
}

impl Db {
    /// Opens the pools; connections are made when they are needed.
    #[must_use]
    pub fn new(places: &Places, clock: Clock, sealer: Sealer) -> Self {
        let permits = Arc::new(Permits::new());
        let dispatch = places.dispatch.clone().options(NOTICES_A_LOST_NODE);
        Self {
            app: product(places.connections, places.app.clone(), &permits),
            dispatch: pool(4).connect_lazy_with(dispatch),
            clock,
            sealer,
            wake: Arc::new(Notify::new()),
            permits,
            third_wall: ThirdWall::Permits,
            data_keys: Arc::default(),
            #[cfg(feature = "walls")]
            predicates_down: Arc::default(),
        }
    }

    pub(crate) const fn app(&self) -> &PgPool {
        &self.app
    }

    pub(crate) const fn dispatch(&self) -> &PgPool {
        &self.dispatch
    }

    /// The same database under another clock: the demo writes its past with it.
    #[must_use]
    pub fn with_clock(&self, clock: Clock) -> Self {
        Self { clock, ..self.clone() }
    }

    /// The same database, of which the census expects this wall; see [`crate::permit::settle`].
    #[must_use]
    pub fn expecting(self, third_wall: ThirdWall) -> Self {
        Self { third_wall, ..self }
    }

    pub(crate) const fn third_wall(&self) -> ThirdWall {
        self.third_wall
    }

    /// The permit that binds a transaction to a workspace.
    pub(crate) async fn permit(&self, workspace: WorkspaceId) -> Result<Arc<str>> {
        self.permits.of(&self.dispatch, workspace).await
    }

    /// The clock that transactions read.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Seals and opens columns.
    #[must_use]
    pub const fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    pub(crate) fn data_keys(&self) -> &DataKeys {
        &self.data_keys
    }

    pub(crate) fn wake_dispatcher(&self) {
        self.wake.notify_one();
    }

    pub(crate) fn woken(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Seals an address for its place and masks it for people.
    ///
    /// # Errors
    /// None in practice.
    pub fn seal_address(&self, place: Place, address: IpAddr) -> Result<(Vec<u8>, MaskedAddress)> {
        let sealed =
            self.sealer.seal(place, address.to_string().as_bytes()).map_err(Error::internal)?;
        Ok((sealed, MaskedAddress::of(address)))
    }

    /// Whether the database answers: a round trip as the application.
    ///
    /// # Errors
    /// `Busy` or `Internal` when it does not.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query_scalar!("select 1").fetch_one(&self.app).await?;
        Ok(())
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.app.close().await;
        self.dispatch.close().await;
    }

    /// The text of the setting that binds a transaction to a workspace, good for so many seconds
    /// (tests only).
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    #[cfg(feature = "walls")]
    pub async fn setting(&self, workspace: WorkspaceId, seconds: f64) -> Result<String> {
        permit::issue(&self.dispatch, workspace, seconds).await
    }

    /// Throws all permits away (tests only).
    #[cfg(feature = "walls")]
    pub fn forget_permits(&self) {
        self.permits.forget();
    }

    /// Takes the predicate wall down (tests only).
    #[cfg(feature = "walls")]
    pub fn take_predicates_down(&self) {
        self.predicates_down.store(true, std::sync::atomic::Ordering::SeqCst);
    }

    #[cfg(feature = "walls")]
    pub(crate) fn predicates_down(&self) -> bool {
        self.predicates_down.load(std::sync::atomic::Ordering::SeqCst)
    }
}
