//! The language in which an action says what its payload may hold, and the check of payloads.
//!
//! **Invariant:** no kind has room for a message, a secret, a whole address of mail or network:
//! what a person typed freely ([`Kind::Words`]) is short, and addresses in it are masked here.

use std::borrow::Cow;
use std::net::IpAddr;

use serde_json::{Map, Value, json};

/// What stands where something was that the catalogue does not allow.
pub const MARKER: &str = "<not in the catalogue>";

/// What a field holds. Every field may also be missing or `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An id, by the three letters in front of it.
    Id(&'static str),
    /// Ids of one kind.
    Ids(&'static str),
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// An instant.
    Time,
    /// A name from a closed list.
    OneOf(&'static [&'static str]),
    /// Names from a closed list.
    Several(&'static [&'static str]),
    /// An address of mail with only its first letters: `a***@e***.test`.
    MaskedEmail,
    /// A name with only its first letter: `A***`.
    MaskedName,
    /// Twelve hexadecimal digits by which a secret is told from another.
    Fingerprint,
    /// Words that a workspace calls itself or its things by, of so many characters at most.
    Words(usize),
    /// A colour, `#rrggbb`.
    Colour,
    /// The origin of a website.
    Site,
    /// Origins of websites.
    Sites,
    /// The name of a host.
    Host,
    /// An address on the web.
    Url,
}

/// On which side of a change a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Before.
    Old,
    /// After.
    New,
    /// Before and after.
    Both,
}

/// A field of a payload.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Where it stands.
    pub side: Side,
}

/// A field of what was.
pub(super) const fn old(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, side: Side::Old }
}

/// A field of what is.
pub(super) const fn new(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, side: Side::New }
}

/// A field of what was and of what is.
pub(super) const fn both(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, side: Side::Both }
}

/// What a payload may hold.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// Which version of the fields it is; stored with each payload.
    pub version: u32,
    /// The fields.
    pub fields: &'static [Field],
}

impl Schema {
    /// The payload as it is stored, and the places where it is none of the catalogue's.
    pub(super) fn checked(self, old: Value, new: Value) -> (Value, Vec<String>) {
        let mut wrong = Vec::new();
        let mut payload = Map::new();
        payload.insert("v".to_owned(), json!(self.version));
        for (side, name, value) in [(Side::Old, "old", old), (Side::New, "new", new)] {
            match value {
                Value::Null => {}
                Value::Object(values) => {
                    let values = self.side(side, name, values, &mut wrong);
                    payload.insert(name.to_owned(), values);
                }
                _ => {
                    wrong.push(name.to_owned());
                    payload.insert(name.to_owned(), json!(MARKER));
                }
            }
        }
        (Value::Object(payload), wrong)
    }

    /// The places where a stored payload is none of the catalogue's; none where it is right.
    #[must_use]
    pub fn complaints(self, payload: &Value) -> Vec<String> {
        let side = |name: &str| payload.get(name).cloned().unwrap_or_default();
        let (again, mut wrong) = self.checked(side("old"), side("new"));
        if wrong.is_empty() && again != *payload {
            wrong.push("v".to_owned());
        }
        wrong
    }

    fn side(
        self,
        side: Side,
        place: &str,
        values: Map<String, Value>,
        wrong: &mut Vec<String>,
    ) -> Value {
        let checked = values.into_iter().map(|(name, value)| {
            let field = self.fields.iter().find(|field| {
                field.name == name && (field.side == side || field.side == Side::Both)
            });
            match field.and_then(|field| field.kind.admits(value)) {
                Some(value) => (name, value),
                None => {
                    wrong.push(format!("{place}.{name}"));
                    (name, json!(MARKER))
                }
            }
        });
        Value::Object(checked.collect())
    }
}

impl Kind {
    /// The value, if it is of this kind; addresses in words are masked.
    fn admits(self, value: Value) -> Option<Value> {
        let admitted = match (self, &value) {
            (_, Value::Null) | (Self::Flag, Value::Bool(_)) => true,
            (Self::Number, Value::Number(number)) => number.is_i64() || number.is_u64(),
            (Self::Words(most), Value::String(text)) => {
                return (text.chars().count() <= most).then(|| json!(without_addresses(text)));
            }
            (Self::Ids(prefix), Value::Array(values)) => values
                .iter()
                .all(|value| value.as_str().is_some_and(|one| Self::Id(prefix).admits_text(one))),
            (Self::Several(names), Value::Array(values)) => {
                values.iter().all(|value| value.as_str().is_some_and(|one| names.contains(&one)))
            }
            (Self::Sites, Value::Array(values)) => {
                values.iter().all(|value| value.as_str().is_some_and(is_site))
            }
            (_, Value::String(text)) => self.admits_text(text),
            _ => false,
        };
        admitted.then_some(value)
    }

    fn admits_text(self, text: &str) -> bool {
        match self {
            Self::Id(prefix) => {
                text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).is_some_and(
                    |rest| rest.len() == 26 && rest.bytes().all(|b| b.is_ascii_alphanumeric()),
                )
            }
            Self::Time => {
                text.len() <= 32 && text.ends_with('Z') && text.as_bytes().get(10) == Some(&b'T')
            }
            Self::OneOf(names) => names.contains(&text),
            Self::MaskedEmail => is_masked_email(text),
            Self::MaskedName => text.strip_suffix("***").is_some_and(|f| f.chars().count() <= 1),
            Self::Fingerprint => text.len() == 12 && text.bytes().all(|b| b.is_ascii_hexdigit()),
            Self::Colour => text.strip_prefix('#').is_some_and(|digits| {
                digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit())
            }),
            Self::Site => is_site(text),
            Self::Host => is_host(text),
            Self::Url => is_url(text),
            Self::Number
            | Self::Flag
            | Self::Ids(_)
            | Self::Several(_)
            | Self::Sites
            | Self::Words(_) => false,
        }
    }

    /// What it is, for the printed catalogue.
    fn words(self) -> Cow<'static, str> {
        match self {
            Self::Id(prefix) => format!("id `{prefix}_…`").into(),
            Self::Ids(prefix) => format!("ids `{prefix}_…`").into(),
            Self::Number => "number".into(),
            Self::Flag => "yes or no".into(),
            Self::Time => "instant".into(),
            Self::OneOf(names) if names.len() > 8 => format!("one of {}", names.len()).into(),
            Self::OneOf(names) => format!("`{}`", names.join("` or `")).into(),
            Self::Several(names) => format!("some of `{}`", names.join("`, `")).into(),
            Self::MaskedEmail => "masked address".into(),
            Self::MaskedName => "masked name".into(),
            Self::Fingerprint => "fingerprint of a secret".into(),
            Self::Words(most) => format!("words, {most} at most").into(),
            Self::Colour => "colour".into(),
            Self::Site => "origin".into(),
            Self::Sites => "origins".into(),
            Self::Host => "host".into(),
            Self::Url => "URL".into(),
        }
    }
}

impl std::fmt::Display for Schema {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, field) in self.fields.iter().enumerate() {
            let side = match field.side {
                Side::Old => "old ",
                Side::New => "",
                Side::Both => "old and new ",
            };
            let stop = if at == 0 { "" } else { "; " };
            write!(out, "{stop}{side}`{}`: {}", field.name, field.kind.words())?;
        }
        Ok(())
    }
}

/// At most one letter of the local part, at most one of the host, and no more but the last label.
fn is_masked_email(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return text == "***" };
    let first = |part: &str| part.strip_suffix("***").is_some_and(|f| f.chars().count() <= 1);
    let host = host.rsplit_once('.').map_or(host, |(host, last)| {
        if last.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') { host } else { "" }
    });
    first(local) && first(host)
}

fn is_host(text: &str) -> bool {
    (1..=253).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
}

fn is_site(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        (1..=270).contains(&rest.len())
            && rest
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'))
    })
}

fn is_url(text: &str) -> bool {
    text.len() <= 2048
        && (text.starts_with("https://") || text.starts_with("http://"))
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '@' | '?' | '#'))
}

/// Words in which what looks like an address of mail or network is masked.
fn without_addresses(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let bare = word.trim_end();
            let space = word.strip_prefix(bare).unwrap_or_default();
            if is_address(bare) { format!("***{space}") } else { word.to_owned() }
        })
        .collect()
}

fn is_address(word: &str) -> bool {
    let edge = |c: char| !(c.is_alphanumeric() || matches!(c, ':'));
    let bare = word.trim_matches(edge);
    let mail =
        bare.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    mail || bare.parse::<IpAddr>().is_ok()
        || word.trim_matches(|c: char| matches!(c, ',' | '.' | ';')).parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: Schema = Schema {
        version: 3,
        fields: &[
            both("name", Kind::Words(80)),
            new("role", Kind::OneOf(&["user"])),
            old("email", Kind::MaskedEmail),
        ],
    };

    #[test]
    fn a_payload_of_the_catalogue_is_kept_with_its_version() {
        let (payload, wrong) =
            SCHEMA.checked(json!({ "email": "a***@e***.test" }), json!({ "role": "user" }));
        assert_eq!(wrong, [""; 0]);
        assert_eq!(
            payload,
            json!({ "v": 3, "old": { "email": "a***@e***.test" }, "new": { "role": "user" } })
        );
        assert_eq!(SCHEMA.checked(Value::Null, Value::Null).0, json!({ "v": 3 }));
    }

    #[test]
    fn a_stored_payload_is_looked_at_as_a_new_one_is() {
        let stored = json!({ "v": 3, "new": { "role": "user" } });
        assert!(SCHEMA.complaints(&stored).is_empty());
        for (wrong, place) in [
            (json!({ "new": { "role": "user" } }), "v"),
            (json!({ "v": 2, "new": { "role": "user" } }), "v"),
            (json!({ "v": 3, "words": "Hello" }), "v"),
            (json!({ "v": 3, "new": { "role": "Hello" } }), "new.role"),
            (json!({ "v": 3, "new": { "name": "ada@example.test" } }), "v"),
        ] {
            assert_eq!(SCHEMA.complaints(&wrong), [place], "{wrong}");
        }
    }

    #[test]
    fn what_is_not_of_the_catalogue_is_marked_where_it_stands() {
        let (payload, wrong) = SCHEMA.checked(
            json!({ "email": "ada@example.test", "role": "user" }),
            json!({ "role": "emperor", "name": "Ada", "body": "Hello there" }),
        );
        assert_eq!(wrong, ["old.email", "old.role", "new.body", "new.role"]);
        assert_eq!(
            payload,
            json!({
                "v": 3,
                "old": { "email": MARKER, "role": MARKER },
                "new": { "role": MARKER, "name": "Ada", "body": MARKER },
            })
        );
        let (payload, wrong) = SCHEMA.checked(json!("words"), json!([1]));
        assert_eq!((payload["old"].as_str(), wrong.len()), (Some(MARKER), 2));
    }

    #[test]
    fn addresses_among_words_are_masked() {
        for (words, kept) in [
            ("Shop of Ada", "Shop of Ada"),
            ("write to <ada@example.test>, or", "write to *** or"),
            ("at 203.0.113.7.", "at ***"),
            ("at 2001:db8::7\nand here", "at ***\nand here"),
            ("a @ b, 3.14 and 10:30", "a @ b, 3.14 and 10:30"),
        ] {
            assert_eq!(Kind::Words(80).admits(json!(words)), Some(json!(kept)));
        }
        assert_eq!(Kind::Words(3).admits(json!("four")), None);
    }

    #[test]
    fn each_kind_takes_its_own_and_nothing_else() {
        let kinds = [
            (Kind::Id("opr"), json!("opr_01k7st2000e008000000000001")),
            (Kind::Number, json!(7)),
            (Kind::Flag, json!(true)),
            (Kind::Time, json!("2026-11-22T09:00:00.000Z")),
            (Kind::OneOf(&["one"]), json!("one")),
            (Kind::Several(&["one"]), json!(["one"])),
            (Kind::MaskedEmail, json!("é***@e***")),
            (Kind::MaskedName, json!("Ö***")),
            (Kind::Fingerprint, json!("0123456789ab")),
            (Kind::Colour, json!("#0f0f0f")),
            (Kind::Host, json!("idp")),
            (Kind::Url, json!("https://idp.test/of/shop")),
            (Kind::Sites, json!(["http://localhost:3000"])),
            (Kind::Ids("apk"), json!(["apk_01k7st2000e008000000000001"])),
        ];
        let foreign = [
            json!("Hello, my order has not arrived"),
            json!("ada@example.test"),
            json!("lk_0123456789abcdefghijklmnopqrstuvwxyz"),
            json!("https://ada:pw@idp.test/"),
            json!(["Hello there"]),
            json!({ "body": "x" }),
            json!(1.5),
        ];
        for (at, (kind, own)) in kinds.iter().enumerate() {
            assert!(kind.admits(own.clone()).is_some(), "{kind:?} {own}");
            assert!(kind.admits(Value::Null).is_some());
            for (other, (_, value)) in kinds.iter().enumerate().filter(|(other, _)| *other != at) {
                let host = matches!(kind, Kind::Host) && value.is_string();
                let url = matches!(kind, Kind::Url) && other == 12;
                assert!(host || url || kind.admits(value.clone()).is_none(), "{kind:?} {value}");
            }
            for value in &foreign {
                assert!(kind.admits(value.clone()).is_none(), "{kind:?} {value}");
            }
        }
    }
}
