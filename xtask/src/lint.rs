//! `lint`: everything that can be judged without running a test; all of it, even after a failure.

use anyhow::{Result, bail};

use crate::setup::{self, For};
use crate::{generate, step, tidy, web};

pub(crate) fn run(words: &[String]) -> Result<()> {
    if let Some(word) = words.first() {
        bail!("lint takes no arguments, not `{word}`");
    }
    setup::prepare(For::Running)?;
    let mut failed = Vec::new();
    let mut note = |name: &str, outcome: Result<()>| {
        if let Err(error) = outcome {
            eprintln!("{error:#}");
            failed.push(name.to_owned());
        }
    };
    note("format", step::run(step::cargo().args(["fmt", "--all", "--check"])));
    note("tidy", tidy::run(&[]));
    if web::exists() {
        note("web types", step::run(step::npm("web").args(["run", "types"])));
        note("web lint", step::run(step::npm("web").args(["run", "lint"])));
    }
    // The server carries the web part inside, so it has to be there before cargo looks.
    note("web build", web::build());
    note(
        "clippy",
        step::run(step::cargo().args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ])),
    );
    note("generated files", generate::run(&["--check".to_owned()]));
    if failed.is_empty() {
        println!("lint: everything is in order");
        return Ok(());
    }
    bail!("lint: not in order: {}", failed.join(", "))
}
