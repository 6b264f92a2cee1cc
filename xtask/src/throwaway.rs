//! A throw-away PostgreSQL, run by the crate that knows how.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::step;

/// Runs until dropped. Were we killed, it would notice the end of its input.
pub(crate) struct Throwaway {
    child: Child,
    lines: Vec<(String, String)>,
}

impl Throwaway {
    /// Builds and starts it.
    pub(crate) fn start() -> Result<Self> {
        step::announce("starting a throw-away PostgreSQL");
        let program = "throwaway-postgres";
        step::quietly(step::cargo().args([
            "build",
            "--quiet",
            "--locked",
            "--package",
            "lk-postgres",
            "--bin",
            program,
        ]))?;
        let program = step::target_directory()?.join("debug").join(program);
        let mut child = step::command(&program.display().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {}", program.display()))?;
        let printed = child.stdout.take().context("no output to read")?;
        let mut lines = Vec::new();
        for line in BufReader::new(printed).lines() {
            let line = line?;
            if line == "ready" {
                return Ok(Self { child, lines });
            }
            lines.extend(
                line.split_once(' ').map(|(key, value)| (key.to_owned(), value.to_owned())),
            );
        }
        child.wait()?;
        bail!("the throw-away PostgreSQL did not start; what it said stands above")
    }

    /// The URL of a role: `owner`, `app`, `dispatch`, `superuser`.
    pub(crate) fn url(&self, role: &str) -> Result<&str> {
        let line = self.lines.iter().find(|(key, _)| key == role);
        line.map(|(_, url)| url.as_str()).with_context(|| format!("no URL for {role}"))
    }

    /// One of PostgreSQL's programs, of the same version.
    pub(crate) fn program(&self, name: &str) -> Result<PathBuf> {
        Ok(PathBuf::from(self.url("bin")?).join(name))
    }

    /// Waits until somebody ends it.
    pub(crate) fn wait(mut self) -> Result<()> {
        // Kept open meanwhile: waiting would close it, and the end of its input ends it.
        let input = self.child.stdin.take();
        let ended = self.child.wait().context("cannot wait for PostgreSQL");
        drop(input);
        ended.map(drop)
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
