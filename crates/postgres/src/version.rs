//! Which PostgreSQL versions may hold the data.

use crate::error::{Error, Result};

/// Minor versions below these leak rows past row security through statistics (CVE-2025-8713).
const FIXED: [(u32, u32, &str); 3] = [(15, 14, "15.14"), (16, 10, "16.10"), (17, 6, "17.6")];

/// Says whether a server of version `num` (`server_version_num`, for example `150018`) may be used.
///
/// # Errors
/// [`Error::TooOld`] before 15; [`Error::LeaksRows`] for minors with the fault CVE-2025-8713.
pub fn check_version(num: u32) -> Result<()> {
    let (major, minor) = (num / 10_000, num % 10_000);
    if major < 15 {
        return Err(Error::TooOld { found: describe_version(num) });
    }
    for (line, first_good, fixed) in FIXED {
        if major == line && minor < first_good {
            return Err(Error::LeaksRows { found: describe_version(num), fixed });
        }
    }
    Ok(())
}

/// Writes a `server_version_num` the way people do: `150018` is `15.18`.
pub fn describe_version(num: u32) -> String {
    if num >= 100_000 {
        format!("{}.{}", num / 10_000, num % 10_000)
    } else {
        format!("{}.{}.{}", num / 10_000, num / 100 % 100, num % 100)
    }
}

/// Reads the answer of `postgres --version`; a beta or a release candidate counts as minor 0.
pub(crate) fn parse(answer: &str) -> Option<u32> {
    let version = answer.split_once("(PostgreSQL)")?.1.split_whitespace().next()?;
    let mut parts = version.split('.');
    let digits = |part: &str| -> Option<u32> {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        part.get(..end)?.parse().ok()
    };
    let major = digits(parts.next()?)?;
    let minor = parts.next().and_then(digits).unwrap_or(0);
    Some(if major >= 10 {
        major * 10_000 + minor
    } else {
        major * 10_000 + minor * 100 + parts.next().and_then(digits).unwrap_or(0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_with_the_row_leak_are_refused_and_the_fixed_ones_are_not() {
        for (num, good) in [
            (90_624, false),
            (140_019, false),
            (150_013, false),
            (150_014, true),
            (150_018, true),
            (160_009, false),
            (160_010, true),
            (170_005, false),
            (170_006, true),
            (180_000, true),
        ] {
            assert_eq!(check_version(num).is_ok(), good, "{num}");
        }
    }

    #[test]
    fn the_refusal_names_the_version_and_the_cure() {
        let said = check_version(160_004).unwrap_err().to_string();
        assert!(said.contains("16.4") && said.contains("16.10"), "{said}");
    }

    #[test]
    fn version_lines_of_distributions_are_understood() {
        assert_eq!(parse("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(150_018));
        assert_eq!(parse("postgres (PostgreSQL) 18beta2"), Some(180_000));
        assert_eq!(parse("postgres (PostgreSQL) 9.6.24"), Some(90_624));
        assert_eq!(parse("bash: no such thing"), None);
    }
}
