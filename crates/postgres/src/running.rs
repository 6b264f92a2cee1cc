//! A cluster that another process of ours runs: how the command line reaches it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::address::{Address, Role};

/// A cluster that is running already.
#[derive(Clone, Debug)]
pub struct Running {
    socket_dir: PathBuf,
}

impl Running {
    /// The cluster of a data directory, when a postmaster lives in it and answers on a socket.
    ///
    /// PostgreSQL writes the directory of its socket into `postmaster.pid`, line 5, and its own
    /// process id into line 1.
    #[must_use]
    pub fn of(data: &Path) -> Option<Self> {
        let text = fs::read_to_string(data.join("postgres/data/postmaster.pid")).ok()?;
        let mut lines = text.lines();
        let pid = lines.next()?.trim();
        let socket_dir = PathBuf::from(lines.nth(3)?.trim());
        let lives = Path::new("/proc").join(pid).exists();
        (lives && socket_dir.is_dir()).then_some(Self { socket_dir })
    }

    /// Where to connect as `role`.
    pub fn address(&self, role: Role) -> Address {
        Address::new(&self.socket_dir, role)
    }
}
