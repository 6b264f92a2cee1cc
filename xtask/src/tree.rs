//! The files of the repository, without what is built, installed or downloaded.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Directories that hold nothing anybody wrote.
const SKIPPED: [&str; 7] = ["target", "node_modules", "dist", "output", ".git", ".sqlx", "tmp"];

/// Every file below `directory`, in order of path.
pub(crate) fn files(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(place) = open.pop() {
        let entries =
            fs::read_dir(&place).with_context(|| format!("cannot read {}", place.display()))?;
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            let name = entry.file_name();
            if SKIPPED.iter().any(|skipped| name == *skipped) {
                // In a work tree of its own, `.git` is a file.
                continue;
            }
            if kind.is_file() {
                found.push(entry.path());
            } else if kind.is_dir() {
                // `data` at the root is the development server's.
                if !(name == "data" && place == crate::step::root()) {
                    open.push(entry.path());
                }
            }
        }
    }
    found.sort();
    Ok(found)
}
