//! What is held: for each table and column, whether it says something about somebody, why it is
//! kept and for how long. A closed list: the census fails for a table or a column without a line.

mod installation;
mod staff;
mod workspace;

use std::collections::{BTreeMap, BTreeSet};

/// What one table holds.
#[derive(Debug, Clone, Copy)]
pub struct Holding {
    /// The table; its partitions are meant as well.
    pub table: &'static str,
    /// Why it is kept.
    pub why: &'static str,
    /// For how long, as things are: what nothing deletes is said to stay.
    pub kept: &'static str,
    /// Columns that say something about a person, and what.
    pub personal: &'static [(&'static str, &'static str)],
    /// Columns with hashes and sealed values of secrets, separated by spaces.
    pub secret: &'static str,
    /// All other columns, separated by spaces: ids, times, states, numbers, settings.
    pub other: &'static str,
}

/// What nothing deletes.
pub(super) const STAYS: &str = "stays; nothing deletes it";

/// Tables of the whole installation that carry no workspace, each with its reason. Nobody but
/// their owner may touch them, which the census looks at.
pub const WITHOUT_WORKSPACE: &[(&str, &str)] = &[
    ("_sqlx_migrations", "the migration runner's own list"),
    (
        "scope_permits",
        "permits that bind transactions: whoever reads one is in its workspace for minutes",
    ),
];

impl Holding {
    fn columns(&self) -> impl Iterator<Item = &'static str> {
        let personal = self.personal.iter().map(|(column, _)| *column);
        personal.chain(self.secret.split_whitespace()).chain(self.other.split_whitespace())
    }
}

/// All holdings.
pub fn all() -> impl Iterator<Item = &'static Holding> {
    installation::HOLDINGS.iter().chain(staff::HOLDINGS).chain(workspace::HOLDINGS)
}

/// What differs between the lines and the columns that are there.
pub(super) fn compare(there: &[(String, String)], wrong: &mut Vec<String>) {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (table, column) in there {
        if WITHOUT_WORKSPACE.iter().all(|(exempt, _)| *exempt != table.as_str()) {
            found.entry(table).or_default().insert(column);
        }
    }
    let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for holding in all() {
        known.entry(holding.table).or_default().extend(holding.columns());
    }
    for (table, columns) in &found {
        let Some(lines) = known.get(table) else {
            wrong.push(format!(
                "Table {table} has no line in HOLDINGS (crates/db/src/census/holdings): what it holds, why and for how long is not said."
            ));
            continue;
        };
        for column in columns.difference(lines) {
            wrong.push(format!("Column {table}.{column} has no line in HOLDINGS."));
        }
        for column in lines.difference(columns) {
            wrong.push(format!("HOLDINGS names {table}.{column}, which is not there."));
        }
    }
    for table in known.keys().filter(|table| !found.contains_key(*table)) {
        wrong.push(format!("HOLDINGS names the table {table}, which is not there."));
    }
}

/// The list as Markdown.
#[must_use]
pub fn printed_list() -> String {
    let mut out = String::new();
    for holding in all() {
        out.push_str(&format!(
            "## `{}`\n\n{}\nKept: {}.\n\n",
            holding.table, holding.why, holding.kept
        ));
        if holding.personal.is_empty() {
            out.push_str("No personal data.\n");
        } else {
            out.push_str("| Personal data | What |\n| --- | --- |\n");
            for (column, what) in holding.personal {
                out.push_str(&format!("| `{column}` | {what} |\n"));
            }
        }
        for (what, columns) in
            [("Hashes and sealed secrets", holding.secret), ("Other", holding.other)]
        {
            let columns: Vec<_> =
                columns.split_whitespace().map(|column| format!("`{column}`")).collect();
            if !columns.is_empty() {
                out.push_str(&format!("\n{what}: {}.\n", columns.join(", ")));
            }
        }
        out.push('\n');
    }
    out.push_str("## Tables without a workspace\n\nNobody but their owner may touch them.\n\n");
    for (table, why) in WITHOUT_WORKSPACE {
        out.push_str(&format!("- `{table}`: {why}.\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_table_and_no_column_stands_there_twice() {
        let mut seen = BTreeSet::new();
        for holding in all() {
            assert!(seen.insert(holding.table), "{} twice", holding.table);
            let mut columns = BTreeSet::new();
            for column in holding.columns() {
                assert!(columns.insert(column), "{}.{column} twice", holding.table);
            }
        }
    }
}
