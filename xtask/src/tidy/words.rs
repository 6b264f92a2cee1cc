//! One word for one thing: docs/words.md has a column of words that are not used for it.

use std::collections::BTreeSet;

use super::{Finding, Source};

const PAGE: &str = "docs/words.md";
/// On a line that needs the word all the same, say because a standard says so.
const MARK: &str = "words: ok";
/// Phrases of other people's making; the page may list more between these two marks.
const OPEN: &str = "<!-- phrases -->";
const CLOSE: &str = "<!-- /phrases -->";
const PHRASES: [&str; 4] = ["user-agent", "user_agent", "useragent", ".org"];

/// What the page says.
struct Dictionary {
    /// A word not used, and the word used instead.
    avoided: Vec<(String, String)>,
    phrases: Vec<String>,
}

pub(super) fn check(sources: &[Source], findings: &mut Vec<Finding>) {
    let Some(page) = sources.iter().find(|source| source.path == PAGE) else {
        findings.push(Finding::new(PAGE, 0, "is missing; it says which word means what"));
        return;
    };
    let dictionary = read(&page.text);
    for source in sources {
        // This tool speaks of machines and their users, and of the words themselves.
        let is_beside = ["docs/", "xtask/"].iter().any(|place| source.path.starts_with(place));
        if is_beside || !source.is(&["rs", "ts", "tsx", "sql"]) {
            continue;
        }
        for (number, line) in source.lines() {
            if line.contains(MARK) {
                continue;
            }
            let parts = parts(&without(line, &dictionary.phrases));
            for (avoided, used) in &dictionary.avoided {
                if has(&parts, avoided) {
                    let why = format!(
                        "`{avoided}` is not a word of this house; say `{used}` ({PAGE}). If it \
                         means something else here, put `{MARK}` on the line, or list the phrase \
                         between {OPEN} and {CLOSE} in {PAGE}"
                    );
                    findings.push(Finding::new(&source.path, number, why));
                }
            }
        }
    }
}

/// The line with every listed phrase taken out, in whatever case it is written.
fn without(line: &str, phrases: &[String]) -> String {
    let mut line = line.to_owned();
    for phrase in phrases {
        // ASCII case keeps the length, so that places are the same in both.
        while let Some(at) = line.to_ascii_lowercase().find(phrase.as_str()) {
            line.replace_range(at..at + phrase.len(), "·");
        }
    }
    line
}

/// Rows `| word | meaning | not, not (…) |`. An entry with a remark in brackets depends on its
/// context, so nobody can search for it; a word that is also one of ours means something else.
fn read(page: &str) -> Dictionary {
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with('|') && !line.contains("---"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let clean = |word: &str| word.trim().trim_matches('`').to_lowercase();
    let ours: BTreeSet<String> = rows
        .iter()
        .filter_map(|row| row.first())
        .flat_map(|cell| cell.split(',').map(clean))
        .collect();
    let mut avoided = Vec::new();
    for row in rows.iter().skip(1) {
        let [word, _, not] = row.as_slice() else { continue };
        for entry in not.split(',').map(clean) {
            if !entry.is_empty() && !entry.contains(['(', ')']) && !ours.contains(&entry) {
                avoided.push((entry, clean(word)));
            }
        }
    }
    let listed = page.split_once(OPEN).and_then(|(_, rest)| rest.split_once(CLOSE));
    let listed = listed.map(|(list, _)| list).unwrap_or_default();
    let mut phrases: Vec<String> = listed.split('`').skip(1).step_by(2).map(clean).collect();
    phrases.extend(PHRASES.iter().map(|&phrase| phrase.to_owned()));
    // The longest first, so that no phrase takes a piece out of another.
    phrases.retain(|phrase| !phrase.is_empty());
    phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    Dictionary { avoided, phrases }
}

/// The words of a line: `tenantId`, `TENANT_ID` and `tenant-id` are "tenant" and "id".
fn parts(line: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut was_small = false;
    for letter in line.chars() {
        let begins = letter.is_uppercase() && was_small;
        if (!letter.is_alphanumeric() || begins) && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
        }
        if letter.is_alphanumeric() {
            part.extend(letter.to_lowercase());
        }
        was_small = letter.is_lowercase() || letter.is_numeric();
    }
    parts.push(part);
    parts
}

/// Whether the avoided word (or words) stands there, in singular or plural.
fn has(parts: &[String], avoided: &str) -> bool {
    let wanted: Vec<&str> = avoided.split([' ', '-', '_']).collect();
    parts.windows(wanted.len()).any(|window| {
        window.iter().zip(&wanted).all(|(part, word)| {
            part == word || part.strip_suffix('s').is_some_and(|singular| singular == *word)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "| Word | Meaning | Not |\n| --- | --- | --- |\n\
        | workspace | the one | tenant, org |\n| operator | a person | agent (of people), member |\n\
        | entry | a line | event |\n| event | it happened | message |\n| endpoint | x | hook URL |\n\
        <!-- phrases -->\n`x-member`, `member.read`\n<!-- /phrases -->";

    fn found(line: &str) -> usize {
        let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let mut findings = Vec::new();
        check(&[file(PAGE, WORDS), file("crates/a/src/b.rs", line)], &mut findings);
        findings.len()
    }

    #[test]
    fn avoided_words_are_found_in_every_spelling() {
        for line in ["tenant", "TenantId", "TENANT_ID", "tenants", "// An org.", "hookUrl", "myOrg"]
        {
            assert_eq!(found(line), 1, "{line}");
        }
    }

    #[test]
    fn other_words_marked_lines_phrases_and_matters_of_context_are_not() {
        for line in [
            "organise the tenancy",
            "agent",
            "an event",
            "tenant // words: ok, the RFC says so",
            "\"member.read\" and X-Member",
            "User-Agent",
            "https://www.w3.org/2000/svg",
        ] {
            assert_eq!(found(line), 0, "{line}");
        }
        assert_eq!(found("the member who may member.read"), 1);
    }
}
