//! Directories of the cluster: where they are, whose they are, whether they can be reached.

use std::fs::{self, DirBuilder};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, chown};
use std::path::{Path, PathBuf};

use crate::address::PORT;
use crate::command::Runner;
use crate::error::{Error, Result};
use crate::os_user::OsUser;

/// Bytes that fit into a socket address, the closing zero left out.
const SOCKET_PATH_LIMIT: usize = 107;

/// Where everything of one cluster lies.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// `<data>/postgres`, owned by the user PostgreSQL runs as.
    pub(crate) root: PathBuf,
    /// PostgreSQL's own data directory.
    pub(crate) pgdata: PathBuf,
    /// Beside `root`, in the directory that belongs to the server's own user.
    pub(crate) lock: PathBuf,
}

impl Layout {
    /// Makes the data directory when it is missing and settles the paths below it.
    pub(crate) fn of(data: &Path) -> Result<Self> {
        make_directory(data, 0o711)?;
        let data = fs::canonicalize(data)
            .map_err(Error::io(format!("resolve the path {}", data.display())))?;
        let root = data.join("postgres");
        Ok(Self { pgdata: root.join("data"), lock: data.join("postgres.lock"), root })
    }

    /// Makes the cluster's directory, hands it to `user`, and checks that the user gets there.
    pub(crate) fn open_to(&self, runner: &Runner) -> Result<()> {
        let user = &runner.user;
        let is_new = make_directory(&self.root, 0o700)?;
        if is_new && runner.become_user {
            hand_over(&self.root, user)?;
        }
        // Told apart by owner, because the cure is another one than for a closed directory.
        for directory in [&self.root, &self.pgdata] {
            match fs::metadata(directory) {
                Ok(found) if found.uid() != user.uid => {
                    return Err(Error::ForeignOwner {
                        directory: directory.clone(),
                        owner: found.uid(),
                        user: user.name.clone(),
                    });
                }
                _ => {}
            }
        }
        if runner.succeeds("test", &["-w".as_ref(), self.root.as_os_str()])? {
            return Ok(());
        }
        let mut way: Vec<&Path> = self.root.ancestors().collect();
        way.reverse();
        for directory in way {
            if !runner.succeeds("test", &["-x".as_ref(), directory.as_os_str()])? {
                let directory = directory.to_owned();
                return Err(Error::OutOfReach { user: user.name.clone(), directory });
            }
        }
        Err(Error::OutOfReach { user: user.name.clone(), directory: self.root.clone() })
    }

    /// The major version that made the data, or `None` when there is none yet.
    pub(crate) fn made_by(&self) -> Result<Option<u32>> {
        let path = self.pgdata.join("PG_VERSION");
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text.trim().split('.').next().and_then(|major| major.parse().ok())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io(format!("read {}", path.display()))(error)),
        }
    }

    /// A directory for the socket, made and owned by the user: inside the data directory when the
    /// path is short enough, otherwise a private one in a short place.
    pub(crate) fn socket_directory(&self, runner: &Runner) -> Result<PathBuf> {
        let near = self.root.join("run");
        if fits(&near) {
            runner
                .run("mkdir", &["-p".as_ref(), "-m".as_ref(), "0700".as_ref(), near.as_os_str()])?;
            return Ok(near);
        }
        let mut hasher = DefaultHasher::new();
        self.root.hash(&mut hasher);
        let name = format!("leadkeep-{}-{:016x}", runner.user.uid, hasher.finish());
        let place = ["/run", "/tmp"]
            .into_iter()
            .find(|place| runner.become_user || *place == "/tmp")
            .map_or_else(|| PathBuf::from("/tmp"), PathBuf::from);
        let far = place.join(name);
        if !fits(&far) {
            return Err(Error::SocketPathTooLong { directory: far });
        }
        if make_directory(&far, 0o700)? && runner.become_user {
            hand_over(&far, &runner.user)?;
        }
        // Others may write to these places: what lies there already must be ours and closed.
        let found =
            fs::symlink_metadata(&far).map_err(Error::io(format!("look at {}", far.display())))?;
        if !found.is_dir() || found.uid() != runner.user.uid || found.mode() & 0o077 != 0 {
            return Err(Error::ForeignOwner {
                directory: far,
                owner: found.uid(),
                user: runner.user.name.clone(),
            });
        }
        Ok(far)
    }
}

/// Whether a socket in `directory` has a path that the system accepts.
fn fits(directory: &Path) -> bool {
    let socket = directory.join(format!(".s.PGSQL.{PORT}"));
    socket.as_os_str().as_bytes().len() <= SOCKET_PATH_LIMIT
}

/// Makes a directory (and those above it); says whether it was missing.
fn make_directory(path: &Path, mode: u32) -> Result<bool> {
    let failed = |error| Error::io(format!("make the directory {}", path.display()))(error);
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    match DirBuilder::new().mode(mode).create(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(failed(error)),
    }
}

fn hand_over(path: &Path, user: &OsUser) -> Result<()> {
    chown(path, Some(user.uid), Some(user.gid)).map_err(Error::io(format!(
        "give {} to {}",
        path.display(),
        user.name
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_path_of_107_bytes_fits_and_one_more_does_not() {
        let directory = |bytes: usize| PathBuf::from(format!("/{}", "d".repeat(bytes - 1)));
        let file = "/.s.PGSQL.5432".len();
        assert!(fits(&directory(107 - file)));
        assert!(!fits(&directory(108 - file)));
    }
}
