//! Lines of a bundle in exactly the form in which [`crate::export`] writes them, read without
//! allocating: members in their order, no blanks, strings without escapes but in the payload.
//!
//! **Invariant:** a line that is read here is one that the general reader reads to the same value.
//! Whatever else it may be is left to the general reader, which knows all of JSON.

use uuid::Uuid;

use crate::bundle::Line;

/// Reads a line; `None` sends it to the general reader. `space` is where its payload is put.
pub(crate) fn read<'a>(line: &'a [u8], space: &'a mut Vec<u8>) -> Option<Line<'a>> {
    let text = std::str::from_utf8(line).ok()?;
    // No string of JSON may hold these, and between its tokens there is nothing here.
    if line.iter().fold(false, |found, byte| found | (*byte < b' ')) {
        return None;
    }
    let mut rest = Rest(text);
    let number = rest.member("{\"number\":")?.number()?;
    let index = rest.member(",\"index\":")?.number()?;
    let entry = rest.member(",\"entry\":")?.uuid()?;
    let at = i64::try_from(rest.member(",\"at\":")?.number()?).ok()?;
    let action = rest.member(",\"action\":")?.plain()?.into();
    let actor_kind = rest.member(",\"actor_kind\":")?.plain()?.into();
    let actor = rest.member(",\"actor\":")?.nothing_or(Rest::uuid)?;
    let session = rest.member(",\"session\":")?.nothing_or(Rest::uuid)?;
    let target_kind = rest.member(",\"target_kind\":")?.plain()?.into();
    let target = rest.member(",\"target\":")?.nothing_or(Rest::uuid)?;
    let request = rest.member(",\"request\":")?.plain()?.into();
    let commitment = rest.member(",\"commitment\":")?.plain()?.into();
    let salt = rest.member(",\"salt\":")?.nothing_or(Rest::plain)?.map(Into::into);
    let payload = rest.member(",\"payload\":")?.nothing_or(|rest| rest.escaped(space))?;
    let leaf = rest.member(",\"leaf\":")?.plain()?.into();
    if rest.0 != "}" {
        return None;
    }
    Some(Line {
        number,
        index,
        entry,
        at,
        action,
        actor_kind,
        actor,
        session,
        target_kind,
        target,
        request,
        commitment,
        salt,
        payload: payload.map(Into::into),
        leaf,
    })
}

/// What is left of a line.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn member(&mut self, begin: &str) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(begin)?;
        Some(self)
    }

    /// `None` outside: not of the form. `None` inside: `null`.
    fn nothing_or<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if let Some(rest) = self.0.strip_prefix("null") {
            self.0 = rest;
            return Some(None);
        }
        read(self).map(Some)
    }

    fn number(&mut self) -> Option<u64> {
        let (mut value, mut length) = (0_u64, 0);
        for byte in self.0.bytes().take_while(u8::is_ascii_digit) {
            value = value.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
            length += 1;
        }
        if length == 0 || (length > 1 && self.0.starts_with('0')) {
            return None;
        }
        self.0 = self.0.get(length..)?;
        Some(value)
    }

    /// A UUID as they are printed.
    fn uuid(&mut self) -> Option<Uuid> {
        let (text, rest) = self.0.strip_prefix('"')?.split_at_checked(36)?;
        self.0 = rest.strip_prefix('"')?;
        // No other form of a UUID has 36 characters.
        Uuid::try_parse(text).ok()
    }

    /// A string without escapes.
    fn plain(&mut self) -> Option<&'a str> {
        let text = self.0.strip_prefix('"')?;
        let end = memchr::memchr2(b'"', b'\\', text.as_bytes())?;
        let (inside, rest) = text.split_at_checked(end)?;
        self.0 = rest.strip_prefix('"')?;
        Some(inside)
    }

    /// A string with the escapes that our own writer makes of a payload, put into `space`. A payload
    /// is JSON in JSON: escapes every few bytes, and long values between some of them. Sixteen bytes
    /// are copied at a time, of which those before the next escape count; after sixteen without one
    /// it goes on by thirty-two.
    fn escaped<'s>(&mut self, space: &'s mut Vec<u8>) -> Option<&'s str> {
        let whole = self.0.strip_prefix('"')?;
        let mut rest = whole.as_bytes();
        if space.len() < rest.len() {
            space.resize(rest.len(), 0);
        }
        let mut length = 0;
        // Behind a payload comes its leaf, which is longer than what is looked at here.
        while let Some((next, after)) = rest.split_first_chunk::<16>() {
            *space.get_mut(length..)?.first_chunk_mut::<16>()? = *next;
            let plain = before_special(*next);
            length += plain;
            if plain == next.len() {
                rest = after;
                while let Some((next, after)) = rest.split_first_chunk::<32>() {
                    if next.iter().fold(false, |found, byte| found | is_special(*byte)) {
                        break;
                    }
                    *space.get_mut(length..)?.first_chunk_mut::<32>()? = *next;
                    length += next.len();
                    rest = after;
                }
                continue;
            }
            let [special, meant] = *rest.get(plain..)?.first_chunk::<2>()?;
            if special == b'"' {
                self.0 = whole.get(whole.len() - rest.len() + plain + 1..)?;
                return std::str::from_utf8(space.get(..length)?).ok();
            }
            *space.get_mut(length)? = meaning(meant)?;
            length += 1;
            rest = rest.get(plain + 2..)?;
        }
        None
    }
}

const fn is_special(byte: u8) -> bool {
    byte == b'"' || byte == b'\\'
}

/// What a backslash and this mean; `None` for what our own writer does not write.
const fn meaning(escaped: u8) -> Option<u8> {
    match escaped {
        b'"' | b'\\' => Some(escaped),
        b'n' => Some(b'\n'),
        b'r' => Some(b'\r'),
        b't' => Some(b'\t'),
        _ => None,
    }
}

/// How many of the bytes come before the first quote or backslash.
fn before_special(bytes: [u8; 16]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // A byte that is zero borrows from its highest bit; above the first one the marks mean nothing.
    let zero = |bytes: u64| bytes.wrapping_sub(ONES) & !bytes & (ONES << 7);
    let special = |half: Option<&[u8; 8]>| {
        let bytes = u64::from_le_bytes(half.copied().unwrap_or_default());
        zero(bytes ^ (ONES * 0x22)) | zero(bytes ^ (ONES * 0x5c))
    };
    // Halves of their own: they are looked at side by side.
    let (low, high) = (special(bytes.first_chunk()), special(bytes.last_chunk()));
    let place = if low == 0 { 64 + high.trailing_zeros() } else { low.trailing_zeros() };
    usize::try_from(place / 8).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: [&str; 4] = [
        r#"{"number":1,"index":1,"entry":"01a208ca-8d25-7855-a92f-21f5394fc53d","at":1,"action":"a","actor_kind":"b","actor":null,"session":null,"target_kind":"c","target":null,"request":"d","commitment":"e","salt":"f","payload":"{\"change\":{\"v\":1},\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36\"}","leaf":"wfvw8+TJUG1vRKShj6uJ95AfhitlhQlxOefjZEAQu/U="}"#,
        r#"{"number":3,"index":8,"entry":"01a208ca-8d25-7855-a92f-21f5394fc53d","at":1795443821860152,"action":"widget.changed","actor_kind":"operator","actor":"01a208ca-8cee-7593-8440-4dd42b33d873","session":null,"target_kind":"widget","target":"01a208ca-8cee-7fba-812a-b5ce231dfb8d","request":"req_1","commitment":"KkVE=","salt":"SAdn","payload":"{\"name\":\"Gärt\\\\ner\\n\"}","leaf":"wfvw8+TJUG1vRKShj6uJ95AfhitlhQlxOefjZEAQu/U="}"#,
        r#"{"number":0,"index":18446744073709551615,"entry":"00000000-0000-0000-0000-000000000000","at":0,"action":"","actor_kind":"","actor":null,"session":null,"target_kind":"","target":null,"request":"","commitment":"","salt":null,"payload":null,"leaf":"wfvw8+TJUG1vRKShj6uJ95AfhitlhQlxOefjZEAQu/U="}"#,
        r#"{"number":10,"index":20,"entry":"01A208CA-8D25-7855-A92F-21F5394FC53D","at":9223372036854775807,"action":"a","actor_kind":"b","actor":null,"session":null,"target_kind":"c","target":null,"request":"d","commitment":"e","salt":"","payload":"","leaf":"wfvw8+TJUG1vRKShj6uJ95AfhitlhQlxOefjZEAQu/U="}"#,
    ];

    fn agrees(line: &[u8]) -> bool {
        let mut space = Vec::new();
        let Some(ours) = read(line, &mut space) else { return false };
        let general: Line<'_> = serde_json::from_slice(line).unwrap();
        assert_eq!(ours, general, "{}", String::from_utf8_lossy(line));
        true
    }

    #[test]
    fn what_an_export_writes_is_read() {
        for line in LINES {
            assert!(agrees(line.as_bytes()), "{line}");
            let read: Line<'_> = serde_json::from_str(line).unwrap();
            assert!(agrees(&serde_json::to_vec(&read).unwrap()), "{line}");
        }
    }

    #[test]
    fn whatever_is_read_of_a_changed_line_the_general_reader_reads_too_and_alike() {
        let mut read = 0;
        for line in LINES.map(str::as_bytes) {
            for at in 0..line.len() {
                for byte in 0..=255 {
                    let mut changed = line.to_vec();
                    changed[at] = byte;
                    read += usize::from(agrees(&changed));
                    changed.insert(at, line[at]);
                    read += usize::from(agrees(&changed));
                }
                let mut cut = line.to_vec();
                cut.remove(at);
                read += usize::from(agrees(&cut));
                read += usize::from(agrees(&line[..at]));
            }
        }
        assert!(read > 10_000, "only {read} were read");
    }
}
