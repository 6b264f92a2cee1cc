//! `[data]`: where everything is kept.

use std::path::PathBuf;

use serde::Deserialize;

use crate::error::{Complaint, require};

/// Where everything is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The directory that holds everything: the private database, keys, certificates.
    pub dir: PathBuf,
}

impl Data {
    pub(crate) fn validate(&self) -> Result<(), Complaint> {
        let empty = self.dir.as_os_str().is_empty();
        require(!empty, "dir", "must name a directory, such as \"/var/lib/leadkeep\"")
    }
}
