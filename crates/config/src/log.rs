//! `[log]`: what is logged, and how.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::error::{Complaint, require};

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl<'de> Deserialize<'de> for LogFormat {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match String::deserialize(from)?.as_str() {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => Err(D::Error::custom(format!("must be \"text\" or \"json\", not {other:?}"))),
        }
    }
}

/// What is logged, and how.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// How lines are written.
    pub format: LogFormat,
    /// Directives such as `info,lk_inbox=debug`; the server checks them when it starts its log.
    pub filter: String,
}

impl Log {
    pub(crate) fn validate(&self) -> Result<(), Complaint> {
        require(!self.filter.is_empty(), "filter", "must not be empty; \"info\" is the default")
    }
}
