//! What a reader of the log asks for: who, what, to what, when, in which request.

use std::time::Duration;

use lk_base::id::{AnyId, KINDS};
use lk_base::{Error, Result, Timestamp};
use lk_db::Action;
use schemars::JsonSchema;
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The kinds of actors that entries have.
const ACTORS: &[&str] = &["operator", "api_key", "visitor", "person", "staff", "nobody", "system"];
/// How far an entry's id may lie from its instant: the id is made when the entry is written, the
/// instant is that of the beginning of its transaction.
const SLACK: Duration = Duration::from_secs(600);

/// The parameters that narrow the log down.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Only what this operator, API key, visitor or person did.
    #[serde(default)]
    pub actor: Option<AnyId>,
    /// Only what actors of this kind did.
    #[serde(default)]
    pub actor_kind: Option<String>,
    /// Only this action, or those that begin so: `auth.signed_in`, `auth`.
    #[serde(default)]
    pub action: Option<String>,
    /// Only what was done to this.
    #[serde(default)]
    pub target: Option<AnyId>,
    /// Only what was done to things of this kind.
    #[serde(default)]
    pub target_kind: Option<String>,
    /// From this instant on.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Before this instant.
    #[serde(default)]
    pub to: Option<Timestamp>,
    /// Only what happened in this request.
    #[serde(default, deserialize_with = "request_id")]
    pub request_id: Option<String>,
}

/// The id of a request: some hundred printable characters at most. Others are in no entry, and the
/// database has no text with a zero byte to compare them with.
///
/// # Errors
/// The format's own.
pub(crate) fn request_id<'de, D: Deserializer<'de>>(
    from: D,
) -> std::result::Result<Option<String>, D::Error> {
    let id = Option::<String>::deserialize(from)?;
    let is_one = |id: &String| id.len() <= 128 && !id.chars().any(char::is_control);
    if id.as_ref().is_none_or(is_one) {
        Ok(id)
    } else {
        Err(D::Error::custom("must be the id of a request"))
    }
}

const BAD_ACTION: Error = Error::Refused {
    code: "unknown_action",
    detail: "There is no such action: see the catalogue of actions.",
};
const BAD_KIND: Error = Error::Refused {
    code: "unknown_kind",
    detail: "Entries have no such kind of actor or target.",
};

/// The same, ready to be asked of the database.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    pub(crate) actor: Option<Uuid>,
    pub(crate) actor_kinds: Option<Vec<String>>,
    pub(crate) actions: Option<Vec<String>>,
    pub(crate) target: Option<Uuid>,
    pub(crate) target_kinds: Option<Vec<String>>,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    pub(crate) request: Option<String>,
}

/// Along which index the log is read: the narrowest that the filter names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Along {
    Request,
    Target,
    Actor,
    Actions,
    Kinds,
    Time,
}

impl Filter {
    /// # Errors
    /// `Refused` for an action or a kind that is none.
    pub(crate) fn of(wanted: &Wanted) -> Result<Self> {
        let kinds = |kind: &Option<String>, known: &[&str]| match kind {
            Some(kind) if known.contains(&kind.as_str()) => Ok(Some(vec![kind.clone()])),
            Some(_) => Err(BAD_KIND),
            None => Ok(None),
        };
        let targets: Vec<&str> = targets().collect();
        Ok(Self {
            actor: wanted.actor.map(AnyId::uuid),
            actor_kinds: kinds(&wanted.actor_kind, ACTORS)?,
            actions: wanted.action.as_deref().map(actions).transpose()?,
            target: wanted.target.map(AnyId::uuid),
            target_kinds: kinds(&wanted.target_kind, &targets)?,
            from: wanted.from.unwrap_or(Timestamp::from_unix_micros(0)),
            // The year 9999, the last one that RFC 3339 can write.
            to: wanted.to.unwrap_or(Timestamp::from_unix_micros(253_370_764_800_000_000)),
            request: wanted.request_id.clone(),
        })
    }

    pub(crate) const fn along(&self) -> Along {
        if self.request.is_some() {
            Along::Request
        } else if self.target.is_some() {
            Along::Target
        } else if self.actor.is_some() {
            Along::Actor
        } else if self.actions.is_some() {
            Along::Actions
        } else if self.actor_kinds.is_some() || self.target_kinds.is_some() {
            Along::Kinds
        } else {
            Along::Time
        }
    }

    /// The least id that can belong to the first instant.
    pub(crate) fn least(&self) -> Uuid {
        id_at(self.from.minus(SLACK))
    }

    /// The first id that cannot belong to the last instant any more.
    pub(crate) fn most(&self) -> Uuid {
        id_at(self.to.plus(SLACK))
    }

    /// All pairs of kinds that are asked for: each pair has its own stretch of the index.
    pub(crate) fn pairs(&self) -> (Vec<String>, Vec<String>) {
        let all = |known: Vec<&str>| known.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let actors = self.actor_kinds.clone().unwrap_or_else(|| all(ACTORS.to_vec()));
        let things = self.target_kinds.clone().unwrap_or_else(|| all(targets().collect()));
        let pairs = actors
            .iter()
            .flat_map(|actor| things.iter().map(move |thing| (actor.clone(), thing.clone())));
        pairs.unzip()
    }
}

/// The kinds of targets that entries have.
fn targets() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(_, kind)| *kind).chain(["none"])
}

/// The actions of a name, or those whose names begin with these parts.
fn actions(asked: &str) -> Result<Vec<String>> {
    let asked = asked.trim_end_matches(['.', '*']);
    let fits = |name: &str| {
        name.strip_prefix(asked).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let found: Vec<String> = Action::ALL
        .iter()
        .map(|action| action.name())
        .filter(|name| fits(name))
        .map(str::to_owned)
        .collect();
    if found.is_empty() { Err(BAD_ACTION) } else { Ok(found) }
}

/// The least UUIDv7 of a millisecond.
fn id_at(instant: Timestamp) -> Uuid {
    let millis = u128::try_from(instant.unix_micros() / 1000).unwrap_or(0);
    Uuid::from_u128((millis & ((1 << 48) - 1)) << 80)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::Clock;
    use lk_base::id::{EntryId, Id};

    #[test]
    fn an_action_is_asked_for_by_its_name_or_by_its_noun() {
        assert_eq!(actions("auth.signed_in").unwrap(), ["auth.signed_in"]);
        let auth = actions("auth").unwrap();
        assert!(auth.len() > 5 && auth.iter().all(|name| name.starts_with("auth.")));
        assert_eq!(actions("auth.*").unwrap(), auth);
        for none in ["aut", "auth.signed", "auth.signed_in.x", "'; drop table"] {
            assert!(actions(none).is_err(), "{none}");
        }
    }

    #[test]
    fn a_kind_that_is_none_is_refused() {
        let of = |kind: &str| {
            Filter::of(&Wanted { actor_kind: Some(kind.to_owned()), ..Wanted::default() })
        };
        assert!(of("operator").is_ok() && of("conversation").is_err());
    }

    #[test]
    fn the_ids_of_a_stretch_of_time_lie_between_its_bounds() {
        let noon = Timestamp::from_unix_micros(1_795_338_000_000_000);
        let filter = Filter::of(&Wanted { from: Some(noon), to: Some(noon), ..Wanted::default() });
        let filter = filter.unwrap();
        let id = Clock::manual(noon).new_id::<EntryId>().uuid();
        assert!(filter.least() < id && id < filter.most());
        let late = Clock::manual(noon.plus(SLACK * 2)).new_id::<EntryId>().uuid();
        let early = Clock::manual(noon.minus(SLACK * 2)).new_id::<EntryId>().uuid();
        assert!(early < filter.least() && filter.most() < late);
        let all = Filter::of(&Wanted::default()).unwrap();
        assert!(all.least() < early && late < all.most());
    }
}
