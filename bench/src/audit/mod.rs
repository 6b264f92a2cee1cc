//! `audit`: how fast a stranger verifies a bundle, and what an entry costs the transaction it is of.
//!
//! Reading order: [`cost`] (transactions with and without their entry, before there is a log that the
//! database has to clean up after), [`proof`] (a large log: appended, exported, and, when the server
//! and its database are gone, verified), [`pages`] (the same log in the viewer).

mod cost;
mod pages;
mod proof;

use anyhow::Result;

use crate::Asked;
use crate::figures::Report;
use crate::machine;
use crate::reference::Reference;
use crate::server::{Installation, program};
use crate::stage::Stage;

/// Runs it all and prints it.
pub(crate) async fn run(asked: &Asked) -> Result<()> {
    let program = program(asked.server.as_deref())?;
    machine::wait_for_quiet(asked).await;
    let installation = Installation::fresh(program)?;
    let mut report = Report::new("audit");
    report.say("bench audit: a log that strangers verify, and what keeping it costs\n");
    machine::describe(&mut report, &installation.data);
    let server = installation.start().await?;
    let stage = Stage::set(&server, 1).await?;
    let mut reference = Reference::make(&server.cluster).await?;
    cost::measure(&mut report, asked, &mut reference).await?;
    let bundle = proof::grown(&mut report, asked, &server, &stage).await?;
    pages::measure(&mut report, asked, &server, &stage).await?;
    server.stop().await?;
    proof::verified(&mut report, asked, &installation.program, bundle).await?;
    report.say(format!("\nload average at the end: {}", machine::loads()));
    report.save()?;
    installation.remove();
    Ok(())
}
