//! PostgreSQL's own programs against the measured server's private cluster.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// The private cluster of a running server.
#[derive(Debug, Clone)]
pub(crate) struct Cluster {
    /// The postmaster.
    pub(crate) pid: u32,
    socket: String,
    programs: PathBuf,
    /// User and group of its files: who may be the superuser.
    owner: (u32, u32),
    we_are_root: bool,
}

/// What pgbench says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    /// Transactions in a second.
    pub(crate) rate: f64,
    /// Milliseconds for one.
    pub(crate) latency: f64,
}

impl Cluster {
    /// Finds the cluster of a data directory.
    pub(crate) fn of(data: &Path) -> Result<Self> {
        let directory = data.join("postgres/data");
        let text = fs::read_to_string(directory.join("postmaster.pid"))
            .context("the private PostgreSQL does not run")?;
        let line = |number: usize| text.lines().nth(number).map(str::trim).unwrap_or_default();
        let pid: u32 = line(0).parse().context("postmaster.pid")?;
        let program = fs::read_link(format!("/proc/{pid}/exe"))?;
        let files = fs::metadata(&directory)?;
        Ok(Self {
            pid,
            socket: line(4).to_owned(),
            programs: program.parent().context("PostgreSQL's programs")?.to_owned(),
            owner: (files.uid(), files.gid()),
            we_are_root: fs::metadata("/proc/self")?.uid() == 0,
        })
    }

    /// One of PostgreSQL's programs as a role; the superuser is the cluster's own user.
    fn program(&self, name: &str, role: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = if role == "postgres" && self.we_are_root {
            let (user, group) = self.owner;
            let mut command = Command::new("setpriv");
            command.arg(format!("--reuid={user}")).arg(format!("--regid={group}"));
            command.arg("--init-groups").arg("--").arg(path);
            command
        } else {
            Command::new(path)
        };
        command.args(["-h", &self.socket, "-p", "5432", "-U", role]).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        command
    }

    async fn finish(mut command: Command, input: &str) -> Result<String> {
        let mut child = command.spawn()?;
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(input.as_bytes()).await?;
        }
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            bail!("PostgreSQL's program says: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs SQL; what it prints, without decoration.
    pub(crate) async fn sql(&self, role: &str, database: &str, text: &str) -> Result<String> {
        let mut psql = self.program("psql", role);
        psql.args([
            "--no-psqlrc",
            "--quiet",
            "-At",
            "--set=ON_ERROR_STOP=1",
            "-d",
            database,
            "-f",
            "-",
        ]);
        Self::finish(psql, text).await
    }

    /// Runs a script for a while, prepared, at a concurrency.
    pub(crate) async fn pgbench(
        &self,
        (role, database): (&str, &str),
        script: &str,
        clients: u32,
        span: Duration,
        variables: &[(&str, String)],
    ) -> Result<Measured> {
        let mut pgbench = self.program("pgbench", role);
        let seconds = span.as_secs().max(1).to_string();
        pgbench.args(["-n", "-M", "prepared", "-T", &seconds]);
        pgbench.args(["-c", &clients.to_string(), "-j", &clients.min(2).to_string()]);
        for (name, value) in variables {
            pgbench.arg("-D").arg(format!("{name}={value}"));
        }
        pgbench.args(["-f", "-"]).arg(database);
        let said = Self::finish(pgbench, script).await?;
        let after = |begin: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(begin))?;
            line.split_whitespace().next()?.parse::<f64>().ok()
        };
        let rate = after("tps = ").with_context(|| format!("pgbench says: {said}"))?;
        let latency = after("latency average = ").unwrap_or_default();
        Ok(Measured { rate, latency })
    }
}
