//! What can be wrong with settings, in sentences for the administrator.

use std::io;
use std::path::PathBuf;

use crate::layers::Origin;

/// Why the settings cannot be used. Values of secrets are never part of the sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file could not be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// "read", "write", …
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// A settings file is not TOML.
    #[error("{} is not valid TOML at line {line}: {why}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What the parser says.
        why: String,
    },
    /// A key nobody reads.
    #[error("there is no setting {key} ({origin}){}", suggestion.as_ref().map_or_else(
        || "; leadkeep.toml lists all of them".to_owned(), |near| format!("; did you mean {near}?")))]
    Unknown {
        /// As written.
        key: String,
        /// Where it stands.
        origin: Origin,
        /// The nearest that exists.
        suggestion: Option<String>,
    },
    /// A value of the wrong kind or outside of its limits.
    #[error("{key} {why} ({origin})")]
    Invalid {
        /// Section and key.
        key: String,
        /// Continues the sentence: "must be …".
        why: String,
        /// Where the value comes from.
        origin: Origin,
    },
    /// The root key is gone, but the data sealed with it is there.
    #[error(
        "{} is missing although {} holds data; put the key back from your backup (a new one could \
         not open what is sealed with the old one)", key.display(), data.display()
    )]
    RootKeyLost {
        /// Where the key should be.
        key: PathBuf,
        /// Where the data is.
        data: PathBuf,
    },
    /// The root key's file can be read by others.
    #[error("{} can be read by others; run `chmod 600 {}`", path.display(), path.display())]
    RootKeyOpen {
        /// The file.
        path: PathBuf,
    },
    /// The root key's file does not hold a usable key.
    #[error("the key in {} {why}", path.display())]
    RootKeyUnusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The system gave no random bytes.
    #[error("the system's random number generator does not answer")]
    NoRandom,
}

/// A complaint of a section about one of its own keys; where the value came from is added outside.
#[derive(Debug)]
pub(crate) struct Complaint {
    pub(crate) key: &'static str,
    pub(crate) why: String,
}

impl Complaint {
    /// `why` continues the sentence that begins with the key: "must be …".
    pub(crate) fn about(key: &'static str, why: impl Into<String>) -> Self {
        Self { key, why: why.into() }
    }
}

/// Fails with a complaint unless the condition holds.
pub(crate) fn require(holds: bool, key: &'static str, why: &str) -> Result<(), Complaint> {
    if holds { Ok(()) } else { Err(Complaint::about(key, why)) }
}
