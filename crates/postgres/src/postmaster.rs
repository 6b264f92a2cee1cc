//! One running postmaster: started, watched until ready, ended.

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use crate::command::{Runner, missing_setpriv};
use crate::error::{Error, Result};
use crate::leftover;

/// How many of its last lines are kept for an error message.
const KEPT: usize = 8;
/// How long its end may be ahead of the last line it wrote.
const LAST_LINE: Duration = Duration::from_secs(5);

/// A postmaster we started. It gets a signal to shut down when the thread that started it ends.
#[derive(Debug)]
pub(crate) struct Postmaster {
    child: Child,
    said: Arc<Mutex<VecDeque<String>>>,
    /// Ends when all was heard that it said.
    heard: mpsc::Receiver<()>,
}

impl Postmaster {
    /// Starts it in the foreground of the calling thread.
    pub(crate) fn start(runner: &Runner, pgdata: &Path) -> Result<Self> {
        // SIGINT is PostgreSQL's "fast" shutdown.
        let mut command =
            runner.command_with(&["--pdeathsig", "INT"], runner.binaries.join("postgres"));
        command.arg("-D").arg(pgdata).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(missing_setpriv)?;
        let said = Arc::new(Mutex::new(VecDeque::new()));
        let (hearing, heard) = mpsc::channel();
        if let Some(pipe) = child.stderr.take() {
            let said = Arc::clone(&said);
            thread::Builder::new()
                .name("postgres-log".to_owned())
                .spawn(move || {
                    pass_on(pipe, &said);
                    drop(hearing);
                })
                .map_err(Error::io("start a thread for PostgreSQL's log"))?;
        }
        Ok(Self { child, said, heard })
    }

    /// Whether it has ended; then it has been waited for too.
    pub(crate) fn has_ended(&mut self) -> bool {
        // An error means that there is nothing to wait for.
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Whether it says of itself that it takes connections.
    pub(crate) fn is_ready(&self, pgdata: &Path) -> bool {
        let Ok(text) = fs::read_to_string(pgdata.join("postmaster.pid")) else { return false };
        let mut lines = text.lines();
        let ours = lines.next().is_some_and(|pid| pid.trim() == self.child.id().to_string());
        ours && lines.nth(6).is_some_and(|status| status.trim() == "ready")
    }

    /// Asks it to end: `INT` without delay but in order, `QUIT` at once.
    pub(crate) fn signal(&self, runner: &Runner, signal: &str) {
        if let Err(error) = leftover::send(runner, signal, self.child.id()) {
            tracing::debug!(%error, "PostgreSQL was gone before the signal");
        }
    }

    /// The last resort.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Its last lines, for an error message, once it has ended.
    pub(crate) fn last_words(&self) -> String {
        let _ = self.heard.recv_timeout(LAST_LINE);
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.is_empty() {
            "it said nothing".to_owned()
        } else {
            said.iter().map(String::as_str).collect::<Vec<_>>().join(" / ")
        }
    }
}

/// Passes PostgreSQL's log on to ours until every process of it has closed the pipe.
fn pass_on(pipe: ChildStderr, said: &Mutex<VecDeque<String>>) {
    for line in BufReader::new(pipe).lines().map_while(std::result::Result::ok) {
        // Failed statements are reported by whoever sent them.
        if line.starts_with("PANIC") {
            tracing::error!(target: "postgres", "{line}");
        } else if line.starts_with("FATAL") || line.starts_with("WARNING") {
            tracing::warn!(target: "postgres", "{line}");
        } else {
            tracing::debug!(target: "postgres", "{line}");
        }
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.len() == KEPT {
            said.pop_front();
        }
        said.push_back(line);
    }
}
