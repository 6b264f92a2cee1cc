//! `bench`: hands over to the load generator, always built with optimisation.

use anyhow::{Result, bail};

use crate::setup::{self, For};
use crate::{step, web};

pub(crate) fn run(words: &[String]) -> Result<()> {
    if !step::root().join("crates/bench/Cargo.toml").exists()
        && !step::root().join("bench/Cargo.toml").exists()
    {
        bail!("there is no benchmark crate yet (package lk-bench)");
    }
    setup::prepare(For::Measuring)?;
    web::build()?;
    let mut cargo = step::cargo();
    cargo.args(["run", "--locked", "--release", "--package", "lk-bench", "--"]).args(words);
    step::become_it(&mut cargo)
}
