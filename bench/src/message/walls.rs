//! What scope and row security cost a read: on the API and for one statement.

use anyhow::{Context as _, Result};

use super::Scene;
use super::load::{What, connections, drive};
use crate::Asked;
use crate::figures::{Report, Target, median};
use crate::reference::{How, Reference};

const CONCURRENCY: usize = 8;

/// Takes row security off all tables, or puts it back: the owner may, the product may not.
async fn row_security(scene: &Scene, on: bool) -> Result<()> {
    let word = if on { "enable" } else { "disable" };
    let text = format!(
        "do $$ declare t regclass; begin
           for t in select oid from pg_class
                     where relnamespace = 'public'::regnamespace and relkind = 'r' and relforcerowsecurity loop
             execute format('alter table %s {word} row level security', t);
           end loop;
         end $$;"
    );
    scene.server.cluster.sql("lk_owner", "leadkeep", &text).await.context("row security")?;
    Ok(())
}

/// Measures both and prints them.
pub(crate) async fn measure(
    report: &mut Report,
    asked: &Asked,
    scene: &Scene,
    reference: &Reference,
) -> Result<()> {
    report.say(format!(
        "\nWhat isolation costs a read, {CONCURRENCY} at a time: row security on, and taken off every table of the same running server"
    ));
    for (name, what) in
        [("list of conversations", What::ReadsList), ("page of messages", What::ReadsPage)]
    {
        let (mut with, mut without) = (vec![], vec![]);
        for _ in 0..asked.pace.rounds {
            for (on, rates) in [(true, &mut with), (false, &mut without)] {
                row_security(scene, on).await?;
                let ways = connections(&scene.h1.0, CONCURRENCY).await?;
                // Statements are planned anew after the change.
                let warm = drive(&scene.stage, what, "warm", ways, asked.pace.warm).await;
                warm.context("reading")?;
                let ways = connections(&scene.h1.0, CONCURRENCY).await?;
                rates.push(drive(&scene.stage, what, "read", ways, asked.pace.span).await?.rate());
            }
        }
        row_security(scene, true).await?;
        report.figure(
            &format!("{name}: with row security"),
            median(with.iter().copied()),
            "per second",
            None,
        );
        report.figure(
            &format!("{name}: without"),
            median(without.iter().copied()),
            "per second",
            None,
        );
        let shares =
            with.iter().zip(&without).map(|(with, without)| (1.0 - with / without) * 100.0);
        report.figure(
            &format!("{name}: cost in throughput"),
            median(shares),
            "%",
            Some(Target::AtMost(10.0)),
        );
    }
    let (mut plain, mut bound, mut permitted) = (vec![], vec![], vec![]);
    for _ in 0..asked.pace.rounds {
        for (how, times) in
            [(How::Plain, &mut plain), (How::Bound, &mut bound), (How::Permitted, &mut permitted)]
        {
            times.push(reference.page(how, asked.pace.span).await?.latency * 1e3);
        }
    }
    report.say("  One statement (a page of messages, pgbench, one client), medians:");
    report.figure("in a plain transaction as superuser", median(plain.iter().copied()), "µs", None);
    report.figure(
        "bound to its workspace, as the application",
        median(bound.iter().copied()),
        "µs",
        None,
    );
    report.figure(
        "the same with a permit, as shipped",
        median(permitted.iter().copied()),
        "µs",
        None,
    );
    let added = bound.iter().zip(&plain).map(|(bound, plain)| bound - plain);
    report.figure(
        "added by scope and row security",
        median(added),
        "µs",
        Some(Target::AtMost(25.0)),
    );
    let added = permitted.iter().zip(&bound).map(|(permitted, bound)| permitted - bound);
    report.figure("added by the permit", median(added), "µs", Some(Target::AtMost(70.0)));
    Ok(())
}
