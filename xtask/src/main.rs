//! The one tool a contributor needs; `cargo xtask` lists what it can do.

mod bench;
mod db;
mod generate;
mod lint;
mod passed;
mod probe;
mod setup;
mod stamp;
mod step;
mod test;
mod throwaway;
mod tidy;
mod tree;
mod up;
mod web;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <verb>

  up [--release] [--data DIR] [--no-demo] [-- ARGS…]
                   install what is missing, build, and run Leadkeep with demo data
  test [--again] [FILTER…]
                   everything that can fail and reads something that changed since it passed: web,
                   Rust, sockets, end to end; with filters only Rust tests
  lint             format, clippy, tidy, web types and lint, generated files
  gen [--check]    write docs/reference and the web client's types (or say what differs)
  db [--url]       renew .sqlx and docs/reference/schema.sql (or keep a database running)
  tidy             the house rules that no other tool knows
  asvs             how many rows of docs/security/asvs.md are met, and whether what it names exists
  bench NAME…      run a benchmark of bench/
  probe [NAME…]    look at the running product from outside: tls, headers, malformed, schema
";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let verb = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    let outcome = match verb.as_str() {
        "up" => up::run(&rest),
        "test" => test::run(&rest),
        "lint" => lint::run(&rest),
        "gen" => generate::run(&rest),
        "db" => db::run(&rest),
        "tidy" => tidy::run(&rest),
        "asvs" => tidy::asvs::run(&rest),
        "bench" => bench::run(&rest),
        "probe" => probe::run(&rest),
        "" | "help" | "-h" | "--help" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(anyhow::anyhow!("there is no verb `{other}`\n\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<step::AlreadySaid>() => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
