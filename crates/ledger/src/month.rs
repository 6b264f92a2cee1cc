//! Months in UTC, by which entries are kept.

use std::fmt;

use lk_base::Timestamp;
use time::{Date, Month as Name, Time};

/// A month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Date);

impl Month {
    /// The month of a moment.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        Self::starting(at.sql().date())
    }

    /// The month of a day.
    #[must_use]
    pub fn starting(day: Date) -> Self {
        Self(day.replace_day(1).unwrap_or(day))
    }

    /// Its first day.
    #[must_use]
    pub const fn first_day(self) -> Date {
        self.0
    }

    /// So many months earlier.
    #[must_use]
    pub fn earlier(self, months: u32) -> Self {
        let now = i64::from(self.0.year()) * 12 + i64::from(u8::from(self.0.month())) - 1;
        let then = now - i64::from(months);
        let name = u8::try_from(then.rem_euclid(12) + 1).ok().and_then(|n| Name::try_from(n).ok());
        let year = i32::try_from(then.div_euclid(12)).ok();
        year.zip(name)
            .and_then(|(year, name)| Date::from_calendar_date(year, name, 1).ok())
            .map_or(self, Self)
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        let name = self.0.month().next();
        let year = self.0.year() + i32::from(name == Name::January);
        Date::from_calendar_date(year, name, 1).map_or(self, Self)
    }

    /// Its first moment.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp::from(self.0.with_time(Time::MIDNIGHT).assume_utc())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}", self.0.year(), u8::from(self.0.month()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_counted_over_the_turn_of_the_year() {
        let at = |text: &str| -> Timestamp { serde_json::from_str(&format!("{text:?}")).unwrap() };
        let march = Month::of(at("2026-03-31T23:59:59.999Z"));
        assert_eq!(march.to_string(), "2026-03");
        assert_eq!(march.earlier(3).to_string(), "2025-12");
        assert_eq!(march.earlier(27).to_string(), "2023-12");
        assert_eq!(march.earlier(3).next().to_string(), "2026-01");
        assert_eq!(march.start(), at("2026-03-01T00:00:00Z"));
    }
}
