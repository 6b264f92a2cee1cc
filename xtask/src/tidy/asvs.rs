//! The OWASP ASVS rows that are in scope: each has a line, and what a line names exists.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::named_tests::{Names, in_backticks};
use super::{Finding, Source, sources};

const PAGE: &str = "docs/security/asvs.md";

/// The rows of ASVS 5.0 that apply to the product, by section. What is missing (phone and push
/// factors, being an authorization server) is not offered.
const IN_SCOPE: [(&str, &[u8]); 25] = [
    ("V6.1", &[1, 2, 3]),
    ("V6.2", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    ("V6.3", &[1, 2, 3, 4, 5, 6, 7, 8]),
    ("V6.4", &[1, 2, 3, 4, 5, 6]),
    ("V6.5", &[1, 2, 3, 4, 5, 6, 7, 8]),
    ("V6.6", &[2, 3]),
    ("V6.7", &[1, 2]),
    ("V6.8", &[1, 2, 3, 4]),
    ("V7.1", &[1, 2, 3]),
    ("V7.2", &[1, 2, 3, 4]),
    ("V7.3", &[1, 2]),
    ("V7.4", &[1, 2, 3, 4, 5]),
    ("V7.5", &[1, 2, 3]),
    ("V7.6", &[1, 2]),
    ("V8.1", &[1, 2, 3, 4]),
    ("V8.2", &[1, 2, 3, 4]),
    ("V8.3", &[1, 2, 3]),
    ("V8.4", &[1, 2]),
    ("V9.1", &[1, 2, 3]),
    ("V9.2", &[1, 2, 3, 4]),
    ("V10.1", &[1, 2]),
    ("V10.2", &[1, 2, 3]),
    ("V10.3", &[1, 2, 3, 4, 5]),
    ("V10.4", &[5, 8, 9]),
    ("V10.5", &[1, 2, 3, 4, 5]),
];

/// What a line may say of its row.
const STATES: [&str; 3] = ["met", "partly", "not met"];

/// A line of the table.
struct Line<'a> {
    number: usize,
    state: &'a str,
    why: &'a str,
}

fn table(page: &str) -> BTreeMap<&str, Line<'_>> {
    let mut lines = BTreeMap::new();
    for (number, line) in (1..).zip(page.lines()) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [_, row, _level, state, why, _] = cells.as_slice()
            && row.starts_with('V')
        {
            lines.insert(*row, Line { number, state, why });
        }
    }
    lines
}

pub(super) fn check(sources: &[Source], findings: &mut Vec<Finding>) {
    let Some(page) = sources.iter().find(|source| source.path == PAGE) else { return };
    let (names, lines) = (Names::of(sources), table(&page.text));
    let mut say = |number, why: String| findings.push(Finding::new(PAGE, number, why));
    for (section, rows) in IN_SCOPE {
        for row in rows.iter().map(|row| format!("{section}.{row}")) {
            if !lines.contains_key(row.as_str()) {
                say(0, format!("has no line for {row}"));
            }
        }
    }
    for (row, Line { number, state, why }) in &lines {
        if !STATES.contains(state) {
            say(*number, format!("{row} is `{state}`; it must be one of {STATES:?}"));
        }
        let tests: Vec<&str> = in_backticks(why).chain(titles(why)).collect();
        for name in tests.iter().filter(|name| !names.has(name)) {
            say(*number, format!("{row} names the test `{name}`, which does not exist"));
        }
        // A page may be the proof where a document is what is asked for.
        if *state == "met" && tests.is_empty() && !why.contains("](") {
            say(*number, format!("{row} is met by nothing that can be looked at"));
        }
    }
}

/// Titles of browser and socket tests stand in quotation marks.
fn titles(why: &str) -> impl Iterator<Item = &str> {
    why.split('"').skip(1).step_by(2)
}

/// `cargo xtask asvs`: how many rows are met; fails when a line names a test that does not exist.
pub(crate) fn run(words: &[String]) -> Result<()> {
    if let Some(word) = words.first() {
        bail!("asvs takes no arguments, not `{word}`");
    }
    let sources = sources()?;
    let mut findings = Vec::new();
    check(&sources, &mut findings);
    for finding in &findings {
        println!("{finding}");
    }
    let Some(page) = sources.iter().find(|source| source.path == PAGE) else {
        bail!("{PAGE} is not there")
    };
    let lines = table(&page.text);
    let count = |state: &str| lines.values().filter(|line| line.state == state).count();
    println!(
        "ASVS 5.0, V6 to V10: {} rows in scope, {} met, {} partly, {} not met",
        lines.len(),
        count("met"),
        count("partly"),
        count("not met")
    );
    if findings.is_empty() { Ok(()) } else { bail!("asvs: {} findings", findings.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<String> {
        let source =
            |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let sources = [
            source(PAGE, line),
            source("a.rs", concat!("#[te", "st]\nfn it_works_as_told() {}")),
            source("a.spec.ts", "test('it is seen to work', () => {})"),
        ];
        let mut findings = Vec::new();
        check(&sources, &mut findings);
        findings.iter().filter(|it| it.line > 0).map(Finding::to_string).collect()
    }

    #[test]
    fn a_line_without_an_existing_proof_is_found() {
        assert_eq!(
            found("| V6.2.1 | 1 | met | `it_works_as_told`, \"it is seen to work\" |"),
            [""; 0]
        );
        assert_eq!(found("| V6.1.1 | 1 | met | [the guide](../guides/a.md) |"), [""; 0]);
        assert_eq!(found("| V6.2.1 | 1 | not met | There is none. |"), [""; 0]);
        for bad in [
            "| V6.2.1 | 1 | met | `it_works_no_longer` |",
            "| V6.2.1 | 1 | met | \"it is heard to work\" |",
            "| V6.2.1 | 1 | met | Believe us. |",
            "| V6.2.1 | 1 | fine | `it_works_as_told` |",
        ] {
            assert_eq!(found(bad).len(), 1, "{bad}");
        }
    }
}
