//! Remembers that a step was done for the inputs as they are, so that it is not done again.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::step;

/// A step and the state of what it reads.
pub(crate) struct Stamp {
    path: PathBuf,
    now: String,
}

impl Stamp {
    /// The stamp `name` for these input files.
    pub(crate) fn of(name: &str, inputs: &[PathBuf]) -> Result<Self> {
        // Not cryptographic: it tells yesterday's file from today's, nobody attacks it.
        let mut hasher = DefaultHasher::new();
        for input in inputs {
            input.hash(&mut hasher);
            fs::read(input)
                .with_context(|| format!("cannot read {}", input.display()))?
                .hash(&mut hasher);
        }
        let now = format!("{:016x}\n", hasher.finish());
        Ok(Self { path: step::target_directory()?.join("xtask").join(name), now })
    }

    /// Whether the step was done for exactly this.
    pub(crate) fn is_fresh(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|then| then == self.now)
    }

    /// Remembers that it was.
    pub(crate) fn set(&self) -> Result<()> {
        fs::create_dir_all(self.path.parent().unwrap_or(Path::new(".")))?;
        fs::write(&self.path, &self.now)
            .with_context(|| format!("cannot write {}", self.path.display()))
    }
}
