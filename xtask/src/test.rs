//! `test`: everything that can fail, and one line at the end that says how much did.

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context as _, Result, bail};

use crate::passed::{Ground, Tests};
use crate::setup::{self, For};
use crate::step::AlreadySaid;
use crate::{step, web};

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
}

pub(crate) fn run(words: &[String]) -> Result<()> {
    let again = words.iter().any(|word| word == "--again");
    let filters: Vec<&String> = words.iter().filter(|word| *word != "--again").collect();
    setup::prepare(For::Testing)?;
    let mut sum = Sum::default();
    if !filters.is_empty() {
        web::build()?;
        let mut cargo = step::cargo();
        cargo.args(["test", "--workspace", "--locked", "--no-fail-fast", "--"]).args(filters);
        sum.note("rust", counted(&mut cargo));
        return sum.said();
    }
    if web::exists() {
        let outcome = web_tests(again, &mut sum);
        sum.note("web", outcome);
    }
    let outcome = rust_tests(again, &mut sum);
    sum.note("rust", outcome);
    for (directory, name) in [("sockets", "sockets"), ("e2e", "end to end")] {
        if step::root().join(directory).join("package.json").exists() {
            let outcome = against_the_server(directory, again, &mut sum);
            sum.note(name, outcome);
        }
    }
    sum.said()
}

/// What all parts come to.
#[derive(Debug, Default)]
struct Sum {
    total: Count,
    /// Of the passed ones, those that did so at another time.
    earlier: u64,
    broken: Vec<String>,
}

impl Sum {
    fn note(&mut self, name: &str, outcome: Result<Count>) {
        match outcome {
            Ok(count) => {
                self.total.passed += count.passed;
                self.total.failed += count.failed;
                if count.failed > 0 {
                    self.broken.push(name.to_owned());
                }
            }
            // A step that could not run at all must not look like one without failures.
            Err(error) => {
                eprintln!("{error:#}");
                self.total.failed += 1;
                self.broken.push(name.to_owned());
            }
        }
    }

    /// Runs tests, unless they passed with everything as it is.
    fn once(
        &mut self,
        tests: &Tests,
        name: &str,
        run: impl FnOnce() -> Result<Count>,
    ) -> Result<Count> {
        if let Some(passed) = tests.earlier() {
            step::announce(&format!(
                "{name}: {passed} passed earlier, and nothing that they read has changed"
            ));
            self.earlier += passed;
            return Ok(Count { passed, failed: 0 });
        }
        let count = run()?;
        if count.failed == 0 {
            tests.passed(count.passed)?;
        }
        Ok(count)
    }

    fn said(self) -> Result<()> {
        let Self { total, earlier, broken } = self;
        if !broken.is_empty() {
            eprintln!("failed: {}", broken.join(", "));
        } else if total.passed == 0 {
            eprintln!("no test was run");
        }
        if earlier > 0 {
            println!(
                "{earlier} of those that passed did so earlier; `cargo xtask test --again` runs them all"
            );
        }
        // The last line there is, for whoever reads only that.
        println!("{} passed, {} failed", total.passed, total.failed);
        if total.failed > 0 || total.passed == 0 {
            return Err(AlreadySaid.into());
        }
        Ok(())
    }
}

fn web_tests(again: bool, sum: &mut Sum) -> Result<Count> {
    let tests = Ground::of(Some("web"), again)?.tests("web", &[])?;
    let run = || {
        let count = counted(step::npm("web").args(["run", "ci"]))?;
        web::was_built()?;
        Ok(count)
    };
    let count = sum.once(&tests, "web", run)?;
    web::build()?;
    Ok(count)
}

/// Each program of tests for itself: what one of them passed stays passed when another is built anew.
fn rust_tests(again: bool, sum: &mut Sum) -> Result<Count> {
    let programs = programs()?;
    let ground = Ground::of(None, again)?;
    let mut total = Count::default();
    for Program { package, file } in &programs {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let tests = ground.tests(&name, &[file])?;
        let mut run = Command::new(file);
        // As cargo does it.
        run.current_dir(package).env("CARGO_MANIFEST_DIR", package);
        let count = sum.once(&tests, &name, || counted(&mut run))?;
        total = Count { passed: total.passed + count.passed, failed: total.failed + count.failed };
    }
    Ok(total)
}

/// A program of tests, and the directory of its package.
struct Program {
    package: PathBuf,
    file: PathBuf,
}

/// Builds all programs of tests.
fn programs() -> Result<Vec<Program>> {
    let mut build = step::cargo();
    build.args(["test", "--workspace", "--locked", "--no-run"]);
    build.arg("--message-format=json-render-diagnostics");
    step::announce("cargo test --workspace --locked --no-run");
    let mut programs = Vec::new();
    for line in step::output(&mut build)?.lines() {
        let Ok(said) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let text = |pointer: &str| said.pointer(pointer).and_then(serde_json::Value::as_str);
        let is_of_tests = said.pointer("/profile/test") == Some(&true.into());
        let (file, manifest) = (text("/executable"), text("/manifest_path"));
        if let (true, Some(file), Some(manifest)) = (is_of_tests, file, manifest) {
            let package = Path::new(manifest).parent().unwrap_or(Path::new(".")).to_owned();
            programs.push(Program { package, file: file.into() });
        }
    }
    if programs.is_empty() {
        bail!("cargo has built no program of tests");
    }
    Ok(programs)
}

/// Tests that drive the real program from outside.
fn against_the_server(directory: &str, again: bool, sum: &mut Sum) -> Result<Count> {
    let program = step::build_server(false)?;
    let tests = Ground::of(Some(directory), again)?.tests(directory, &[&program])?;
    let mut npm = step::npm(directory);
    npm.arg("test").env("LEADKEEP_BIN", &program);
    sum.once(&tests, directory, || counted(&mut npm))
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
