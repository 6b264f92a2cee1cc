//! A cluster for tests: quick, private, gone afterwards.

use std::fs::{self, DirBuilder, File};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use crate::cluster::Cluster;
use crate::error::{Error, Result};
use crate::leftover;
use crate::settings::{Durability, Settings};

const PREFIX: &str = "leadkeep-test-";

/// A cluster in a directory of its own under the system's place for temporary files.
///
/// It promises nothing about a crash, lets the server's user be the superuser, and lets
/// `lk_owner` create databases. Both the cluster and the directory go with it; a process that was
/// killed leaves the directory, which the next [`Throwaway::start`] removes.
#[derive(Debug)]
pub struct Throwaway {
    cluster: Option<Cluster>,
    directory: PathBuf,
}

impl Throwaway {
    /// Starts one.
    ///
    /// # Errors
    /// Like [`Cluster::start`].
    pub async fn start() -> Result<Self> {
        let place = std::env::temp_dir();
        sweep(&place);
        let directory = fresh_directory(&place)?;
        let settings = Settings {
            allow_volatile: true,
            durability: Durability::None,
            ..Settings::new(&directory)
        };
        // Made first, so that a failed start takes the directory away as well.
        let mut whole = Self { cluster: None, directory };
        whole.cluster = Some(Cluster::start(settings).await?);
        Ok(whole)
    }

    /// The cluster; `None` only while it is being taken down.
    pub fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    /// Stops the cluster and removes its directory.
    pub async fn stop(mut self) {
        if let Some(cluster) = self.cluster.take() {
            cluster.stop().await;
        }
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        drop(self.cluster.take());
        // What cannot be removed now is removed by a later run.
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// Named by our process, so that others can see whether it is still in use.
fn fresh_directory(place: &Path) -> Result<PathBuf> {
    let pid = std::process::id();
    let mut number = 0_u32;
    loop {
        let path = place.join(format!("{PREFIX}{pid}-{number}"));
        // Others may pass through, for the user PostgreSQL runs as is another one.
        match DirBuilder::new().mode(0o711).create(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(error) => {
                return Err(Error::io(format!("make the directory {}", path.display()))(error));
            }
        }
    }
}

/// Removes the directories of processes that are gone.
fn sweep(place: &Path) {
    let Ok(entries) = fs::read_dir(place) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let pid = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX))
            .and_then(|rest| rest.split('-').next())
            .and_then(|pid| pid.parse::<u32>().ok());
        let Some(pid) = pid else { continue };
        let alive = Path::new("/proc").join(pid.to_string()).exists();
        let path = entry.path();
        if !alive
            && is_unlocked(&path)
            && leftover::processes(&path.join("postgres/data")).is_empty()
        {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// A process of another container has a number we cannot see, but its lock we can.
fn is_unlocked(directory: &Path) -> bool {
    File::open(directory.join("postgres.lock")).map_or(true, |file| file.try_lock().is_ok())
}
