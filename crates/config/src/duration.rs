//! Durations as people write them: "90s", "15m", "24h", "30d".

use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

/// For `#[serde(deserialize_with)]`.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    parse(&text).ok_or_else(|| {
        D::Error::custom(format!(
            "must be a duration such as \"90s\", \"15m\", \"24h\" or \"30d\", not {text:?}"
        ))
    })
}

fn parse(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(digits)?;
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    Some(Duration::from_secs(number.parse::<u64>().ok()?.checked_mul(seconds)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_number_and_a_unit() {
        assert_eq!(parse("90s"), Some(Duration::from_secs(90)));
        assert_eq!(parse("15m"), Some(Duration::from_secs(900)));
        assert_eq!(parse("30d"), Some(Duration::from_secs(2_592_000)));
        for wrong in ["", "15", "m", "1.5h", "-1s", "1w", "15 m", "99999999999999999999d"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
