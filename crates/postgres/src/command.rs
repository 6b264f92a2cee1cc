//! Runs programs as the user PostgreSQL runs as, with nothing inherited from our environment.
//!
//! Everything inside the cluster's directory is written this way too: were root to write there
//! itself, a link planted by the database's user would become a way to root.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::error::{Error, Result};
use crate::os_user::OsUser;

/// Where programs other than PostgreSQL's own are looked for.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

/// Starts programs as `user`, giving up root when we have it.
#[derive(Clone, Debug)]
pub(crate) struct Runner {
    pub(crate) user: OsUser,
    /// Directory of PostgreSQL's programs.
    pub(crate) binaries: PathBuf,
    /// We are root and must become `user`.
    pub(crate) become_user: bool,
}

impl Runner {
    /// A command that runs `program` (a bare name is looked up) as the user, after `setpriv` has
    /// been given `extra` arguments.
    pub(crate) fn command_with(&self, extra: &[&str], program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("setpriv");
        command.env_clear().env("PATH", PATH).env("LC_ALL", "C").env("TZ", "UTC");
        // Our own directory may be closed to the user, and PostgreSQL's programs complain of it.
        command.current_dir("/").stdin(Stdio::null());
        if self.become_user {
            command
                .arg(format!("--reuid={}", self.user.uid))
                .arg(format!("--regid={}", self.user.gid))
                .arg("--init-groups");
        }
        command.arg("--no-new-privs").args(extra).arg("--").arg(program);
        command
    }

    /// A command for one of PostgreSQL's own programs.
    pub(crate) fn postgres_program(&self, name: &str) -> Command {
        self.command_with(&[], self.binaries.join(name))
    }

    /// Runs a system program to its end; a failure carries what it said.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, program: &str, arguments: &[A]) -> Result<()> {
        let mut command = self.command_with(&[], program);
        command.args(arguments);
        finish(program, &mut command, None).map(drop)
    }

    /// Whether a system program ends well.
    pub(crate) fn succeeds<A: AsRef<OsStr>>(&self, program: &str, args: &[A]) -> Result<bool> {
        let mut command = self.command_with(&[], program);
        command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(command.status().map_err(missing_setpriv)?.success())
    }

    /// Writes a file as the user.
    pub(crate) fn write(&self, path: &Path, text: &str) -> Result<()> {
        let mut command = self.command_with(&[], "tee");
        command.arg("--").arg(path);
        finish("tee", &mut command, Some(text)).map(drop)
    }

    /// Runs a script of SQL and psql's own commands as the superuser of the cluster.
    pub(crate) fn psql(&self, socket: &Path, port: u16, script: &str) -> Result<()> {
        let mut command = self.postgres_program("psql");
        command.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--no-password"]);
        command.arg("--host").arg(socket).arg(format!("--port={port}"));
        command.args(["--username=postgres", "--dbname=postgres", "--file=-"]);
        finish("psql", &mut command, Some(script)).map(drop)
    }
}

/// Runs a command to its end, feeding it `input`.
pub(crate) fn finish(name: &str, command: &mut Command, input: Option<&str>) -> Result<Output> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.spawn().map_err(missing_setpriv)?;
    if let (Some(mut pipe), Some(text)) = (child.stdin.take(), input) {
        // A program that ends early closes the pipe; its exit status tells more than our error.
        let _ = pipe.write_all(text.as_bytes());
    }
    let output = child.wait_with_output().map_err(Error::io(format!("wait for {name}")))?;
    if output.status.success() {
        return Ok(output);
    }
    let written = String::from_utf8_lossy(if output.stderr.is_empty() {
        &output.stdout
    } else {
        &output.stderr
    })
    .into_owned();
    Err(Error::Failed { program: name.to_owned(), said: last_lines(&written, output.status) })
}

fn last_lines(text: &str, status: std::process::ExitStatus) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    match lines.get(lines.len().saturating_sub(5)..) {
        Some(tail) if !tail.is_empty() => tail.join(" / "),
        _ => status.to_string(),
    }
}

pub(crate) fn missing_setpriv(source: std::io::Error) -> Error {
    if source.kind() == std::io::ErrorKind::NotFound {
        Error::NoProgram { program: "setpriv", package: "util-linux" }
    } else {
        Error::Io { action: "run setpriv".to_owned(), source }
    }
}
