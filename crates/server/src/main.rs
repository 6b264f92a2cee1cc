//! `leadkeep`: serve | migrate | doctor | admin | openapi | reference | version.

use std::process::ExitCode;

use clap::Parser;
use lk_server::command::{self, CommandLine};

fn main() -> ExitCode {
    let line = CommandLine::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("leadkeep: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(command::run(line)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The chain is for the administrator: each part says what to do.
            eprintln!("leadkeep: {error:#}");
            ExitCode::FAILURE
        }
    }
}
