//! `[audit]`: how long the audit log is kept.

use serde::Deserialize;

use crate::error::{Complaint, require};

/// How long the audit log is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// For how many whole months entries stay.
    pub keep_months: u32,
}

impl Audit {
    pub(crate) fn validate(&self) -> Result<(), Complaint> {
        require(
            (12..=600).contains(&self.keep_months),
            "keep_months",
            "must be 12 to 600: nothing younger than twelve months is ever dropped",
        )
    }
}
