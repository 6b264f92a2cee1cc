//! Clears away what an earlier run left behind, before a new postmaster starts.
//!
//! When our process is killed, its postmaster gets a signal and shuts down; when a postmaster is
//! killed, its children notice and end. Both take a moment, and PostgreSQL refuses to start
//! meanwhile. We wait, then ask, then insist. The lock on the data directory is held throughout,
//! so nothing found here can belong to a living server.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::address::PORT;
use crate::command::{Runner, finish};
use crate::error::{Error, Result};

const GLANCE: Duration = Duration::from_millis(20);
const OF_ITSELF: Duration = Duration::from_secs(2);
const ASKED: Duration = Duration::from_secs(10);

/// Waits for, and if need be ends, every PostgreSQL process that works in `pgdata`; their lock
/// files stay behind in no case that would keep the next one from starting.
pub(crate) fn clear(runner: &Runner, pgdata: &Path, socket_dir: &Path) -> Result<()> {
    if !gone_within(pgdata, OF_ITSELF) {
        if postmaster(pgdata).is_some_and(|pid| processes(pgdata).contains(&pid)) {
            tracing::warn!("stopping the PostgreSQL of an earlier run");
            for mode in ["fast", "immediate"] {
                let mut stop = runner.postgres_program("pg_ctl");
                stop.arg("stop").arg("--pgdata").arg(pgdata).args(["-w", "-t", "60", "-m", mode]);
                if finish("pg_ctl", &mut stop, None).is_ok() {
                    break;
                }
            }
        }
        for signal in ["QUIT", "KILL"] {
            if gone_within(pgdata, OF_ITSELF) {
                break;
            }
            for pid in processes(pgdata) {
                // It may have ended by itself since we looked.
                let _ = send(runner, signal, pid);
            }
        }
        if !gone_within(pgdata, ASKED) {
            let pids: Vec<String> = processes(pgdata).iter().map(u32::to_string).collect();
            return Err(Error::Leftover { directory: pgdata.to_owned(), pids: pids.join(", ") });
        }
    }
    let socket = socket_dir.join(format!(".s.PGSQL.{PORT}.lock"));
    forget_reused_pid(runner, &pgdata.join("postmaster.pid"))?;
    forget_reused_pid(runner, &socket)
}

/// Sends a signal through `pg_ctl`, which does it without unsafe code of ours.
pub(crate) fn send(runner: &Runner, signal: &str, pid: u32) -> Result<()> {
    let mut kill = runner.postgres_program("pg_ctl");
    kill.args(["kill", signal, &pid.to_string()]);
    finish("pg_ctl", &mut kill, None).map(drop)
}

/// A lock file whose number is somebody's would stop PostgreSQL from starting. After `clear` that
/// is either another program, which happens in containers, where numbers repeat at every start, or
/// the killed postmaster itself, of which nobody has taken note yet.
fn forget_reused_pid(runner: &Runner, file: &Path) -> Result<()> {
    let reused = named(file).is_some_and(|pid| Path::new(&format!("/proc/{pid}")).exists());
    if reused {
        runner.run("rm", &["-f".as_ref(), "--".as_ref(), file.as_os_str()])?;
    }
    Ok(())
}

/// The postmaster of a data directory, alive or not.
fn postmaster(pgdata: &Path) -> Option<u32> {
    named(&pgdata.join("postmaster.pid"))
}

/// The process that a lock file of PostgreSQL names in its first line.
fn named(file: &Path) -> Option<u32> {
    fs::read_to_string(file).ok()?.lines().next()?.trim().parse().ok()
}

/// PostgreSQL processes work in their data directory, which is how they are recognised.
pub(crate) fn processes(pgdata: &Path) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let place: PathBuf = fs::read_link(entry.path().join("cwd")).ok()?;
            let name = fs::read_to_string(entry.path().join("comm")).ok()?;
            (place == pgdata && name.starts_with("postgres")).then_some(pid)
        })
        .collect()
}

fn gone_within(pgdata: &Path, patience: Duration) -> bool {
    let begun = Instant::now();
    while !processes(pgdata).is_empty() {
        if begun.elapsed() > patience {
            return false;
        }
        #[expect(clippy::disallowed_methods, reason = "a thread of its own, no runtime beneath")]
        thread::sleep(GLANCE);
    }
    true
}
