//! Load on the API: so many requests at a time, each connection one after the other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::try_join_all;
use http::Method;
use serde_json::json;

use crate::figures::{number, percentile};
use crate::http::{Asking, Connection, Place};
use crate::stage::{BODY, Stage};

/// A connection sends no more than this in one measurement, whatever the time.
const MOST: usize = 100_000;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// A visitor writes.
    VisitorWrites,
    /// An operator answers.
    OperatorWrites,
    /// An operator reads the list of conversations.
    ReadsList,
    /// An operator reads a page of messages.
    ReadsPage,
}

/// A measurement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Driven {
    /// How many requests succeeded; all of them, or it would be an error.
    pub(crate) count: u32,
    /// How long that took.
    pub(crate) took: Duration,
    /// Milliseconds of the median request.
    pub(crate) p50: f64,
    /// Milliseconds within which 99 of 100 are answered.
    pub(crate) p99: f64,
}

impl Driven {
    /// Requests in a second.
    pub(crate) fn rate(&self) -> f64 {
        number(self.count) / self.took.as_secs_f64()
    }
}

/// Request number `number` of connection `worker`.
pub(crate) fn asking(
    stage: &Stage,
    what: What,
    run: &str,
    worker: usize,
    number: usize,
) -> Option<Asking> {
    let place = (worker * 31 + number * 7) % stage.visitors.len().max(1);
    let visitor = stage.visitors.get(place)?;
    let id = &visitor.conversation;
    let message = || {
        let client = format!("{run}-{worker:03}-{number:07}");
        json!({ "client_message_id": client, "body": BODY }).to_string()
    };
    Some(match what {
        What::VisitorWrites => {
            let path = format!("/api/widget/v1/conversations/{id}/messages");
            Asking::new(Method::POST, path, &visitor.headers, message())
        }
        What::OperatorWrites => {
            let path = format!("/api/v1/conversations/{id}/messages");
            Asking::new(Method::POST, path, &stage.operator, message())
        }
        What::ReadsList => {
            let path = "/api/v1/conversations?status=open";
            Asking::new(Method::GET, path, &stage.operator, String::new())
        }
        What::ReadsPage => {
            let path = format!("/api/v1/conversations/{id}/messages");
            Asking::new(Method::GET, path, &stage.operator, String::new())
        }
    })
}

/// Connections for `count` requests at a time: one each, or in h2 one for all.
pub(crate) async fn connections(place: &Place, count: usize) -> Result<Vec<Connection>> {
    let first = place.connect().await?;
    let mut all = vec![first];
    while all.len() < count {
        let next = match all.first().and_then(Connection::share) {
            Some(shared) => shared,
            None => place.connect().await?,
        };
        all.push(next);
    }
    Ok(all)
}

/// Asks for `span` on all connections at once.
pub(crate) async fn drive(
    stage: &Arc<Stage>,
    what: What,
    run: &str,
    ways: Vec<Connection>,
    span: Duration,
) -> Result<Driven> {
    let begun = Instant::now();
    let workers = ways.into_iter().enumerate().map(|(worker, mut way)| {
        let (stage, run) = (Arc::clone(stage), run.to_owned());
        let work = async move {
            let mut times = Vec::new();
            while begun.elapsed() < span && times.len() < MOST {
                let Some(asking) = asking(&stage, what, &run, worker, times.len()) else { break };
                let asked = Instant::now();
                way.ask(asking).await?.expect_success()?;
                times.push(asked.elapsed());
            }
            anyhow::Ok(times)
        };
        async { tokio::spawn(work).await? }
    });
    let mut times: Vec<Duration> = try_join_all(workers).await?.into_iter().flatten().collect();
    let took = begun.elapsed();
    let count = u32::try_from(times.len())?;
    Ok(Driven { count, took, p50: percentile(&mut times, 50), p99: percentile(&mut times, 99) })
}
