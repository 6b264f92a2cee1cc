//! The private cluster as the server sees it.

use std::path::Path;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use tokio::sync::{oneshot, watch};

use crate::address::{Address, Role};
use crate::error::{Error, Result};
use crate::settings::Settings;
use crate::supervisor::{Facts, State, Wire, supervise};

/// A running private cluster, supervised by a thread of its own.
///
/// Dropping it stops PostgreSQL too, but blocks the thread that drops it for as long as that takes
/// (about a tenth of a second, more under load); in asynchronous code call [`Cluster::stop`].
/// When the whole process is killed, the system tells PostgreSQL to shut down.
#[derive(Debug)]
pub struct Cluster {
    orders: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    state: watch::Receiver<State>,
    facts: Facts,
}

impl Cluster {
    /// Makes the cluster when there is none, starts it, and returns when it takes connections and
    /// the database `leadkeep` with the roles `lk_owner`, `lk_app` and `lk_dispatch` is there.
    ///
    /// Dropping the future calls the start off.
    ///
    /// # Errors
    /// Any [`Error`]: each says what the administrator can do. Nothing is left running.
    pub async fn start(settings: Settings) -> Result<Self> {
        let (orders, received) = mpsc::channel();
        let (state_out, state) = watch::channel(State::Starting);
        let (started, outcome) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || {
                let wire = Wire { orders: received, state: state_out, started: Some(started) };
                supervise(&settings, wire);
            })
            .map_err(Error::io("start a thread for PostgreSQL"))?;
        let facts = outcome.await.unwrap_or(Err(Error::CalledOff))?;
        Ok(Self { orders: Some(orders), thread: Some(thread), state, facts })
    }

    /// What the postmaster is doing, and every change of it.
    pub fn state(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// Where to connect as `role`. [`Role::Superuser`] is refused by PostgreSQL unless the server
    /// runs as the cluster's own user or the cluster is a throw-away one.
    pub fn address(&self, role: Role) -> Address {
        Address::new(&self.facts.socket_dir, role)
    }

    /// The directory of the unix socket.
    pub fn socket_dir(&self) -> &Path {
        &self.facts.socket_dir
    }

    /// The server's `server_version_num`, for example 150018.
    pub fn version(&self) -> u32 {
        self.facts.num
    }

    /// The directory of PostgreSQL's programs (`psql`, `pg_dump`) of this version.
    pub fn binaries(&self) -> &Path {
        &self.facts.binaries
    }

    /// Stops PostgreSQL ("fast": open transactions are rolled back) and waits for its end.
    pub async fn stop(mut self) {
        drop(self.orders.take());
        // An error means that the thread is gone, which is what we wait for.
        let _ = self.state.wait_for(|state| *state == State::Stopped).await;
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread ended PostgreSQL as well.
            let _ = thread.join();
        }
    }
}
