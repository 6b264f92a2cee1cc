//! What can go wrong, in sentences that tell the administrator what to do.

use std::io;
use std::path::PathBuf;

/// The result of this crate's operations.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the private cluster is not available.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No PostgreSQL programs on this machine.
    #[error(
        "no PostgreSQL 15 or later was found ({looked}); install it (Debian: `apt-get install \
         postgresql`), or name its bin directory in database.postgres_bin, or give database.url"
    )]
    NoBinaries {
        /// Where it was looked for.
        looked: String,
    },
    /// A program this crate needs is missing.
    #[error("the program `{program}` is missing; install it (Debian package {package})")]
    NoProgram {
        /// Its name.
        program: &'static str,
        /// The Debian package that has it.
        package: &'static str,
    },
    /// Too old a major version.
    #[error("this is PostgreSQL {found}; Leadkeep needs PostgreSQL 15 or later")]
    TooOld {
        /// The version found.
        found: String,
    },
    /// A minor version known to leak rows past row security.
    #[error(
        "PostgreSQL {found} can show rows that row security hides (CVE-2025-8713); update it to \
         {fixed} or later and start again"
    )]
    LeaksRows {
        /// The version found.
        found: String,
        /// The first version of that line without the fault.
        fixed: &'static str,
    },
    /// The answer of `postgres --version` makes no sense.
    #[error("`{program} --version` answered {answer:?}, which is no PostgreSQL version")]
    StrangeVersion {
        /// The program asked.
        program: PathBuf,
        /// Its answer.
        answer: String,
    },
    /// The data directory was made by another major version.
    #[error(
        "{} was made by PostgreSQL {made_by}, but the programs found are PostgreSQL {found}; \
         install postgresql-{made_by}, or move the data with pg_upgrade", directory.display()
    )]
    OtherMajor {
        /// The cluster's directory.
        directory: PathBuf,
        /// The major version in its `PG_VERSION`.
        made_by: u32,
        /// The major versions available.
        found: String,
    },
    /// Everything written there is lost at the next boot.
    #[error(
        "{} lies on a volume that does not keep what is written to it ({filesystem} mounted at \
         {}); mount a real volume there or choose another data.dir (only for trying things out: \
         database.allow_volatile = true)", directory.display(), mount.display()
    )]
    Volatile {
        /// The directory asked for.
        directory: PathBuf,
        /// Where the volume is mounted.
        mount: PathBuf,
        /// Its file system.
        filesystem: String,
    },
    /// Another server holds the data directory.
    #[error(
        "another Leadkeep server is using {}; stop it first, or give this one its own data.dir",
        directory.display()
    )]
    InUse {
        /// The cluster's directory.
        directory: PathBuf,
    },
    /// The user does not exist here.
    #[error(
        "the operating-system user `{name}` does not exist; create it (`adduser --system {name}`) \
         or name another in database.postgres_user"
    )]
    NoUser {
        /// The user asked for.
        name: String,
    },
    /// PostgreSQL refuses to run as root, and so do we.
    #[error("PostgreSQL must not run as root; name an unprivileged user in database.postgres_user")]
    RootUser,
    /// `initdb` needs a name for its uid.
    #[error(
        "the uid {uid} that runs the server has no entry in /etc/passwd, which PostgreSQL needs; \
         add one or run as another user"
    )]
    NamelessUser {
        /// Our uid.
        uid: u32,
    },
    /// The unprivileged user cannot get to the data directory.
    #[error(
        "PostgreSQL runs as the user `{user}`, who cannot enter {}; allow it \
         (`chmod o+x {}`), or choose a data.dir elsewhere, such as /var/lib/leadkeep",
        directory.display(), directory.display()
    )]
    OutOfReach {
        /// The user PostgreSQL runs as.
        user: String,
        /// The first directory on the way that is closed.
        directory: PathBuf,
    },
    /// Made by somebody else.
    #[error(
        "{} belongs to uid {owner}, but PostgreSQL would run as `{user}`; start the server as \
         before, or hand the directory over (`chown -R {user} {}`)",
        directory.display(), directory.display()
    )]
    ForeignOwner {
        /// The directory.
        directory: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who we would be.
        user: String,
    },
    /// No directory for the socket is short enough.
    #[error(
        "no directory for PostgreSQL's socket is short enough (the system allows 107 bytes); \
         choose a shorter data.dir than {}", directory.display()
    )]
    SocketPathTooLong {
        /// The directory tried last.
        directory: PathBuf,
    },
    /// Processes of an earlier run will not go.
    #[error(
        "PostgreSQL processes of an earlier run still use {} and do not end (pids {pids}); end \
         them and start again", directory.display()
    )]
    Leftover {
        /// The cluster's directory.
        directory: PathBuf,
        /// Their process ids.
        pids: String,
    },
    /// One of PostgreSQL's programs reported a failure.
    #[error("`{program}` failed: {said}")]
    Failed {
        /// Its name.
        program: String,
        /// The last lines it wrote.
        said: String,
    },
    /// The postmaster ended before it was ready.
    #[error("PostgreSQL ended before it was ready: {said}")]
    DidNotStart {
        /// The last lines it wrote.
        said: String,
    },
    /// The start was given up by the caller.
    #[error("the start of PostgreSQL was called off")]
    CalledOff,
    /// The operating system refused something.
    #[error("cannot {action}")]
    Io {
        /// What was tried, with the path.
        action: String,
        /// What the system answered.
        source: io::Error,
    },
}

impl Error {
    /// Wraps the system's answer with what was tried; for `map_err`.
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }
}
