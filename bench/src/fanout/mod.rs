//! `fanout`: one frame to many sockets, ours beside the npm `socket.io` server, under one client.
//!
//! Both relay the operator's `typing` signal to everybody in a conversation's room. Ours does all
//! that the product does on the way: it asks the door before a socket may join, counts the
//! signal against the operator's rate limit, and carries it over the same path as everything else.
//!
//! Reading order: [`peer`] (the two servers), [`rooms`] (the load).

mod peer;
mod rooms;

use std::time::Duration;

use anyhow::Result;

use crate::figures::{Report, Target, median, number};
use crate::machine;
use crate::server::{Installation, program};
use crate::stage::Stage;
use crate::{Asked, usage};
use peer::Peer;
use rooms::{Flow, Hall};

/// How many sockets.
const CONNECTIONS: usize = 1000;

/// A way to share the connections out.
#[derive(Debug, Clone, Copy)]
struct Plan {
    name: &'static str,
    rooms: usize,
    in_flight: u64,
    /// What our deliveries per CPU second must be of Node's.
    target: f64,
}

const PLANS: [Plan; 3] = [
    Plan {
        name: "A: 20 rooms of 50, one message in flight in each",
        rooms: 20,
        in_flight: 1,
        target: 1.5,
    },
    Plan {
        name: "A4: 20 rooms of 50, four in flight in each",
        rooms: 20,
        in_flight: 4,
        target: 3.0,
    },
    Plan {
        name: "B: 500 rooms of 2, one in flight in each",
        rooms: 500,
        in_flight: 1,
        target: 1.5,
    },
];

/// One plan on one server.
#[derive(Debug, Clone, Copy)]
struct Sample {
    flow: Flow,
    /// Processor time of the server.
    spent: Duration,
}

impl Sample {
    fn per_cpu_second(&self) -> f64 {
        number(self.flow.deliveries) / self.spent.as_secs_f64().max(0.001)
    }
}

/// One server from its start to its end.
#[derive(Debug)]
struct Life {
    samples: Vec<Sample>,
    /// Resident kB: before anybody came, with everybody in a room, at the end of all load.
    memory: [u32; 3],
    /// Connections in a second, with everything that lets them in.
    welcome: f64,
}

/// Runs it all and prints it.
pub(crate) async fn run(asked: &Asked) -> Result<()> {
    let program = program(asked.server.as_deref())?;
    peer::prepare_node()?;
    machine::wait_for_quiet(asked).await;
    let installation = Installation::fresh(program)?;
    let mut report = Report::new("fanout");
    report.say("bench fanout: one frame to many sockets\n");
    machine::describe(&mut report, &installation.data);
    let server = installation.start().await?;
    let stage = Stage::set(&server, 500).await?;
    server.stop().await?;

    let (mut ours, mut node) = (vec![], vec![]);
    for _ in 0..asked.pace.rounds {
        node.push(live(asked, Peer::node().await?, &stage).await?);
        ours.push(live(asked, Peer::ours(&installation).await?, &stage).await?);
    }
    report.say(format!(
        "{CONNECTIONS} sockets over TLS 1.3, {} rounds of {} s, a new process for each round; medians",
        asked.pace.rounds,
        asked.pace.span.as_secs_f32()
    ));
    for (place, plan) in PLANS.iter().enumerate() {
        compare(&mut report, plan, place, &ours, &node);
    }
    memory(&mut report, &ours, &node);
    report.say(format!("\nload average at the end: {}", machine::loads()));
    report.save()?;
    installation.remove();
    Ok(())
}

async fn live(asked: &Asked, peer: Peer, stage: &Stage) -> Result<Life> {
    let before = usage::resident(peer.pid());
    let (mut samples, mut memory, mut welcome) = (vec![], [before, 0, 0], 0.0);
    let mut hall: Option<(usize, Hall)> = None;
    for plan in PLANS {
        if hall.as_ref().is_none_or(|(rooms, _)| *rooms != plan.rooms) {
            drop(hall.take());
            tokio::time::sleep(asked.pace.warm).await;
            let begun = std::time::Instant::now();
            let opened = Hall::open(&peer, stage, plan.rooms, CONNECTIONS).await?;
            if welcome == 0.0 {
                welcome = number(CONNECTIONS) / begun.elapsed().as_secs_f64();
            }
            // What joining made others hear is read before anything is measured.
            tokio::time::sleep(asked.pace.warm).await;
            hall = Some((plan.rooms, opened));
        }
        if let [_, full @ 0, _] = &mut memory {
            *full = usage::resident(peer.pid());
        }
        let Some((_, hall)) = &hall else { continue };
        hall.start(plan.in_flight).await?;
        tokio::time::sleep(asked.pace.warm).await;
        let spent = usage::own(peer.pid());
        hall.count();
        tokio::time::sleep(asked.pace.span).await;
        let spent = usage::own(peer.pid()) - spent;
        let flow = hall.finish().await?;
        samples.push(Sample { flow, spent });
        let [_, _, end] = &mut memory;
        *end = usage::resident(peer.pid()).max(*end);
    }
    drop(hall);
    peer.stop().await?;
    Ok(Life { samples, memory, welcome })
}

fn of(lives: &[Life], place: usize, pick: impl Fn(&Sample) -> f64) -> f64 {
    median(lives.iter().filter_map(|life| life.samples.get(place)).map(pick))
}

fn compare(report: &mut Report, plan: &Plan, place: usize, ours: &[Life], node: &[Life]) {
    report.say(format!("\n{}", plan.name));
    for (name, lives) in [("Node", node), ("ours", ours)] {
        let figure = |pick: fn(&Sample) -> f64| of(lives, place, pick);
        report.figure(
            &format!("{name}: deliveries"),
            figure(|one| one.flow.rate()),
            "per second",
            None,
        );
        report.figure(
            &format!("{name}: deliveries per CPU second"),
            figure(Sample::per_cpu_second),
            "",
            None,
        );
        report.say(format!(
            "    p50 {:.1} ms, p99 {:.1} ms; server {:.2} s of processor time in {:.1} s",
            figure(|one| one.flow.p50),
            figure(|one| one.flow.p99),
            figure(|one| one.spent.as_secs_f64()),
            figure(|one| one.flow.took.as_secs_f64())
        ));
    }
    let pairs = ours.iter().zip(node).filter_map(|(ours, node)| {
        Some(ours.samples.get(place)?.per_cpu_second() / node.samples.get(place)?.per_cpu_second())
    });
    report.figure(
        "ours to Node, deliveries per CPU second",
        median(pairs),
        "×",
        Some(Target::AtLeast(plan.target)),
    );
}

fn memory(report: &mut Report, ours: &[Life], node: &[Life]) {
    report.say(format!(
        "\nMemory at {CONNECTIONS} connections (resident, the server's process alone)"
    ));
    let kb = |lives: &[Life], place: usize| {
        median(lives.iter().filter_map(|life| life.memory.get(place)).map(|kb| f64::from(*kb)))
    };
    for (name, lives) in [("Node", node), ("ours", ours)] {
        report.say(format!(
            "  {name}: {:.1} MB before, {:.1} MB with all connected, {:.1} MB at load; {:.0} connections let in per second",
            kb(lives, 0) / 1024.0,
            kb(lives, 1) / 1024.0,
            kb(lives, 2) / 1024.0,
            median(lives.iter().map(|life| life.welcome))
        ));
        let each = |place| (kb(lives, place) - kb(lives, 0)) / number(CONNECTIONS);
        report.figure(&format!("{name}: per connection, idle"), each(1), "kB", None);
        report.figure(&format!("{name}: per connection, at load"), each(2), "kB", None);
    }
    let share = |place| kb(ours, place) / kb(node, place);
    report.figure("ours to Node, connected", share(1), "×", Some(Target::AtMost(0.5)));
    report.figure("ours to Node, at load", share(2), "×", Some(Target::AtMost(0.5)));
}
