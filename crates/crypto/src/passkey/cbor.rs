//! The little of CBOR that authenticators send: numbers, bytes, text and maps of known length.
//!
//! **Invariant:** nothing is allocated by what the input claims, and nothing nests deeper than
//! [`DEEPEST`]; lengths without an end, tags and floats do not occur here and are refused.

/// An attestation statement is a map in a map with a list in it.
const DEEPEST: u8 = 6;

/// What is left to read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

/// What an item begins with: its kind, and its value or length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    Unsigned(u64),
    Negative(u64),
    Bytes(u64),
    Text(u64),
    List(u64),
    Map(u64),
    Simple,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// What has not been read.
    pub(super) const fn rest(self) -> &'a [u8] {
        self.0
    }

    fn take(&mut self, count: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn head(&mut self) -> Option<Head> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        let value = match first & 31 {
            small @ 0..=23 => u64::from(small),
            wide @ 24..=27 => {
                let bytes = self.take(1 << (wide - 24))?;
                bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
            }
            _ => return None,
        };
        Some(match first >> 5 {
            0 => Head::Unsigned(value),
            1 => Head::Negative(value),
            2 => Head::Bytes(value),
            3 => Head::Text(value),
            4 => Head::List(value),
            5 => Head::Map(value),
            7 if first & 31 <= 24 => Head::Simple,
            _ => return None,
        })
    }

    /// The number of pairs of a map.
    pub(super) fn map(&mut self) -> Option<u64> {
        match self.head()? {
            Head::Map(pairs) => Some(pairs),
            _ => None,
        }
    }

    pub(super) fn int(&mut self) -> Option<i64> {
        match self.head()? {
            Head::Unsigned(value) => i64::try_from(value).ok(),
            Head::Negative(value) => i64::try_from(value).ok().map(|value| -1 - value),
            _ => None,
        }
    }

    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        match self.head()? {
            Head::Bytes(length) => self.take(length),
            _ => None,
        }
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        match self.head()? {
            Head::Text(length) => std::str::from_utf8(self.take(length)?).ok(),
            _ => None,
        }
    }

    /// Reads over one item, whatever it is.
    pub(super) fn skip(&mut self) -> Option<()> {
        self.skip_at(0)
    }

    fn skip_at(&mut self, depth: u8) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        let inside = match self.head()? {
            Head::Unsigned(_) | Head::Negative(_) | Head::Simple => 0,
            Head::Bytes(length) | Head::Text(length) => {
                self.take(length)?;
                0
            }
            Head::List(items) => items,
            Head::Map(pairs) => pairs.checked_mul(2)?,
        };
        // Each item takes a byte at least, so a lie about their number ends with the input.
        for _ in 0..inside {
            self.skip_at(depth + 1)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_read_and_what_is_not_ends_it() {
        let mut reader = Reader::new(&[0xa1, 0x01, 0x39, 0x01, 0x00, 0xff]);
        assert_eq!(reader.map(), Some(1));
        assert_eq!(reader.int(), Some(1));
        assert_eq!(reader.int(), Some(-257));
        assert_eq!(reader.rest(), [0xff]);
        assert_eq!(reader.skip(), None);
        assert_eq!(Reader::new(&[0x42, 0x01]).bytes(), None);
        assert_eq!(Reader::new(&[0x61, 0xff]).text(), None);
        assert_eq!(Reader::new(&[]).map(), None);
    }

    #[test]
    fn lengths_without_an_end_tags_floats_and_depths_are_refused() {
        for bytes in [&[0x5f, 0xff][..], &[0xbf, 0xff], &[0xc0, 0x00], &[0xf9, 0x00, 0x00]] {
            assert_eq!(Reader::new(bytes).skip(), None, "{bytes:?}");
        }
        assert_eq!(Reader::new(&[0x81; 100_000]).skip(), None);
        // A list that claims to have more items than there are atoms.
        assert_eq!(
            Reader::new(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).skip(),
            None
        );
        assert_eq!(Reader::new(&[0x83, 0x01, 0xf5, 0x41, 0x00]).skip(), Some(()));
    }
}
