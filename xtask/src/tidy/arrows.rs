//! Which crate may use which: the table in ARCHITECTURE.md, held against `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::Finding;
use crate::step;

const PAGE: &str = "ARCHITECTURE.md";
const OPEN: &str = "<!-- arrows -->";
const CLOSE: &str = "<!-- /arrows -->";

/// For each crate those it uses.
type Arrows = BTreeMap<String, BTreeSet<String>>;

pub(super) fn check(findings: &mut Vec<Finding>) -> Result<()> {
    let real = real()?;
    match fs::read_to_string(step::root().join(PAGE)).ok().and_then(|page| table(&page)) {
        Some(drawn) => compare(&drawn, &real, findings),
        None => findings.push(Finding::new(
            PAGE,
            0,
            format!(
                "has no table of arrows between `{OPEN}` and `{CLOSE}`; write one row for each \
                 crate: | `lk-db` | `lk-authz` `lk-base` |"
            ),
        )),
    }
    Ok(())
}

/// Arrows between our crates as they are. Tests may use what they like.
fn real() -> Result<Arrows> {
    let mut metadata = step::cargo();
    metadata.args(["metadata", "--no-deps", "--format-version=1", "--offline"]);
    let metadata: Value = serde_json::from_str(&step::output(&mut metadata)?)?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("no packages")?;
    let text = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let ours: BTreeSet<String> = packages.iter().map(|package| text(package, "name")).collect();
    let mut arrows = Arrows::new();
    for package in packages {
        let uses = arrows.entry(text(package, "name")).or_default();
        let empty = Vec::new();
        for used in package.get("dependencies").and_then(Value::as_array).unwrap_or(&empty) {
            let name = text(used, "name");
            if text(used, "kind") != "dev" && ours.contains(&name) {
                uses.insert(name);
            }
        }
    }
    // The tool beside the product has no place in its map.
    arrows.remove("xtask");
    Ok(arrows)
}

/// Rows of the table: the first crate in backticks uses the others.
fn table(page: &str) -> Option<Arrows> {
    let (_, rest) = page.split_once(OPEN)?;
    let (rows, _) = rest.split_once(CLOSE)?;
    let mut arrows = Arrows::new();
    for row in rows.lines().filter(|row| row.trim_start().starts_with('|')) {
        let mut names = row.split('`').skip(1).step_by(2).map(str::to_owned);
        if let Some(first) = names.next() {
            arrows.entry(first).or_default().extend(names);
        }
    }
    Some(arrows)
}

fn compare(drawn: &Arrows, real: &Arrows, findings: &mut Vec<Finding>) {
    let mut say = |why: String| findings.push(Finding::new(PAGE, 0, why));
    let none = BTreeSet::new();
    for (from, uses) in real {
        let allowed = drawn.get(from).unwrap_or(&none);
        if !drawn.contains_key(from) {
            say(format!("the table of arrows has no row for `{from}`"));
        }
        for to in uses.difference(allowed) {
            say(format!(
                "`{from}` uses `{to}`, which the table of arrows does not allow; a new arrow is a \
                 decision: draw it and say why, or take the dependency back"
            ));
        }
    }
    for (from, allowed) in drawn {
        match real.get(from) {
            None => say(format!("the table of arrows has a row for `{from}`, which is no crate")),
            Some(uses) => {
                for to in allowed.difference(uses) {
                    say(format!(
                        "the table of arrows says `{from}` uses `{to}`; it no longer does"
                    ));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(page: &str, real: &[(&str, &[&str])]) -> Vec<String> {
        let real = real
            .iter()
            .map(|(from, to)| ((*from).to_owned(), to.iter().map(|&t| t.to_owned()).collect()))
            .collect();
        let mut findings = Vec::new();
        compare(&table(page).unwrap(), &real, &mut findings);
        findings.iter().map(Finding::to_string).collect()
    }

    const PAGE: &str = "x\n<!-- arrows -->\n| crate | uses |\n| --- | --- |\n| `lk-base` | |\n\
                        | `lk-db` | `lk-base`, `lk-authz` |\n<!-- /arrows -->\n| `lk-no` | |";

    #[test]
    fn arrows_as_drawn_are_in_order() {
        assert!(said(PAGE, &[("lk-base", &[]), ("lk-db", &["lk-base", "lk-authz"])]).is_empty());
    }

    #[test]
    fn an_arrow_that_is_not_drawn_and_one_that_is_gone_are_both_found() {
        let said = said(PAGE, &[("lk-base", &["lk-db"]), ("lk-db", &["lk-base"]), ("lk-x", &[])]);
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[0].contains("`lk-base` uses `lk-db`"));
        assert!(said[1].contains("no row for `lk-x`"));
        assert!(said[2].contains("it no longer does"));
    }
}
