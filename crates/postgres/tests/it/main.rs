//! The private cluster against a real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod deaths;
mod life;
mod refusals;
mod users;

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use lk_postgres::{Address, Cluster, Durability, Role, Settings};

/// A directory of one test's own, where every user may pass through; removed at its end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        Self::under(&std::env::temp_dir(), name)
    }

    fn under(directory: &Path, name: &str) -> Self {
        let path = directory.join(format!("lk-it-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
        Self(path)
    }

    /// A quick cluster whose superuser is not open to the server, as in production.
    fn settings(&self) -> Settings {
        Settings { allow_volatile: true, ..Settings::new(self.0.join("data")) }
    }

    /// The quickest cluster.
    fn quick(&self) -> Settings {
        Settings { durability: Durability::None, ..self.settings() }
    }

    fn pgdata(&self) -> PathBuf {
        self.0.join("data/postgres/data")
    }

    /// The lock beside the socket of the running postmaster, which names its directory in line 5.
    fn socket_lock(&self) -> PathBuf {
        let text = fs::read_to_string(self.pgdata().join("postmaster.pid")).unwrap();
        Path::new(text.lines().nth(4).unwrap()).join(".s.PGSQL.5432.lock")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn we_are_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// What psql answers, or what it complains of.
fn ask(address: &Address, sql: &str) -> Result<String, String> {
    ask_as(&[], address, sql)
}

fn ask_as(prefix: &[&str], address: &Address, sql: &str) -> Result<String, String> {
    let mut words: Vec<&str> = prefix.to_vec();
    words.push("psql");
    // `env` takes the whole list, whether or not somebody else is to be become first.
    let output = Command::new("env")
        .args(words)
        .args(["-X", "-A", "-t", "-q", "-w", "-v", "ON_ERROR_STOP=1", "-c", sql])
        .arg(address.to_string())
        .current_dir("/")
        .output()
        .unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap().trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn owner(cluster: &Cluster, sql: &str) -> String {
    ask(&cluster.address(Role::Owner), sql).unwrap()
}

/// The pid that `postmaster.pid` names.
fn postmaster(pgdata: &Path) -> u32 {
    let text = fs::read_to_string(pgdata.join("postmaster.pid")).unwrap();
    text.lines().next().unwrap().parse().unwrap()
}

/// Every process that works in the directory.
fn processes_in(pgdata: &Path) -> usize {
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|entry| fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == pgdata))
        .count()
}

fn kill(signal: &str, pid: u32) {
    let done = Command::new("sh").arg("-c").arg(format!("kill -{signal} {pid}")).status().unwrap();
    assert!(done.success());
}

/// The program `throwaway-postgres`, keeping its directories in `place`, and what it printed.
fn program(prefix: &[&str], place: &Place) -> (Child, Vec<String>) {
    let mut words: Vec<&str> = prefix.to_vec();
    words.push(env!("CARGO_BIN_EXE_throwaway-postgres"));
    let mut child = Command::new("env")
        .args(words)
        .env("TMPDIR", &place.0)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
        let last = line == "ready";
        lines.push(line);
        if last {
            break;
        }
    }
    (child, lines)
}
