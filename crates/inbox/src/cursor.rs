//! Pages: how many rows, from where.
//!
//! A cursor is opaque: the place where a page ended together with the filter it was read with,
//! sealed for the workspace. Nobody can make one, or use one elsewhere.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lk_base::{Error, Result, Timestamp};
use lk_crypto::{Place, Sealer};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many rows a page has: 1 to 100.
#[derive(Debug, Clone, Copy)]
pub struct Limit(u8);

impl Default for Limit {
    fn default() -> Self {
        Self(25)
    }
}

impl Limit {
    /// As many rows as a page has, and one more that tells whether there are more.
    #[must_use]
    pub fn and_one(self) -> i64 {
        i64::from(self.0) + 1
    }

    /// Takes the one too many off; whether there was one.
    pub fn cut<T>(self, rows: &mut Vec<T>) -> bool {
        let most = usize::from(self.0);
        let more = rows.len() > most;
        rows.truncate(most);
        more
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match u8::deserialize(from)? {
            limit @ 1..=100 => Ok(Self(limit)),
            _ => Err(serde::de::Error::custom("limit must be 1 to 100")),
        }
    }
}

impl JsonSchema for Limit {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Limit".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 25 })
    }
}

/// Which lines of a numbered thread are wanted.
#[derive(Debug, PartialEq, Eq)]
pub struct Window {
    /// The number beside which the page begins.
    pub edge: i64,
    /// Whether it lies before that number.
    pub backwards: bool,
}

impl Window {
    /// The window that two parameters ask for; without any, the end.
    ///
    /// # Errors
    /// `Refused` for both at once.
    pub const fn of(before: Option<i64>, after: Option<i64>) -> Result<Self> {
        match (before, after) {
            (None, None) => Ok(Self { edge: i64::MAX, backwards: true }),
            (Some(edge), None) => Ok(Self { edge, backwards: true }),
            (None, Some(edge)) => Ok(Self { edge, backwards: false }),
            (Some(_), Some(_)) => Err(Error::Refused {
                code: "one_direction_only",
                detail: "Give before_seq or after_seq, not both.",
            }),
        }
    }
}

/// Where a page ended, in a list with the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// When the last row changed.
    pub at: Timestamp,
    /// The last row.
    pub id: Uuid,
}

impl End {
    /// Before the first row of any list.
    #[must_use]
    pub fn beginning() -> Self {
        // The year 9999, the last one that RFC 3339 can write.
        Self { at: Timestamp::from_unix_micros(253_370_764_800_000_000), id: Uuid::max() }
    }
}

#[derive(Serialize, Deserialize)]
struct Inside<F> {
    at: i64,
    id: Uuid,
    filter: F,
}

/// A list whose pages are bound to a workspace and a filter.
#[derive(Debug, Clone, Copy)]
pub struct Cursors<'a> {
    /// Seals and opens.
    pub sealer: &'a Sealer,
    /// The list, for example `cursor.conversations`.
    pub list: &'static str,
    /// The workspace.
    pub workspace: Uuid,
}

impl Cursors<'_> {
    const fn place(&self) -> Place {
        Place { column: self.list, workspace: self.workspace, row: Uuid::nil() }
    }

    /// A cursor for the page after `end`.
    ///
    /// # Errors
    /// None in practice.
    pub fn seal<F: Serialize>(&self, end: End, filter: F) -> Result<String> {
        let inside = Inside { at: end.at.unix_micros(), id: end.id, filter };
        let plain = serde_json::to_vec(&inside).map_err(Error::internal)?;
        let sealed = self.sealer.seal(self.place(), &plain).map_err(Error::internal)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Where the page before ended.
    ///
    /// # Errors
    /// `Refused` when it was not made here, for this list, workspace and filter.
    pub fn open<F: DeserializeOwned + PartialEq>(&self, cursor: &str, filter: &F) -> Result<End> {
        let read = || {
            let sealed = URL_SAFE_NO_PAD.decode(cursor).ok()?;
            let plain = self.sealer.open(self.place(), &sealed).ok()?;
            let inside: Inside<F> = serde_json::from_slice(&plain).ok()?;
            (inside.filter == *filter)
                .then(|| End { at: Timestamp::from_unix_micros(inside.at), id: inside.id })
        };
        read().ok_or(Error::Refused {
            code: "bad_cursor",
            detail: "This cursor does not belong to this list; start again without one.",
        })
    }
}

#[cfg(test)]
mod tests {
    use lk_crypto::RootKey;

    use super::*;

    fn end() -> End {
        End { at: Timestamp::from_unix_micros(1_795_338_000_123_456), id: Uuid::from_u128(9) }
    }

    fn cursors(sealer: &Sealer, workspace: u128) -> Cursors<'_> {
        Cursors { sealer, list: "cursor.test", workspace: Uuid::from_u128(workspace) }
    }

    #[test]
    fn a_cursor_opens_where_it_was_made_and_nowhere_else() {
        let sealer = Sealer::new(&RootKey::random()).unwrap();
        let cursor = cursors(&sealer, 1).seal(end(), "open".to_owned()).unwrap();
        assert_eq!(cursors(&sealer, 1).open(&cursor, &"open".to_owned()).unwrap(), end());
        assert!(cursors(&sealer, 1).open(&cursor, &"resolved".to_owned()).is_err());
        assert!(cursors(&sealer, 2).open(&cursor, &"open".to_owned()).is_err());
        for broken in ["", "!", "AAAA", &cursor.replacen(|_| true, "_", 1), &format!("{cursor}A")] {
            assert!(cursors(&sealer, 1).open(broken, &"open".to_owned()).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_page_knows_whether_there_is_more() {
        let limit: Limit = serde_json::from_str("2").unwrap();
        let mut rows = vec![1, 2, 3];
        assert!(limit.cut(&mut rows));
        assert_eq!(rows, [1, 2]);
        assert!(!limit.cut(&mut rows));
        for wrong in ["0", "101", "-1", "300"] {
            assert!(serde_json::from_str::<Limit>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_window_looks_one_way() {
        assert_eq!(Window::of(None, None).unwrap(), Window { edge: i64::MAX, backwards: true });
        assert_eq!(Window::of(None, Some(4)).unwrap(), Window { edge: 4, backwards: false });
        assert!(Window::of(Some(9), Some(4)).is_err());
    }
}
