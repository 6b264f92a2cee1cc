//! Tests by their names: what a page says is tested by a name must be tested under that name.

use std::collections::BTreeSet;

use super::{Finding, Source};

/// Where a promise is printed beside the test that breaks with it.
const PAGE: &str = "README.md";

/// The names of all Rust tests, and the titles of all others.
pub(super) struct Names<'a>(BTreeSet<&'a str>);

impl<'a> Names<'a> {
    pub(super) fn of(sources: &'a [Source]) -> Self {
        let mut names = BTreeSet::new();
        for source in sources {
            if source.path.ends_with(".rs") {
                names.extend(rust(&source.text));
            } else if source.is(&["ts", "tsx", "mjs"]) {
                names.extend(titles(&source.text));
            }
        }
        Self(names)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

/// Functions under `#[test]` or `#[tokio::test]`.
fn rust(text: &str) -> impl Iterator<Item = &str> {
    text.split("#[").filter_map(|part| {
        let attribute = part.split(']').next().unwrap_or_default();
        let is_test = attribute == "test" || attribute.starts_with("tokio::test");
        let rest = part.split_once("fn ").filter(|_| is_test)?.1;
        rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()
    })
}

/// The first argument of `test(…)` and `it(…)`, where it is a plain text.
fn titles(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let line = line.trim_start();
        let rest = line.strip_prefix("test(").or_else(|| line.strip_prefix("it("))?;
        let quote = rest.chars().next().filter(|c| ['\'', '"', '`'].contains(c))?;
        rest.get(1..)?.split(quote).next()
    })
}

/// A name in backticks that can only be a test's: words in small letters, four at least.
pub(super) fn in_backticks(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2).filter(|word| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        word.chars().all(plain) && word.matches('_').count() >= 3
    })
}

pub(super) fn check(sources: &[Source], findings: &mut Vec<Finding>) {
    let names = Names::of(sources);
    for page in sources.iter().filter(|source| source.path == PAGE) {
        for (number, line) in page.lines().filter(|(_, line)| line.starts_with('|')) {
            for name in in_backticks(line).filter(|name| !names.has(name)) {
                let why = format!("names the test `{name}`, which does not exist");
                findings.push(Finding::new(PAGE, number, why));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::said;

    #[test]
    fn tests_are_known_by_name_and_title_and_other_functions_are_not() {
        let text = concat!(
            "#[te",
            "st]\nfn one_works() {}\nfn two_does_not() {}\n",
            "#[tokio::te",
            "st]\nasync fn three_works() {}\n"
        );
        assert_eq!(rust(text).collect::<Vec<_>>(), ["one_works", "three_works"]);
        let text = "test('a b', async () => {})\n  it(\"c d\", () => {})\nexpect(it)";
        assert_eq!(titles(text).collect::<Vec<_>>(), ["a b", "c d"]);
    }

    #[test]
    fn a_promise_beside_a_test_that_is_gone_is_found() {
        assert_eq!(said(check, PAGE, "| x | `no_such_test_here` |").len(), 1);
        assert_eq!(said(check, PAGE, "`no_such_test_here` in a sentence").len(), 0);
    }
}
