//! `[secrets]`: the root key.

use lk_base::secret::Secret;
use serde::Deserialize;

use crate::error::{Complaint, require};
use crate::root_key;
use crate::weak;

/// The root key, as given; [`crate::Settings::root_key`] makes one when none is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// 32 random bytes or more in base64 or hex; empty = the file in the data directory.
    pub root_key: Secret,
}

impl Secrets {
    pub(crate) fn validate(&self) -> Result<(), Complaint> {
        let text = self.root_key.expose();
        if text.is_empty() {
            return Ok(());
        }
        let key = root_key::decode(text)
            .ok_or_else(|| Complaint::about("root_key", "must be written in base64 or hex"))?;
        let fault = weak::fault_of_key(key.expose());
        require(fault.is_none(), "root_key", fault.unwrap_or_default())
    }
}
