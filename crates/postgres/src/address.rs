//! Where and as whom to connect.

use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The database that holds everything.
pub(crate) const DATABASE: &str = "leadkeep";
/// The port is only part of the socket's file name; nothing listens on a network.
pub(crate) const PORT: u16 = 5432;

/// A database role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Owns the schema and runs migrations; subject to row security where it is forced.
    Owner,
    /// Serves requests; owns nothing and cannot bypass row security.
    App,
    /// Reads the outbox of every workspace and nothing else.
    Dispatch,
    /// Makes roles and databases. Open to the server only in a throw-away cluster.
    Superuser,
}

impl Role {
    /// The role's name in PostgreSQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "lk_owner",
            Self::App => "lk_app",
            Self::Dispatch => "lk_dispatch",
            Self::Superuser => "postgres",
        }
    }
}

/// Where and as whom to connect: a socket directory, a port, a database, a role; no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Directory of the unix socket.
    pub socket_dir: PathBuf,
    /// The number in the socket's file name.
    pub port: u16,
    /// The database's name.
    pub database: String,
    /// The role to connect as.
    pub role: Role,
}

impl Address {
    pub(crate) fn new(socket_dir: &Path, role: Role) -> Self {
        let database = match role {
            Role::Superuser => "postgres",
            Role::Owner | Role::App | Role::Dispatch => DATABASE,
        };
        Self { socket_dir: socket_dir.to_owned(), port: PORT, database: database.to_owned(), role }
    }

    /// The same server and role, another database.
    pub fn with_database(mut self, database: impl Into<String>) -> Self {
        self.database = database.into();
        self
    }
}

/// A URL that libpq and sqlx both read. It holds no secret.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgresql:///{}?host=", self.database)?;
        for &byte in self.socket_dir.as_os_str().as_bytes() {
            if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
                write!(f, "{}", char::from(byte))?;
            } else {
                write!(f, "%{byte:02X}")?;
            }
        }
        write!(f, "&port={}&user={}", self.port, self.role.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_names_socket_database_and_role() {
        let address = Address::new(Path::new("/srv/lead keep/run"), Role::App);
        assert_eq!(
            address.to_string(),
            "postgresql:///leadkeep?host=/srv/lead%20keep/run&port=5432&user=lk_app"
        );
    }
}
