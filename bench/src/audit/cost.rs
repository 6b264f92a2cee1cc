//! The same transaction with its entry and without, by pgbench, in turns.

use anyhow::Result;

use crate::Asked;
use crate::figures::{Report, Target, median};
use crate::reference::{Reference, Writing};

/// How many write at a time.
const CLIENTS: u32 = 8;

/// Measures both and prints them.
pub(crate) async fn measure(
    report: &mut Report,
    asked: &Asked,
    reference: &mut Reference,
) -> Result<()> {
    report.say(format!(
        "\nVisitors' messages as transactions of the product, {CLIENTS} at a time, with the audit entry and without, in turns"
    ));
    for (name, in_many) in [("one workspace", false), ("200 workspaces", true)] {
        let (mut with, mut without) = (vec![], vec![]);
        for _ in 0..asked.pace.rounds.max(1) * 2 {
            for (audited, rates) in [(true, &mut with), (false, &mut without)] {
                let writing = Writing { in_many, audited };
                rates.push(reference.messages(writing, CLIENTS, asked.pace.span).await?.rate);
            }
        }
        let rate = |rates: &[f64]| median(rates.iter().copied());
        report.figure(&format!("{name}: with the entry"), rate(&with), "per second", None);
        report.figure(&format!("{name}: without"), rate(&without), "per second", None);
        let costs = with.iter().zip(&without).map(|(with, without)| (1.0 - with / without) * 100.0);
        let target = Some(Target::AtMost(15.0));
        report.figure(&format!("{name}: cost in throughput"), median(costs), "%", target);
    }
    Ok(())
}
