//! Pages of a large log, as the dashboard's viewer asks for them: one after the other on one
//! connection, each answer read to its end.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use http::Method;

use crate::Asked;
use crate::figures::{Report, percentile};
use crate::http::{Asking, Connection};
use crate::server::Server;
use crate::stage::Stage;

/// How many pages of each kind.
const PAGES: usize = 200;

/// Measures all kinds and prints them.
pub(crate) async fn measure(
    report: &mut Report,
    asked: &Asked,
    server: &Server,
    stage: &Stage,
) -> Result<()> {
    let pages = if asked.matters { PAGES } else { 20 };
    report.say(format!("\nPages of 100 entries of that log, {pages} of each kind"));
    let mut way = server.dashboard(&["http/1.1"])?.connect().await?;
    let kinds = [
        ("from the newest on, one after the other", "", true),
        ("of one action", "&action=contact.changed", true),
        ("of one kind of target", "&target_kind=conversation", true),
        ("of nothing that is there", "&request_id=req_00000000000000000000000000", false),
    ];
    for (name, filter, there) in kinds {
        let mut times = run(&mut way, stage, filter, pages, there).await.context(name)?;
        report.figure(&format!("{name}, p50"), percentile(&mut times, 50), "ms", None);
        report.figure(&format!("{name}, p99"), percentile(&mut times, 99), "ms", None);
    }
    Ok(())
}

async fn run(
    way: &mut Connection,
    stage: &Stage,
    filter: &str,
    pages: usize,
    there: bool,
) -> Result<Vec<Duration>> {
    let mut cursor = String::new();
    let mut times = Vec::with_capacity(pages);
    for _ in 0..pages {
        let path = format!("/api/v1/audit?limit=100{filter}{cursor}");
        let begun = Instant::now();
        let asking = Asking::new(Method::GET, path, &stage.operator, String::new());
        let answer = way.ask(asking).await?.json()?;
        times.push(begun.elapsed());
        let next = answer.pointer("/page/next_cursor").and_then(|next| next.as_str());
        ensure!(next.is_some() == there, "the log has more or fewer pages than were put there");
        cursor = next.map_or_else(String::new, |next| format!("&cursor={next}"));
    }
    Ok(times)
}
