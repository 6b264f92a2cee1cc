//! The demo's story, read from the file beside this one.

use std::time::Duration;

use lk_authz::Role;
use serde::Deserialize;

const STORY: &str = include_str!("story.toml");

/// The whole story.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Story {
    pub(crate) workspace: Vec<Workplace>,
    pub(crate) conversation: Vec<Talk>,
}

/// A workspace.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Workplace {
    pub(crate) name: String,
    pub(crate) greeting: String,
    pub(crate) colour: String,
    /// Whether its widget is the one in the shop.
    pub(crate) shop: bool,
    pub(crate) people: Vec<Colleague>,
}

/// Somebody who works there; the first one founded it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Colleague {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) role: Role,
}

/// A conversation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Talk {
    pub(crate) workspace: String,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) agent: String,
    pub(crate) address: std::net::IpAddr,
    pub(crate) assignee: Option<String>,
    pub(crate) lines: Vec<Said>,
    pub(crate) snooze: Option<Span>,
    /// Who closed it.
    pub(crate) resolve: Option<String>,
}

/// A line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    pub(crate) ago: Span,
    /// `visitor`, or the key of a colleague.
    pub(crate) by: String,
    #[serde(default)]
    pub(crate) note: bool,
    pub(crate) text: String,
}

/// A length of time: `1d 2h 30m`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span(pub(crate) Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let mut seconds = 0;
        for part in text.split_whitespace() {
            let unit = part.chars().last();
            let number: u64 =
                part.trim_end_matches(['d', 'h', 'm']).parse().map_err(serde::de::Error::custom)?;
            seconds += match unit {
                Some('d') => number * 86_400,
                Some('h') => number * 3600,
                Some('m') => number * 60,
                _ => return Err(serde::de::Error::custom("a span is written 1d 2h 30m")),
            };
        }
        Ok(Self(Duration::from_secs(seconds)))
    }
}

/// Reads the story.
///
/// # Errors
/// The file is broken, which a test would have found.
pub(crate) fn read() -> anyhow::Result<Story> {
    Ok(toml::from_str(STORY)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_names_only_people_who_work_there() {
        let story = read().unwrap();
        for talk in &story.conversation {
            let place = story.workspace.iter().find(|place| place.name == talk.workspace).unwrap();
            let works = |key: &String| place.people.iter().any(|one| one.key == *key);
            assert!(talk.assignee.iter().chain(&talk.resolve).all(works), "{talk:?}");
            assert!(
                talk.lines.iter().all(|line| line.by == "visitor" || works(&line.by)),
                "{talk:?}"
            );
            assert_eq!(talk.lines[0].by, "visitor");
        }
    }
}
