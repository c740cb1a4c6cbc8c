//! Logs to standard error, in both fronts alike.

use tracing_subscriber::EnvFilter;

/// Warnings only, and of llama.cpp, which warns of its own choices, errors only.
const QUIET: &str = "warn,llama-cpp-2=error";

/// Starts logging: `ASSAY_LOG` decides when it is set, else `filter`, else warnings only. A second call
/// does nothing.
pub fn init(filter: Option<&str>) {
    let filter = EnvFilter::try_from_env("ASSAY_LOG")
        .unwrap_or_else(|_| EnvFilter::new(filter.unwrap_or(QUIET)));
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .try_init();
    if started.is_err() {
        tracing::debug!("logging is on already");
    }
}
