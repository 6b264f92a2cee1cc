//! Network addresses as people may see them: masked.

use std::net::IpAddr;

/// An address without its last part: `192.168.1.***`, or the first 48 bits of an IPv6 address.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
    sqlx::Type,
)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct MaskedAddress(String);

impl MaskedAddress {
    /// Masks an address; an IPv4 address inside IPv6 is treated as IPv4.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(four) => {
                let [a, b, c, _] = four.octets();
                format!("{a}.{b}.{c}.***")
            }
            IpAddr::V6(six) => {
                let [a, b, c, ..] = six.segments();
                format!("{a:x}:{b:x}:{c:x}:***")
            }
        })
    }

    /// The masked text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_is_hidden() {
        let masked = |text: &str| MaskedAddress::of(text.parse().unwrap()).as_str().to_owned();
        assert_eq!(masked("192.168.1.77"), "192.168.1.***");
        assert_eq!(masked("::ffff:203.0.113.9"), "203.0.113.***");
        assert_eq!(masked("2001:db8:aa:bb::1"), "2001:db8:aa:***");
    }
}
