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

use crate::command::{Runner, finish};
use crate::error::{Error, Result};

const GLANCE: Duration = Duration::from_millis(20);
const OF_ITSELF: Duration = Duration::from_secs(2);
const ASKED: Duration = Duration::from_secs(10);

/// Waits for, and if need be ends, every PostgreSQL process that works in `pgdata`.
pub(crate) fn clear(runner: &Runner, pgdata: &Path) -> Result<()> {
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
    forget_reused_pid(runner, pgdata)
}

/// Sends a signal through `pg_ctl`, which does it without unsafe code of ours.
pub(crate) fn send(runner: &Runner, signal: &str, pid: u32) -> Result<()> {
    let mut kill = runner.postgres_program("pg_ctl");
    kill.args(["kill", signal, &pid.to_string()]);
    finish("pg_ctl", &mut kill, None).map(drop)
}

/// A stale `postmaster.pid` whose number now belongs to some other program would stop PostgreSQL
/// from starting; that happens in containers, where numbers repeat at every start.
fn forget_reused_pid(runner: &Runner, pgdata: &Path) -> Result<()> {
    let reused = postmaster(pgdata).is_some_and(|pid| Path::new(&format!("/proc/{pid}")).exists());
    if reused {
        let file = pgdata.join("postmaster.pid");
        runner.run("rm", &["-f".as_ref(), "--".as_ref(), file.as_os_str()])?;
    }
    Ok(())
}

/// The postmaster that `postmaster.pid` names, alive or not.
fn postmaster(pgdata: &Path) -> Option<u32> {
    let text = fs::read_to_string(pgdata.join("postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok()
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
