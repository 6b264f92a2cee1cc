//! `probe`: looks at the running product from outside, as somebody who means it harm would.

use anyhow::{Result, bail};

use crate::setup::{self, For};
use crate::step::{self, AlreadySaid};
use crate::web;

/// What there is in `probes/`.
const PROBES: [&str; 4] = ["tls", "headers", "malformed", "schema"];

pub(crate) fn run(names: &[String]) -> Result<()> {
    if let Some(name) = names.iter().find(|name| !PROBES.contains(&name.as_str())) {
        bail!("there is no probe `{name}`; there are {}", PROBES.join(", "));
    }
    setup::prepare(For::Probing)?;
    web::build()?;
    let program = step::build_server(false)?;
    let python = step::target_directory()?.join(setup::PYTHON);
    let mut probes = step::command(&python.display().to_string());
    probes.arg("probes").args(names);
    probes.env("LEADKEEP_BIN", program).env("PYTHONDONTWRITEBYTECODE", "1");
    step::announce("starting the probes; each has a product of its own");
    // What they found stands above; their status says whether it was anything.
    if probes.status()?.success() {
        return Ok(());
    }
    Err(AlreadySaid.into())
}
