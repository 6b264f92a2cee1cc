//! `message`: what a stored, audited, delivered message costs, beside pgbench.
//!
//! Reading order: [`crate::reference`] (the same statements without us), [`load`] (the API), [`ear`] (the
//! delivery), [`latency`], [`walls`] (what isolation costs a read).

mod ear;
mod latency;
mod load;
mod walls;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use crate::Asked;
use crate::figures::{Report, Target, median, number};
use crate::http::Place;
use crate::machine;
use crate::reference::{Reference, Writing};
use crate::server::{Installation, Server, program};
use crate::stage::Stage;
use crate::usage;
use ear::Ear;
use load::{Driven, What, connections, drive};

const VISITORS: usize = 200;
const CONCURRENCY: [u32; 3] = [4, 8, 16];
/// Where the two protocols are compared.
const COMPARED: u32 = 8;

/// Everything that takes part.
struct Scene {
    server: Server,
    stage: Arc<Stage>,
    ear: Ear,
    /// Dashboard and widget over HTTP/1.1.
    h1: (Place, Place),
    /// The same over h2.
    h2: (Place, Place),
}

/// Processor time of the three who share the cores.
#[derive(Debug, Clone, Copy, Default)]
struct Spent {
    server: Duration,
    postgres: Duration,
    client: Duration,
}

/// One measurement of the API.
#[derive(Debug, Clone, Copy)]
struct Sample {
    driven: Driven,
    /// Messages in a second, until the last one was delivered.
    delivered: f64,
    spent: Spent,
}

impl Scene {
    fn spent(&self) -> Spent {
        Spent {
            server: usage::own(self.server.pid()),
            postgres: usage::family(self.server.cluster.pid),
            client: usage::ours().0,
        }
    }

    /// Messages through the API, until the last is delivered.
    async fn messages(
        &self,
        what: What,
        h2: bool,
        run: &str,
        c: u32,
        span: Duration,
    ) -> Result<Sample> {
        let (dashboard, widget) = if h2 { &self.h2 } else { &self.h1 };
        let place = if what == What::VisitorWrites { widget } else { dashboard };
        let ways = connections(place, usize::try_from(c)?).await?;
        let (heard, before) = (self.ear.count(), self.spent());
        let begun = std::time::Instant::now();
        let driven = drive(&self.stage, what, run, ways, span).await?;
        self.ear.wait_for(heard + driven.count).await?;
        let delivered = number(driven.count) / begun.elapsed().as_secs_f64();
        let after = self.spent();
        let spent = Spent {
            server: after.server - before.server,
            postgres: after.postgres - before.postgres,
            client: after.client - before.client,
        };
        Ok(Sample { driven, delivered, spent })
    }
}

/// Runs it all and prints it.
pub(crate) async fn run(asked: &Asked) -> Result<()> {
    let program = program(asked.server.as_deref())?;
    machine::wait_for_quiet(asked).await;
    let installation = Installation::fresh(program)?;
    let mut report = Report::new("message");
    report.say("bench message: one stored, audited, delivered message\n");
    machine::describe(&mut report, &installation.data);
    let server = installation.start().await?;
    let stage = Arc::new(Stage::set(&server, VISITORS).await?);
    let mut reference = Reference::make(&server.cluster).await?;
    let places = |names: &[&str]| anyhow::Ok((server.dashboard(names)?, server.widget(names)?));
    let (h1, h2) = (places(&["http/1.1"])?, places(&["h2"])?);
    let ear = Ear::open(&h1.0, &stage.token, "late").await?;
    let scene = Scene { stage, ear, h1, h2, server };

    let sustained = throughput(&mut report, asked, &scene, &mut reference).await?;
    protocols(&mut report, asked, &scene).await?;
    late(&mut report, asked, &scene, sustained / 2.0).await?;
    walls::measure(&mut report, asked, &scene, &reference).await?;
    report.say(format!("\nload average at the end: {}", machine::loads()));
    report.save()?;
    let Scene { server, ear, .. } = scene;
    drop(ear);
    server.stop().await?;
    installation.remove();
    Ok(())
}

/// The sustained rate of visitors' messages at its best concurrency.
async fn throughput(
    report: &mut Report,
    asked: &Asked,
    scene: &Scene,
    reference: &mut Reference,
) -> Result<f64> {
    let pace = asked.pace;
    let mut best: f64 = 0.0;
    for c in CONCURRENCY {
        report.say(format!(
            "\nMessages, {c} at a time, HTTP/1.1 keep-alive over TLS 1.3, {VISITORS} conversations (medians of {} rounds of {} s)",
            pace.rounds,
            pace.span.as_secs_f32()
        ));
        let (mut floors, mut visitors, mut operators) = (vec![], vec![], vec![]);
        let mut floor_cost = vec![];
        for round in 0..pace.rounds {
            let (before, children) = (usage::family(scene.server.cluster.pid), usage::ours().1);
            let floor = reference.messages(Writing::USUAL, c, pace.span).await?.rate;
            let database = usage::family(scene.server.cluster.pid) - before;
            let pgbench = usage::ours().1 - children;
            let count = floor * number(pace.span.as_secs().max(1));
            floor_cost.push((database.as_secs_f64() / count, pgbench.as_secs_f64() / count));
            floors.push(floor);
            let run = format!("load-v{c}-{round}");
            visitors.push(scene.messages(What::VisitorWrites, false, &run, c, pace.span).await?);
            let run = format!("load-o{c}-{round}");
            operators.push(scene.messages(What::OperatorWrites, false, &run, c, pace.span).await?);
        }
        report.figure(
            "pgbench, the same statements",
            median(floors.iter().copied()),
            "per second",
            None,
        );
        report.say(format!(
            "    processor time for one: PostgreSQL {:.0} µs, pgbench {:.0} µs",
            median(floor_cost.iter().map(|cost| cost.0)) * 1e6,
            median(floor_cost.iter().map(|cost| cost.1)) * 1e6
        ));
        for (name, samples) in [("visitor", &visitors), ("operator", &operators)] {
            show(report, name, c, samples, &floors);
        }
        best = best.max(median(visitors.iter().map(|sample| sample.delivered)));
    }
    Ok(best)
}

fn show(report: &mut Report, name: &str, c: u32, samples: &[Sample], floors: &[f64]) {
    let rate = median(samples.iter().map(|sample| sample.delivered));
    report.figure(
        &format!("{name}: stored, audited, delivered (c = {c})"),
        rate,
        "per second",
        None,
    );
    let p50 = median(samples.iter().map(|sample| sample.driven.p50));
    let p99 = median(samples.iter().map(|sample| sample.driven.p99));
    report.say(format!(
        "    answered within {p50:.1} ms (p50), {p99:.1} ms (p99); {}",
        cost(samples)
    ));
    let ratios = samples.iter().zip(floors).map(|(sample, floor)| sample.delivered / floor);
    report.figure(
        &format!("{name}: share of pgbench's rate (c = {c})"),
        median(ratios),
        "",
        Some(Target::AtLeast(0.6)),
    );
}

/// Processor time per request of all who take part.
fn cost(samples: &[Sample]) -> String {
    let each = |pick: fn(&Spent) -> Duration| {
        let costs = samples.iter().map(|sample| {
            pick(&sample.spent).as_secs_f64() * 1e6 / number(sample.driven.count.max(1))
        });
        median(costs)
    };
    format!(
        "processor time for one: server {:.0} µs, PostgreSQL {:.0} µs, client {:.0} µs",
        each(|spent| spent.server),
        each(|spent| spent.postgres),
        each(|spent| spent.client)
    )
}

/// HTTP/1.1 on a connection each against h2 on one connection.
async fn protocols(report: &mut Report, asked: &Asked, scene: &Scene) -> Result<()> {
    report.say(format!("\nProtocols, visitors' messages, {COMPARED} at a time"));
    let (mut h1, mut h2) = (vec![], vec![]);
    for round in 0..asked.pace.rounds {
        for (multiplexed, samples) in [(false, &mut h1), (true, &mut h2)] {
            let run = format!("load-p{}-{round}", u8::from(multiplexed));
            let span = asked.pace.span;
            samples.push(
                scene.messages(What::VisitorWrites, multiplexed, &run, COMPARED, span).await?,
            );
        }
    }
    for (name, samples) in
        [("HTTP/1.1, a connection each", &h1), ("h2, one connection for all", &h2)]
    {
        report.figure(
            name,
            median(samples.iter().map(|sample| sample.delivered)),
            "per second",
            None,
        );
        report.say(format!("    {}", cost(samples)));
    }
    Ok(())
}

/// Visitor to operator at half of the sustained rate.
async fn late(report: &mut Report, asked: &Asked, scene: &Scene, rate: f64) -> Result<()> {
    report
        .say("\nFrom the visitor's request to the operator's frame, at half of the sustained rate");
    let mut found = vec![];
    for round in 0..asked.pace.rounds {
        let run = format!("late-{round}");
        let span = asked.pace.span * 2;
        let ways = (&scene.h1.1, &scene.ear);
        found.push(latency::measure(&scene.stage, ways, &run, rate, span).await?);
    }
    report.figure("rate", median(found.iter().map(|one| one.rate)), "per second", None);
    let p50 = median(found.iter().map(|one| one.p50));
    report.figure("visitor to operator, p50", p50, "ms", Some(Target::AtMost(10.0)));
    let p99 = median(found.iter().map(|one| one.p99));
    report.figure("visitor to operator, p99", p99, "ms", Some(Target::AtMost(50.0)));
    Ok(())
}
