//! What processes use, from `/proc`.

use std::fs;
use std::time::Duration;

/// The clock of `/proc/<pid>/stat` ticks a hundred times a second on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// The fields of a process after its name, `state` first.
fn fields(pid: u32) -> Vec<String> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let rest = text.rsplit_once(") ").map(|(_, rest)| rest).unwrap_or_default();
    rest.split(' ').map(str::to_owned).collect()
}

fn ticks(fields: &[String], places: &[usize]) -> u32 {
    places.iter().filter_map(|place| fields.get(*place)?.parse::<u32>().ok()).sum()
}

/// Processor time of a process, all threads.
pub(crate) fn own(pid: u32) -> Duration {
    TICK * ticks(&fields(pid), &[11, 12])
}

/// Processor time of a process, of its children that ended, and of those that live.
pub(crate) fn family(pid: u32) -> Duration {
    let mut sum = ticks(&fields(pid), &[11, 12, 13, 14]);
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(child) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok())
        else {
            continue;
        };
        let found = fields(child);
        if found.get(1).and_then(|parent| parent.parse().ok()) == Some(pid) {
            sum += ticks(&found, &[11, 12, 13, 14]);
        }
    }
    TICK * sum
}

/// Processor time of this process and, apart, of its children that ended.
pub(crate) fn ours() -> (Duration, Duration) {
    let found = fields(std::process::id());
    (TICK * ticks(&found, &[11, 12]), TICK * ticks(&found, &[13, 14]))
}

/// Resident memory of a process in kB.
pub(crate) fn resident(pid: u32) -> u32 {
    status(pid, "VmRSS:")
}

/// The most memory that a process was ever resident with, in kB.
pub(crate) fn peak(pid: u32) -> u32 {
    status(pid, "VmHWM:")
}

fn status(pid: u32, name: &str) -> u32 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).unwrap_or(0)
}
