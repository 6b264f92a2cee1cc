//! Settings that fit the machine: modest at rest, not starved under load.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::thread;

use crate::settings::Durability;

/// What matters about the machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Machine {
    /// Memory we may use, in MiB (a container's limit counts).
    memory: u64,
    /// Processors we may use.
    cores: usize,
}

impl Machine {
    /// Looks at the machine; when something cannot be read, a small one is assumed.
    pub(crate) fn here() -> Self {
        let installed = fs::read_to_string("/proc/meminfo").ok().and_then(|text| total(&text));
        let allowed = fs::read_to_string("/sys/fs/cgroup/memory.max")
            .ok()
            .and_then(|text| text.trim().parse::<u64>().ok())
            .map(|bytes| bytes / (1 << 20));
        let memory = [installed, allowed].into_iter().flatten().min().unwrap_or(1024);
        Self { memory, cores: thread::available_parallelism().map_or(1, usize::from) }
    }
}

/// `MemTotal` of /proc/meminfo in MiB.
fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

/// The text of `leadkeep.conf`, written anew at every start.
pub(crate) fn conf(machine: Machine, socket: &Path, durability: Durability) -> String {
    let Machine { memory, cores } = machine;
    // The buffers are resident only once used, but their bookkeeping is from the start: about 3 %.
    let shared = (memory / 16).clamp(32, 512);
    let cache = (memory / 2).max(128);
    let work = (memory / 256).clamp(4, 32);
    let maintenance = (memory / 32).clamp(32, 256);
    let parallel = cores.clamp(2, 16);
    let gather = (cores / 2).clamp(0, 4);
    let socket = socket.display().to_string().replace('\'', "''");
    let mut text = format!(
        "\
# Written by Leadkeep at every start. Your own settings go in with `alter system`, which wins.
listen_addresses = ''
unix_socket_directories = '{socket}'
cluster_name = 'leadkeep'
max_connections = 80
superuser_reserved_connections = 3
shared_buffers = {shared}MB
effective_cache_size = {cache}MB
work_mem = {work}MB
maintenance_work_mem = {maintenance}MB
max_worker_processes = {parallel}
max_parallel_workers = {parallel}
max_parallel_workers_per_gather = {gather}
jit = off
random_page_cost = 1.1
effective_io_concurrency = 64
wal_compression = on
min_wal_size = 80MB
max_wal_size = 2GB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9
idle_in_transaction_session_timeout = 60s
autovacuum_naptime = 30s
autovacuum_vacuum_scale_factor = 0.05
autovacuum_analyze_scale_factor = 0.02
timezone = 'UTC'
log_timezone = 'UTC'
# The log goes to the server's own. Values of rows and parameters never do.
log_destination = 'stderr'
logging_collector = off
log_line_prefix = ''
log_checkpoints = off
log_autovacuum_min_duration = -1
log_lock_waits = on
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"
    );
    if durability == Durability::None {
        let _ = text.write_str(
            "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_connections = 200\n\
             wal_level = minimal\nmax_wal_senders = 0\narchive_mode = off\n",
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_machine_gets_small_buffers_and_a_big_one_no_more_than_it_needs() {
        let text = |memory| conf(Machine { memory, cores: 2 }, Path::new("/s"), Durability::Full);
        assert!(text(256).contains("shared_buffers = 32MB"));
        assert!(text(4096).contains("shared_buffers = 256MB"));
        assert!(text(65_536).contains("shared_buffers = 512MB"));
    }

    #[test]
    fn a_real_cluster_never_trades_durability_for_speed() {
        let text = conf(Machine::here(), Path::new("/s"), Durability::Full);
        for word in ["fsync", "synchronous_commit", "full_page_writes"] {
            assert!(!text.contains(word), "{word}");
        }
    }

    #[test]
    fn the_total_is_read_in_mebibytes() {
        assert_eq!(total("MemTotal:        2048000 kB\nMemFree: 1 kB\n"), Some(2000));
    }
}
