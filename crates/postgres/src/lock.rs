//! One server per data directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::error::{Error, Result};

/// Held as long as the server lives; the system lets go of it however the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock at `path` for the cluster in `directory`, or says that it is taken.
    pub(crate) fn take(path: &Path, directory: &Path) -> Result<Self> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(Error::io(format!("open the lock file {}", path.display())))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::InUse { directory: directory.to_owned() }),
            Err(TryLockError::Error(source)) => {
                Err(Error::Io { action: format!("lock {}", path.display()), source })
            }
        }
    }
}
