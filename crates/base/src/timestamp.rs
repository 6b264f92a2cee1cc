//! An instant in UTC, to the microsecond in the database and to the millisecond in JSON.

use std::fmt;
use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Microseconds in a second.
const MILLION: i64 = 1_000_000;

/// An instant in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// Microseconds since 1970-01-01T00:00:00Z; out-of-range values become 1970.
    #[must_use]
    pub fn from_unix_micros(micros: i64) -> Self {
        let (seconds, micros) = (micros.div_euclid(MILLION), micros.rem_euclid(MILLION));
        let nanos = u32::try_from(micros * 1000).unwrap_or(0);
        OffsetDateTime::from_unix_timestamp(seconds)
            .and_then(|at| at.replace_nanosecond(nanos))
            .map_or(Self(OffsetDateTime::UNIX_EPOCH), Self)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix_micros(self) -> i64 {
        // No year that the type knows is out of reach.
        self.0.unix_timestamp() * MILLION + i64::from(self.0.microsecond())
    }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// This much later (saturating at the end of representable time).
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self::from_unix_micros(
            self.unix_micros().saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// This much earlier.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self::from_unix_micros(
            self.unix_micros().saturating_sub(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// How long after `earlier` this is; zero when it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(
            u64::try_from(self.unix_micros() - earlier.unix_micros()).unwrap_or(0),
        )
    }

    /// The value for SQL parameters.
    #[must_use]
    pub const fn sql(self) -> OffsetDateTime {
        self.0
    }
}

impl From<OffsetDateTime> for Timestamp {
    fn from(at: OffsetDateTime) -> Self {
        Self::from_unix_micros(i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or(0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.0;
        write!(
            out,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            at.millisecond()
        )
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        OffsetDateTime::parse(&text, &Rfc3339)
            .map(Self::from)
            .map_err(|_| serde::de::Error::custom("not an RFC 3339 time"))
    }
}

impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_has_milliseconds_and_a_z() {
        let at = Timestamp::from_unix_micros(1_795_338_000_123_456);
        assert_eq!(at.to_string(), "2026-11-22T09:00:00.123Z");
    }

    #[test]
    fn microseconds_come_back_before_and_after_1970_and_what_no_year_holds_is_1970() {
        for micros in [0, 1, -1, 999_999, -999_999, -1_000_001, 1_795_338_000_123_456] {
            assert_eq!(Timestamp::from_unix_micros(micros).unix_micros(), micros);
        }
        assert_eq!(Timestamp::from_unix_micros(i64::MAX).unix_micros(), 0);
        assert_eq!(Timestamp::from_unix_micros(i64::MIN).unix_micros(), 0);
    }

    #[test]
    fn other_offsets_are_read_as_the_same_instant() {
        let read: Timestamp = serde_json::from_str("\"2026-11-22T10:00:00+01:00\"").unwrap();
        assert_eq!(read.to_string(), "2026-11-22T09:00:00.000Z");
    }
}
