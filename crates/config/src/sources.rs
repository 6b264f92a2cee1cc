//! Where settings come from: the command line, the environment, files.

use std::path::PathBuf;

/// What the program was started with.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// `--config`: the settings file to read.
    pub config: Option<PathBuf>,
    /// `--data`: overrides `data.dir`.
    pub data: Option<PathBuf>,
    /// The environment's variables.
    pub environment: Vec<(String, String)>,
    /// The directory in which `leadkeep.toml` is looked for when no other was found.
    pub working_directory: PathBuf,
}

impl Sources {
    /// The process's own environment. Variables that are not UTF-8 are left out.
    pub fn of_process(config: Option<PathBuf>, data: Option<PathBuf>) -> Self {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self { config, data, environment, working_directory: PathBuf::from(".") }
    }

    /// The value of a variable; an empty one counts as not set.
    pub(crate) fn variable(&self, wanted: &str) -> Option<&str> {
        self.environment
            .iter()
            .find(|(name, value)| name == wanted && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }
}
