//! Statements name their workspace, and only `crates/db` opens and ends transactions.

use std::collections::BTreeSet;

use super::literals::{Literal, literals};
use super::{Finding, Source};

/// Where transactions live; and where roles and clusters are made, before there is a workspace.
const TRANSACTIONS: [&str; 3] = ["crates/db/", "crates/postgres/", "crates/testkit/"];
/// On the line of a literal or the line above: a statement that is meant for every workspace.
const MARK: &str = "every workspace:";

pub(super) fn check(sources: &[Source], findings: &mut Vec<Finding>) {
    let tables = tables(sources);
    for source in sources {
        // Tests look at tables from outside, as their owner.
        let is_product = source.path.starts_with("crates/")
            && source.path.contains("/src/")
            && !source.path.starts_with("crates/testkit/")
            && source.is(&["rs"]);
        if !is_product {
            continue;
        }
        let may_commit = TRANSACTIONS.iter().any(|place| source.path.starts_with(place));
        for literal in literals(&source.text) {
            let sql = normal(&literal.text);
            if let Some(table) = named(&sql, &tables)
                && !sql.contains("workspace_id")
                && !is_marked(source, &literal)
            {
                let why = format!(
                    "this statement names the table `{table}` but no workspace_id; row security \
                     is the second wall, not the first (for a statement that is meant for all of \
                     them, write `// {MARK} why` above it)"
                );
                findings.push(Finding::new(&source.path, literal.line, why));
            }
            if let Some(word) = controls_transaction(&sql).filter(|_| !may_commit) {
                let why = format!(
                    "`{word}` belongs to crates/db: only there transactions begin and end, so \
                     that none ends without its audit entry"
                );
                findings.push(Finding::new(&source.path, literal.line, why));
            }
        }
    }
}

/// Small letters, single spaces, no escaped line ends.
fn normal(text: &str) -> String {
    let text = text.replace("\\\n", " ").replace("\\n", " ").to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Tables and views of the migrations that carry a workspace.
fn tables(sources: &[Source]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in sources.iter().filter(|source| source.path.starts_with("migrations/")) {
        let text = source.text.to_lowercase();
        let parts = ["create table ", "create view "].map(|what| text.split(what).skip(1));
        for part in parts.into_iter().flatten() {
            let part = part.strip_prefix("if not exists ").unwrap_or(part);
            let name = part.split([' ', '(', '\n']).next().unwrap_or_default();
            let body = part.split(';').next().unwrap_or_default();
            if body.contains("workspace_id") && !name.is_empty() {
                found.insert(name.to_owned());
            }
        }
    }
    found
}

/// The first of our tables that stands where a statement names a table.
fn named<'a>(sql: &str, tables: &'a BTreeSet<String>) -> Option<&'a String> {
    let words: Vec<&str> =
        sql.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
    words.windows(2).find_map(|pair| match pair {
        ["from" | "join" | "into" | "update", table] => tables.get(*table),
        _ => None,
    })
}

fn is_marked(source: &Source, literal: &Literal) -> bool {
    let before = literal.line.saturating_sub(2);
    source.text.lines().skip(before).take(2).any(|line| line.contains(MARK))
}

/// The word by which a statement begins or ends a transaction or changes who or where it is.
fn controls_transaction(sql: &str) -> Option<&'static str> {
    if sql.contains("set_config(") {
        return Some("set_config");
    }
    let statements = || sql.split(';').map(str::trim);
    for word in ["begin", "commit", "rollback", "savepoint"] {
        let is_it = |statement: &str| {
            statement == word
                || statement.strip_prefix(word).is_some_and(|rest| {
                    // "begin " may also begin a sentence; a statement goes on with these only.
                    let next = rest.trim_start().split(' ').next().unwrap_or_default();
                    rest.starts_with(' ')
                        && ["transaction", "work", "isolation", "read", "to", "prepared"]
                            .contains(&next)
                })
        };
        if statements().any(is_it) {
            return Some(word);
        }
    }
    let phrases = ["set role", "set local", "set session", "reset role", "set lk."];
    phrases.into_iter().find(|phrase| statements().any(|statement| statement.starts_with(phrase)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, text: &str) -> usize {
        let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let tables =
            "create table messages (\n workspace_id uuid,\n n int);\ncreate table kinds (n int);";
        let mut findings = Vec::new();
        check(&[file("migrations/1.sql", tables), file(path, text)], &mut findings);
        findings.len()
    }

    #[test]
    fn a_statement_without_a_workspace_is_found() {
        let place = "crates/inbox/src/a.rs";
        assert_eq!(said(place, r#"q("select n from messages where n = 1")"#), 1);
        assert_eq!(said(place, "q(\"update \\\n   messages set n = 1\")"), 1);
        assert_eq!(said(place, r#"q("select n from messages where workspace_id = $1")"#), 0);
        assert_eq!(said(place, r#"q("select n from kinds"); p("no messages")"#), 0);
        assert_eq!(said(place, "// every workspace: the sweep\nq(\"delete from messages\")"), 0);
        assert_eq!(said("crates/inbox/tests/it/a.rs", r#"q("delete from messages")"#), 0);
    }

    #[test]
    fn transactions_begin_and_end_in_the_database_crate_only() {
        for statement in ["commit", "begin read only", "select 1; rollback", "set local lk.x = 1"] {
            let text = format!("q(\"{statement}\")");
            assert_eq!(said("crates/inbox/src/a.rs", &text), 1, "{statement}");
            assert_eq!(said("crates/db/src/a.rs", &text), 0, "{statement}");
        }
        assert_eq!(said("crates/inbox/src/a.rs", "p(\"begin with a letter\")"), 0);
    }
}
