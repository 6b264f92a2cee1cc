//! Structured logs on standard error. What must not be in them cannot be: see `lk_base::secret`.

use lk_config::{Log, LogFormat};
use tracing_subscriber::EnvFilter;

/// Starts logging; a second call changes nothing.
///
/// # Errors
/// A filter that cannot be read.
pub fn start(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.filter).map_err(|error| {
        anyhow::anyhow!("log.filter cannot be read ({error}); use for example \"info\"")
    })?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(true);
    let _ = match log.format {
        LogFormat::Json => lines.json().try_init(),
        LogFormat::Text => lines.with_ansi(false).try_init(),
    };
    Ok(())
}
