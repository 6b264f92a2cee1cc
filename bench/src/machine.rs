//! What the machine is and how busy others keep it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::Asked;
use crate::figures::Report;

/// Others' load up to which figures are worth something on two cores.
const QUIET: f64 = 3.0;
/// How long a quieter moment is waited for.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

fn first(path: &str) -> String {
    fs::read_to_string(path)
        .ok()
        .and_then(|text| text.lines().next().map(str::to_owned))
        .unwrap_or_default()
}

fn after_colon(path: &str, key: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
    line.split_once(':').map_or("", |(_, value)| value).trim().to_owned()
}

/// The load average of the last minute.
pub(crate) fn load() -> f64 {
    first("/proc/loadavg").split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0.0)
}

/// Waits until others are quieter, within reason; not for figures that mean nothing.
pub(crate) async fn wait_for_quiet(asked: &Asked) {
    let begun = Instant::now();
    while asked.matters && asked.waits && load() >= QUIET && begun.elapsed() < PATIENCE {
        eprintln!("load {:.1}: waiting for a quieter moment", load());
        tokio::time::sleep(Duration::from_secs(15)).await;
    }
}

/// Puts the machine on top of the report.
pub(crate) fn describe(report: &mut Report, data: &Path) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    report.say(format!(
        "{cores} cores ({}), {} of memory, Linux {}, data on {}",
        after_colon("/proc/cpuinfo", "model name"),
        after_colon("/proc/meminfo", "MemTotal"),
        first("/proc/sys/kernel/osrelease"),
        volume(data),
    ));
    report.say(format!("load average at the start: {} (1, 5, 15 minutes)", loads()));
    report.say("Server, PostgreSQL or Node, and this load generator share these cores.");
}

/// The three load averages.
pub(crate) fn loads() -> String {
    first("/proc/loadavg").split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// The kind of file system under a path.
fn volume(path: &Path) -> String {
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let under = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (place, kind) = (words.next()?, words.next()?);
        path.starts_with(place).then(|| (place.len(), kind.to_owned()))
    });
    under.max_by_key(|(length, _)| *length).map_or_else(|| "?".to_owned(), |(_, kind)| kind)
}
