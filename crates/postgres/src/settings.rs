//! What the caller decides about the private cluster.

use std::path::PathBuf;

/// How the private cluster is to be made and run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server's data directory; the cluster lives in `postgres` below it.
    pub data: PathBuf,
    /// Directory with `postgres`, `initdb`, `pg_ctl` and `psql`; `None` looks for it.
    pub binaries: Option<PathBuf>,
    /// The unprivileged operating-system user that PostgreSQL runs as when root starts the server.
    pub user: String,
    /// Accept a data directory on a volume that forgets everything (tmpfs, a container's layer).
    pub allow_volatile: bool,
    /// What a crash of the machine may cost.
    pub durability: Durability,
}

impl Settings {
    /// The settings of an ordinary server with its data in `data`.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            binaries: None,
            user: "postgres".to_owned(),
            allow_volatile: false,
            durability: Durability::Full,
        }
    }
}

/// What a crash of the machine may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A committed transaction is on the disk.
    Full,
    /// Nothing is promised and nothing is waited for: for tests. The server's own user may also
    /// connect as the superuser, and `lk_owner` may create databases.
    None,
}
