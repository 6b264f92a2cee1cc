//! A Redis of a test's own, on a socket in a directory of its own.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A Redis that nobody else uses; gone when it is dropped.
#[derive(Debug)]
pub struct RedisServer {
    directory: PathBuf,
    process: Child,
}

impl RedisServer {
    /// Starts one.
    #[must_use]
    pub fn start() -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let directory =
            std::env::temp_dir().join(format!("lk-redis-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        Self { process: launch(&directory), directory }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("unix://{}", self.directory.join("socket").display())
    }

    /// What `redis-cli` prints.
    #[must_use]
    pub fn ask(&self, words: &[&str]) -> Vec<String> {
        let asked = Command::new("redis-cli")
            .arg("-s")
            .arg(self.directory.join("socket"))
            .args(words)
            .output()
            .unwrap();
        assert!(asked.status.success());
        String::from_utf8(asked.stdout).unwrap().lines().map(str::to_owned).collect()
    }

    /// Ends it as a crash does.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it anew, empty.
    pub fn start_again(&mut self) {
        self.process = launch(&self.directory);
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// Debian's package of tools has the whole program under the name of one of them; the package
/// under the program's own name would start a server for the whole machine.
fn launch(directory: &std::path::Path) -> Child {
    let _ = std::fs::remove_file(directory.join("socket"));
    let mut process = Command::new("redis-check-rdb")
        .arg0("redis-server")
        .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
        .arg(directory.join("socket"))
        .current_dir(directory)
        .stdout(Stdio::piped())
        .spawn()
        .expect("Debian's redis-tools");
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("eady to accept connections")));
    // Its later lines go nowhere, but the pipe stays open.
    std::thread::spawn(move || lines.for_each(drop));
    process
}
