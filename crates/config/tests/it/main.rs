//! Settings from every source, right and wrong.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod layers;
mod refusals;
mod root_key;

use std::fs;
use std::path::{Path, PathBuf};

use lk_config::{ConfigError, Settings, Sources};

/// A directory of one test's own, removed at its end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("config-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn load(&self, environment: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        self.load_with(environment, None)
    }

    fn load_with(
        &self,
        environment: &[(&str, &str)],
        config: Option<PathBuf>,
    ) -> Result<Settings, ConfigError> {
        Settings::load(&Sources {
            config,
            data: None,
            environment: environment
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            working_directory: self.0.clone(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
