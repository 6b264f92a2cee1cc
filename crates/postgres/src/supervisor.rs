//! The thread that owns the postmaster: starts it, starts it again when it dies, ends it.
//!
//! The signal that ends a child together with its parent belongs to the *thread* that started the
//! child, so this must be one thread that lives as long as the cluster, never one of a pool.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};

use crate::address::PORT;
use crate::binaries;
use crate::command::Runner;
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::leftover;
use crate::lock::Lock;
use crate::make;
use crate::os_user;
use crate::postmaster::Postmaster;
use crate::roles;
use crate::settings::Settings;
use crate::volume;

const GLANCE: Duration = Duration::from_millis(20);
const WATCH: Duration = Duration::from_millis(100);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// Having run this long, a death counts as the first one again.
const PROVEN: Duration = Duration::from_secs(30);
const FAST_STOP: Duration = Duration::from_secs(60);
const IMMEDIATE_STOP: Duration = Duration::from_secs(10);

/// What the postmaster is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// On its way up for the first time.
    Starting,
    /// Takes connections.
    Ready,
    /// Died and is being started again, since then.
    Restarting {
        /// When its death was noticed.
        since: Instant,
    },
    /// Ended, and will not come back.
    Stopped,
}

/// What the caller needs to know of a cluster that is up.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) socket_dir: PathBuf,
    pub(crate) binaries: PathBuf,
    pub(crate) num: u32,
}

/// Everything settled before the first start.
struct House {
    layout: Layout,
    runner: Runner,
    facts: Facts,
    _lock: Lock,
}

/// Why a postmaster no longer runs.
enum End {
    Asked,
    Died { after: Duration },
}

/// The wire to the caller: an order (or the caller's end) means stop.
pub(crate) struct Wire {
    pub(crate) orders: Receiver<()>,
    pub(crate) state: watch::Sender<State>,
    pub(crate) started: Option<oneshot::Sender<Result<Facts>>>,
}

impl Wire {
    /// Waits; says whether the caller wants an end. A caller who gave up waiting wants one too.
    fn wait(&self, pause: Duration) -> bool {
        !matches!(self.orders.recv_timeout(pause), Err(RecvTimeoutError::Timeout))
            || self.started.as_ref().is_some_and(oneshot::Sender::is_closed)
    }
}

/// Runs until told to stop; then no process of the cluster is left.
pub(crate) fn supervise(settings: &Settings, mut wire: Wire) {
    match prepare(settings) {
        Ok(house) => keep_running(&house, settings, &mut wire),
        Err(error) => report(&mut wire, Err(error)),
    }
    wire.state.send_replace(State::Stopped);
    report(&mut wire, Err(Error::CalledOff));
}

fn report(wire: &mut Wire, outcome: Result<Facts>) {
    if let Some(started) = wire.started.take() {
        // Nobody listens any more when the start was called off.
        let _ = started.send(outcome);
    }
}

/// Checks everything that can be checked before the first process starts, and makes the cluster.
fn prepare(settings: &Settings) -> Result<House> {
    let us = os_user::ourselves()?;
    let user = os_user::for_postgres(&us, &settings.user)?;
    let layout = Layout::of(&settings.data)?;
    if let Some(data) = layout.root.parent().filter(|_| !settings.allow_volatile) {
        volume::refuse_volatile(data)?;
    }
    let lock = Lock::take(&layout.lock, &layout.root)?;
    let mut runner = Runner { become_user: us.uid == 0, user, binaries: PathBuf::new() };
    layout.open_to(&runner)?;
    let made_by = layout.made_by()?;
    let found = binaries::find(settings.binaries.as_deref(), made_by, &layout.pgdata)?;
    runner.binaries.clone_from(&found.directory);
    if made_by.is_none() {
        tracing::info!(directory = %layout.pgdata.display(), "making a new PostgreSQL cluster");
        make::make(&layout, &runner, settings.durability)?;
    }
    let socket_dir = layout.socket_directory(&runner)?;
    // An old postmaster must be gone before its files are touched.
    leftover::clear(&runner, &layout.pgdata, &socket_dir)?;
    make::write_settings(&layout, &runner, &us, &socket_dir, settings.durability)?;
    let facts = Facts { socket_dir, binaries: found.directory, num: found.num };
    Ok(House { layout, runner, facts, _lock: lock })
}

fn keep_running(house: &House, settings: &Settings, wire: &mut Wire) {
    let mut pause = FIRST_PAUSE;
    loop {
        let after = match run_once(house, settings, wire) {
            Ok(End::Asked) => return,
            Ok(End::Died { after }) => after,
            Err(error) if wire.started.is_some() => return report(wire, Err(error)),
            Err(error) => {
                tracing::error!(%error, "PostgreSQL could not be started again");
                Duration::ZERO
            }
        };
        wire.state.send_if_modified(|state| {
            let fell = !matches!(state, State::Restarting { .. });
            if fell {
                *state = State::Restarting { since: Instant::now() };
            }
            fell
        });
        if after >= PROVEN {
            pause = FIRST_PAUSE;
        }
        tracing::warn!(pause_ms = pause.as_millis(), "PostgreSQL died and is started again");
        if wire.wait(pause) {
            return;
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// One life of the postmaster.
fn run_once(house: &House, settings: &Settings, wire: &mut Wire) -> Result<End> {
    let House { layout, runner, facts, .. } = house;
    leftover::clear(runner, &layout.pgdata, &facts.socket_dir)?;
    let mut postmaster = Postmaster::start(runner, &layout.pgdata)?;
    let begun = Instant::now();
    // No limit: replaying the log after a crash takes what it takes, and killing it helps nobody.
    while !postmaster.is_ready(&layout.pgdata) {
        if postmaster.has_ended() {
            return Err(Error::DidNotStart { said: postmaster.last_words() });
        }
        if wire.wait(GLANCE) {
            end(&mut postmaster, runner);
            return Ok(End::Asked);
        }
    }
    if wire.started.is_some() {
        let script = roles::script(settings.durability);
        if let Err(error) = runner.psql(&facts.socket_dir, PORT, &script) {
            end(&mut postmaster, runner);
            return Err(error);
        }
    }
    wire.state.send_replace(State::Ready);
    report(wire, Ok(facts.clone()));
    tracing::debug!(took_ms = begun.elapsed().as_millis(), "PostgreSQL is ready");
    loop {
        if wire.wait(WATCH) {
            end(&mut postmaster, runner);
            return Ok(End::Asked);
        }
        if postmaster.has_ended() {
            return Ok(End::Died { after: begun.elapsed() });
        }
    }
}

/// Ends the postmaster in order; one that does not obey is made to.
fn end(postmaster: &mut Postmaster, runner: &Runner) {
    for (signal, patience) in [("INT", FAST_STOP), ("QUIT", IMMEDIATE_STOP)] {
        let asked = Instant::now();
        postmaster.signal(runner, signal);
        while asked.elapsed() < patience {
            if postmaster.has_ended() {
                return;
            }
            #[expect(clippy::disallowed_methods, reason = "the supervisor's own thread")]
            std::thread::sleep(GLANCE);
        }
        tracing::warn!(signal, "PostgreSQL did not end when asked");
    }
    postmaster.kill();
}
