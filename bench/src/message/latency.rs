//! From a visitor's request to the operator's frame, at a steady rate.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;

use super::ear::Ear;
use super::load::{What, asking};
use crate::figures::{number, percentile};
use crate::http::Place;
use crate::stage::Stage;

/// Enough that none waits for another.
const CONNECTIONS: u32 = 32;

/// Milliseconds at p50 and p99, and the rate that was kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) rate: f64,
}

/// Sends on schedule for `span`. Time counts from the moment a message was due when its connection
/// was still busy then, otherwise from the moment it was sent.
pub(crate) async fn measure(
    stage: &Arc<Stage>,
    (visitors, ear): (&Place, &Ear),
    run: &str,
    rate: f64,
    span: Duration,
) -> Result<Latency> {
    let pause = Duration::from_secs_f64(f64::from(CONNECTIONS) / rate.max(1.0));
    let begun = Instant::now() + Duration::from_millis(200);
    let workers = (0..CONNECTIONS).map(|worker| {
        let (stage, run, place) = (Arc::clone(stage), run.to_owned(), visitors.clone());
        let work = async move {
            let mut way = place.connect().await?;
            let mut sent = Vec::new();
            let mut due = begun + pause * worker / CONNECTIONS;
            let worker = usize::try_from(worker)?;
            while due < begun + span {
                let late = Instant::now() > due;
                if !late {
                    tokio::time::sleep_until(due.into()).await;
                }
                let from = if late { due } else { Instant::now() };
                let asking = asking(&stage, What::VisitorWrites, &run, worker, sent.len());
                way.ask(asking.context("no visitor")?).await?.expect_success()?;
                sent.push((format!("{run}-{worker:03}-{:07}", sent.len()), from));
                due += pause;
            }
            anyhow::Ok(sent)
        };
        async { tokio::spawn(work).await? }
    });
    let before = ear.count();
    let sent: Vec<(String, Instant)> = try_join_all(workers).await?.into_iter().flatten().collect();
    let took = begun.elapsed();
    ear.wait_for(before + u32::try_from(sent.len())?).await?;
    let mut times = Vec::new();
    for (id, from) in &sent {
        times.push(ear.arrival(id)?.saturating_duration_since(*from));
    }
    let rate = number(times.len()) / took.as_secs_f64();
    Ok(Latency { p50: percentile(&mut times, 50), p99: percentile(&mut times, 99), rate })
}
