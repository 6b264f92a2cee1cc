//! Text from outside: bounded, without control characters, parsed before anything sees it.

use std::fmt;

use crate::secret::Personal;

/// Why text was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    /// Shorter or longer than allowed, counted in characters.
    #[error("must have {min} to {max} characters")]
    Length {
        /// The least number of characters.
        min: usize,
        /// The greatest number of characters.
        max: usize,
    },
    /// A control character other than line feed, carriage return or tab.
    #[error("must not contain control characters")]
    Control,
    /// A line break or a tab where one line is wanted.
    #[error("must be one line without tabs")]
    Lines,
    /// Not of the wanted form.
    #[error("{0}")]
    Form(&'static str),
}

/// Text of `MIN` to `MAX` characters after trimming, as somebody wrote it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Text<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    /// Checks and trims.
    ///
    /// # Errors
    /// Too short, too long, or with control characters.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let text = text.trim();
        let length = text.chars().count();
        if length < MIN || length > MAX {
            return Err(BadText::Length { min: MIN, max: MAX });
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(BadText::Control);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, by move.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// What people write may be personal, so it is not shown.
impl<const MIN: usize, const MAX: usize> fmt::Debug for Text<MIN, MAX> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("<text>")
    }
}

impl<'de, const MIN: usize, const MAX: usize> serde::Deserialize<'de> for Text<MIN, MAX> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl<const MIN: usize, const MAX: usize> schemars::JsonSchema for Text<MIN, MAX> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Text{MIN}to{MAX}").into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "minLength": MIN, "maxLength": MAX })
    }
}

/// [`Text`] on one line: what is printed in a list, a title or a mail's head cannot run on below it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Line<const MIN: usize, const MAX: usize>(Text<MIN, MAX>);

impl<const MIN: usize, const MAX: usize> Line<MIN, MAX> {
    /// Checks and trims.
    ///
    /// # Errors
    /// As [`Text::parse`], and with line breaks or tabs.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let text = Text::parse(text)?;
        // The last two are Unicode's own line and paragraph separators.
        if text.as_str().contains(['\n', '\r', '\t', '\u{2028}', '\u{2029}']) {
            return Err(BadText::Lines);
        }
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The text, by move.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0.into_string()
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Debug for Line<MIN, MAX> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl<'de, const MIN: usize, const MAX: usize> serde::Deserialize<'de> for Line<MIN, MAX> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl<const MIN: usize, const MAX: usize> schemars::JsonSchema for Line<MIN, MAX> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Line{MIN}to{MAX}").into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Text::<MIN, MAX>::json_schema(generator)
    }
}

/// A name of a person, a workspace or a widget: 1 to 80 characters on one line.
pub type Name = Line<1, 80>;

/// An e-mail address: the WHATWG form of HTML's e-mail field, at most 254 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Checks and trims; the spelling is kept.
    ///
    /// # Errors
    /// Text that is no e-mail address.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let text = text.trim();
        let (local, domain) =
            text.rsplit_once('@').ok_or(BadText::Form("not an e-mail address"))?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && local
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b));
        let label_ok = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if !local_ok || text.len() > 254 || !domain.split('.').all(label_ok) {
            return Err(BadText::Form("not an e-mail address"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The address as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that decides whether two addresses are the same: lower case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// The address as personal data.
    #[must_use]
    pub fn into_personal(self) -> Personal {
        Personal::new(self.0)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("<personal>")
    }
}

impl<'de> serde::Deserialize<'de> for Email {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Email {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Email".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "email", "maxLength": 254 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_and_counted_in_characters() {
        assert_eq!(Text::<1, 3>::parse("  äöü ").unwrap().as_str(), "äöü");
        assert_eq!(Text::<1, 3>::parse("   "), Err(BadText::Length { min: 1, max: 3 }));
        assert_eq!(Text::<1, 3>::parse("abcd"), Err(BadText::Length { min: 1, max: 3 }));
    }

    #[test]
    fn a_null_character_never_reaches_the_database() {
        assert_eq!(Text::<1, 9>::parse("a\0b"), Err(BadText::Control));
    }

    #[test]
    fn a_name_is_one_line_and_a_text_may_have_more() {
        for bad in
            ["Ada\nLovelace", "Ada\r\nLovelace", "Ada\rL", "Ada\tL", "A\u{2028}L", "A\u{2029}L"]
        {
            assert_eq!(Name::parse(bad), Err(BadText::Lines), "{bad:?}");
            assert!(Text::<1, 80>::parse(bad).is_ok(), "{bad:?}");
        }
        // Around it they are only space, as ever.
        assert_eq!(Name::parse("\tAda Lovelace\r\n").unwrap().as_str(), "Ada Lovelace");
        assert_eq!(Name::parse("\n"), Err(BadText::Length { min: 1, max: 80 }));
        assert!(serde_json::from_str::<Name>("\"Ada\\nLovelace\"").is_err());
    }

    #[test]
    fn addresses_are_checked_and_compared_without_case() {
        assert_eq!(Email::parse("Ada@Example.test").unwrap().key(), "ada@example.test");
        for bad in ["", "ada", "@x.test", "ada@", "a b@x.test", "ada@-x.test", "ada@x..test"] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }
}
