//! A number of days within limits that the type names.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::Error as _;
use std::time::Duration;

const DAY: u64 = 24 * 3600;

/// `MIN` to `MAX` days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Days<MIN, MAX> {
    /// So many, cut to the limits.
    pub(super) const fn of(days: u32) -> Self {
        Self(if days < MIN {
            MIN
        } else if days > MAX {
            MAX
        } else {
            days
        })
    }

    /// As a duration.
    #[must_use]
    pub(super) fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.0) * DAY)
    }
}

impl<'de, const MIN: u32, const MAX: u32> Deserialize<'de> for Days<MIN, MAX> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let days = u32::deserialize(from)?;
        if (MIN..=MAX).contains(&days) {
            Ok(Self(days))
        } else {
            Err(D::Error::custom(format!("must be {MIN} to {MAX} days")))
        }
    }
}

impl<const MIN: u32, const MAX: u32> JsonSchema for Days<MIN, MAX> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Days{MIN}to{MAX}").into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": MIN, "maximum": MAX })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_beyond_the_limits_are_not_read() {
        for (text, good) in
            [("0", false), ("1", true), ("365", true), ("366", false), ("-1", false)]
        {
            assert_eq!(serde_json::from_str::<Days<1, 365>>(text).is_ok(), good, "{text}");
        }
        assert_eq!(Days::<0, 7>::of(9).duration(), Duration::from_secs(7 * DAY));
    }
}
