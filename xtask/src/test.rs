//! `test`: everything that can fail, and one line at the end that says how much did.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context as _, Result};

use crate::setup::{self, For};
use crate::step::AlreadySaid;
use crate::{step, web};

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
}

pub(crate) fn run(filters: &[String]) -> Result<()> {
    setup::prepare(For::Testing)?;
    let mut total = Count::default();
    let mut broken = Vec::new();
    let mut note = |name: &str, outcome: Result<Count>| match outcome {
        Ok(count) => {
            total.passed += count.passed;
            total.failed += count.failed;
            if count.failed > 0 {
                broken.push(name.to_owned());
            }
        }
        // A step that could not run at all must not look like one without failures.
        Err(error) => {
            eprintln!("{error:#}");
            total.failed += 1;
            broken.push(name.to_owned());
        }
    };
    if filters.is_empty() && web::exists() {
        note("web", web_tests());
    } else {
        web::build()?;
    }
    let mut cargo = step::cargo();
    cargo.args(["test", "--workspace", "--locked", "--no-fail-fast", "--"]).args(filters);
    note("rust", counted(&mut cargo));
    for (directory, name) in [("sockets", "sockets"), ("e2e", "end to end")] {
        let place = step::root().join(directory).join("package.json");
        if filters.is_empty() && place.exists() {
            note(name, against_the_server(directory));
        }
    }
    if !broken.is_empty() {
        eprintln!("failed: {}", broken.join(", "));
    } else if total.passed == 0 {
        eprintln!("no test was run");
    }
    // The last line there is, for whoever reads only that.
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 || total.passed == 0 {
        return Err(AlreadySaid.into());
    }
    Ok(())
}

fn web_tests() -> Result<Count> {
    let count = counted(step::npm("web").args(["run", "ci"]))?;
    web::was_built()?;
    Ok(count)
}

/// Tests that drive the real program from outside.
fn against_the_server(directory: &str) -> Result<Count> {
    let program = step::build_server(false)?;
    counted(step::npm(directory).arg("test").env("LEADKEEP_BIN", program))
}

/// Runs, shows every line, and adds up the summaries among them.
fn counted(command: &mut Command) -> Result<Count> {
    step::announce(&format!(
        "{} {}",
        command.get_program().to_string_lossy().rsplit('/').next().unwrap_or_default(),
        command.get_args().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    ));
    command.env("NO_COLOR", "1").env_remove("FORCE_COLOR").env("CARGO_TERM_COLOR", "never");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start the tests")?;
    let out = child.stdout.take().context("no output")?;
    let errors = child.stderr.take().context("no output")?;
    // Both at once: a full pipe that nobody reads would stop the program.
    let beside = thread::spawn(move || add_up(errors, |line| eprintln!("{line}")));
    let first = add_up(out, |line| println!("{line}"));
    let second = beside.join().unwrap_or_default();
    let status = child.wait()?;
    let mut count =
        Count { passed: first.passed + second.passed, failed: first.failed + second.failed };
    if !status.success() && count.failed == 0 {
        count.failed = 1;
    }
    Ok(count)
}

fn add_up(output: impl Read, show: impl Fn(&str)) -> Count {
    let mut count = Count::default();
    for line in BufReader::new(output).split(b'\n').map_while(std::result::Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        show(&line);
        let found = summary(&line);
        count.passed += found.passed;
        count.failed += found.failed;
    }
    count
}

/// What a line of cargo test, vitest, node --test or Playwright adds to the sum.
fn summary(line: &str) -> Count {
    let line = plain(line);
    let line = line.trim();
    if let Some(rest) = line.strip_prefix("test result:") {
        return Count { passed: before(rest, "passed"), failed: before(rest, "failed") };
    }
    // vitest: "Tests  1 failed | 11 passed (12)"
    if let Some(rest) = line.strip_prefix("Tests ") {
        return Count { passed: before(rest, "passed"), failed: before(rest, "failed") };
    }
    // node --test: "ℹ pass 12" and "ℹ fail 1"; a test that was cut short is one that failed.
    if let Some(rest) = line.strip_prefix("ℹ ") {
        let number = |word: &str| {
            rest.strip_prefix(word).and_then(|number| number.trim().parse().ok()).unwrap_or(0)
        };
        return Count { passed: number("pass "), failed: number("fail ") + number("cancelled ") };
    }
    // Playwright: "12 passed (3.4s)" and "1 failed", each on a line of its own. A flaky test is
    // one that failed.
    let mut words = line.split_whitespace();
    let number = words.next().and_then(|word| word.parse().ok());
    match (number, words.next(), words.next(), words.next()) {
        (Some(passed), Some("passed"), Some(time), None) if time.starts_with('(') => {
            Count { passed, failed: 0 }
        }
        (Some(failed), Some("failed" | "flaky" | "interrupted"), None, None) => {
            Count { passed: 0, failed }
        }
        _ => Count::default(),
    }
}

/// The number that stands before a word.
fn before(text: &str, word: &str) -> u64 {
    let words: Vec<&str> = text.split([' ', ';', '.', '|']).filter(|w| !w.is_empty()).collect();
    words
        .windows(2)
        .find_map(|pair| match pair {
            [number, name] if *name == word => number.parse().ok(),
            _ => None,
        })
        .unwrap_or_default()
}

/// The line without colours.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            text.push(letter);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> (u64, u64) {
        let count = summary(line);
        (count.passed, count.failed)
    }

    #[test]
    fn summaries_of_the_four_runners_are_understood() {
        let cargo =
            "test result: FAILED. 11 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(of(cargo), (11, 2));
        assert_eq!(of("      Tests  1 failed | 11 passed (12)"), (11, 1));
        assert_eq!(of("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[32m7 passed\u{1b}[39m (7)"), (7, 0));
        assert_eq!(of("ℹ pass 12"), (12, 0));
        assert_eq!(of("ℹ fail 2"), (0, 2));
        assert_eq!(of("ℹ cancelled 1"), (0, 1));
        assert_eq!(of("  12 passed (3.4s)"), (12, 0));
        assert_eq!(of("  1 failed"), (0, 1));
        assert_eq!(of("  2 flaky"), (0, 2));
    }

    #[test]
    fn both_outputs_of_a_program_are_added_up_and_its_silent_failure_counts() {
        let shell = |script: &str| counted(Command::new("sh").args(["-c", script])).unwrap();
        let both = "echo '  3 passed (1s)'; echo 'test result: ok. 2 passed; 1 failed' >&2; exit 1";
        assert_eq!(shell(both), Count { passed: 5, failed: 1 });
        assert_eq!(shell("exit 3"), Count { passed: 0, failed: 1 });
        assert_eq!(shell("true"), Count::default());
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in [
            "Test Files  3 passed (3)",
            "test a_thing ... ok",
            "3 passed, 0 failed",
            "ℹ tests 9",
            "",
        ] {
            assert_eq!(of(line), (0, 0), "{line}");
        }
    }
}
