//! The kinds of ids: one line each, a UUIDv7 inside, three letters and 26 characters outside.
//!
//! The text form is Crockford's base 32 in lower case (`cnv_01k7st2000e008000000000001`), so an
//! id can be read aloud, sorts by time, and says what it names. Text that is no id of the wanted
//! kind parses to [`NotAnId`]; the HTTP side answers that like a missing row.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::Timestamp;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Text that is no id of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct NotAnId;

/// What all ids have in common.
pub trait Id: Copy + fmt::Display + FromStr<Err = NotAnId> {
    /// The three letters in front, for example `cnv`.
    const PREFIX: &'static str;
    /// The noun, as the audit log names it, for example `conversation`.
    const KIND: &'static str;
    /// Wraps a UUID.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The UUID inside.
    fn uuid(self) -> Uuid;
    /// When it was made, to the millisecond: a UUIDv7 begins with that.
    fn made_at(self) -> Timestamp {
        let millis = i64::try_from(self.uuid().as_u128() >> 80).unwrap_or(0);
        Timestamp::from_unix_micros(millis.saturating_mul(1000))
    }
}

/// Writes 128 bits as 26 characters; the first carries the upper three bits.
fn encode(uuid: Uuid, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let bits = uuid.as_u128();
    for place in (0..26).rev() {
        let five = usize::try_from((bits >> (place * 5)) & 31).map_err(|_| fmt::Error)?;
        let letter = ALPHABET.get(five).copied().ok_or(fmt::Error)?;
        fmt::Write::write_char(out, char::from(letter))?;
    }
    Ok(())
}

fn decode(text: &str) -> Result<Uuid, NotAnId> {
    if text.len() != 26 {
        return Err(NotAnId);
    }
    let mut bits: u128 = 0;
    for (place, letter) in text.bytes().enumerate() {
        let five = ALPHABET.iter().position(|known| *known == letter).ok_or(NotAnId)?;
        if place == 0 && five > 7 {
            return Err(NotAnId);
        }
        bits = (bits << 5) | u128::try_from(five).map_err(|_| NotAnId)?;
    }
    Ok(Uuid::from_u128(bits))
}

/// An id of any kind, whose kind is known by its text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AnyId {
    /// The noun.
    pub kind: &'static str,
    prefix: &'static str,
    uuid: Uuid,
}

impl AnyId {
    /// The id of a thing whose kind is stored beside it; `None` when there is no such kind.
    #[must_use]
    pub fn of(kind: &str, uuid: Uuid) -> Option<Self> {
        let (prefix, kind) = KINDS.iter().find(|(_, known)| *known == kind)?;
        Some(Self { kind, prefix, uuid })
    }

    /// The UUID inside.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl FromStr for AnyId {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let (front, rest) = text.split_once('_').ok_or(NotAnId)?;
        let (prefix, kind) = KINDS.iter().find(|(known, _)| *known == front).ok_or(NotAnId)?;
        Ok(Self { kind, prefix, uuid: decode(rest)? })
    }
}

impl fmt::Display for AnyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}_", self.prefix)?;
        encode(self.uuid, out)
    }
}

impl fmt::Debug for AnyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl serde::Serialize for AnyId {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for AnyId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for AnyId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AnyId".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}$",
        })
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal, $kind:literal;)*) => {
        /// All kinds: the letters in front, and the noun.
        pub const KINDS: &[(&str, &str)] = &[$(($prefix, $kind)),*];
    $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
        #[sqlx(transparent)]
        pub struct $name(Uuid);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            const KIND: &'static str = $kind;
            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(concat!($prefix, "_"))?;
                encode(self.0, out)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, out)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                decode(text.strip_prefix(concat!($prefix, "_")).ok_or(NotAnId)?).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "pattern": concat!("^", $prefix, "_[0-7][0-9a-hjkmnp-tv-z]{25}$"),
                })
            }
        }
    )*};
}

ids! {
    /// A workspace: the tenant.
    WorkspaceId = "wsp", "workspace";
    /// A person: one login.
    PersonId = "psn", "person";
    /// A person's membership in one workspace.
    OperatorId = "opr", "operator";
    /// A person signed in on one device.
    SessionId = "ses", "session";
    /// A request for help by somebody who lost every second factor.
    HelpId = "hlp", "factor_help";
    /// One session's stay in one workspace; switching makes a new one.
    ContextId = "ctx", "context";
    /// A link in the chain of refresh tokens of one session.
    RefreshTokenId = "rft", "refresh_token";
    /// A link that works once: set-up or demo sign-in.
    LinkId = "lnk", "link";
    /// A sign-in that waits for its second factor.
    ChallengeId = "chl", "challenge";
    /// A passkey of a person.
    PasskeyId = "pky", "passkey";
    /// An invitation into a workspace.
    InvitationId = "inv", "invitation";
    /// A chat widget on a customer's website.
    WidgetId = "wgt", "widget";
    /// A browser that used a widget.
    VisitorId = "vis", "visitor";
    /// Somebody a workspace knows.
    ContactId = "ctc", "contact";
    /// A thread between a visitor and a workspace.
    ConversationId = "cnv", "conversation";
    /// A message, note or activity line in a conversation.
    MessageId = "msg", "message";
    /// Something that happened, announced through the outbox.
    EventId = "evt", "event";
    /// One line of the audit log.
    EntryId = "ent", "entry";
    /// A saved view of the audit log.
    AuditViewId = "avw", "audit_view";
    /// A stream of the audit log to another system.
    AuditStreamId = "ast", "audit_stream";
    /// A key that signs checkpoints of the audit log.
    LogKeyId = "lgk", "log_key";
    /// A mail that waits or was sent.
    MailId = "mai", "mail";
    /// A key with which a program calls the API.
    ApiKeyId = "apk", "api_key";
    /// A member of staff: an internal administrator of the installation.
    StaffId = "stf", "staff";
    /// A member of staff signed in, in one tab of one browser.
    StaffSessionId = "sts", "staff_session";
    /// A link by which staff sets a password and a second factor.
    StaffLinkId = "stl", "staff_link";
    /// Staff's access to one workspace, for a reason and a time.
    GrantId = "grt", "grant";
    /// A signing key of the access-token ring.
    KeyId = "key", "key";
    /// An access token.
    TokenId = "tok", "token";
}

impl WorkspaceId {
    /// The reserved workspace that owns the rows of the platform itself: persons, sessions, keys.
    pub const PLATFORM: Self = Self(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0000));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_itself() {
        let id =
            ConversationId::from_uuid(Uuid::from_u128(0x019a_d0f0_1234_7abc_8def_0123_4567_89ab));
        let text = id.to_string();
        assert_eq!(text.len(), 30);
        assert_eq!(text.parse::<ConversationId>(), Ok(id));
    }

    #[test]
    fn an_id_of_any_kind_says_which() {
        let message = MessageId::from_uuid(Uuid::from_u128(7)).to_string();
        let any: AnyId = message.parse().unwrap();
        assert_eq!(
            (any.kind, any.uuid(), any.to_string()),
            ("message", Uuid::from_u128(7), message)
        );
        assert_eq!(AnyId::of("message", Uuid::from_u128(7)), Some(any));
        assert_eq!(AnyId::of("none", Uuid::from_u128(7)), None);
        for text in ["", "msg", "msg_", "xxx_00000000000000000000000007", "_"] {
            assert_eq!(text.parse::<AnyId>(), Err(NotAnId), "{text}");
        }
    }

    #[test]
    fn an_id_says_when_it_was_made() {
        let clock = crate::Clock::manual(Timestamp::from_unix_micros(1_795_338_000_123_000));
        assert_eq!(clock.new_id::<WorkspaceId>().made_at(), clock.now());
    }

    #[test]
    fn the_text_order_is_the_time_order() {
        let earlier = MessageId::from_uuid(Uuid::from_u128(1 << 80)).to_string();
        let later = MessageId::from_uuid(Uuid::from_u128(2 << 80)).to_string();
        assert!(earlier < later);
    }

    #[test]
    fn nonsense_and_other_kinds_are_not_ids() {
        let message = MessageId::from_uuid(Uuid::from_u128(7)).to_string();
        for text in ["", "cnv_", "cnv_zzzzzzzzzzzzzzzzzzzzzzzzzz", "cnv_0000", &message] {
            assert_eq!(text.parse::<ConversationId>(), Err(NotAnId), "{text}");
        }
    }
}
