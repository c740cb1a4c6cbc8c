//! Numbers for a monitoring system to read: Prometheus' text format, at an address of the user's choosing. Off unless one
//! is given.

use std::net::SocketAddr;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};

use crate::{App, AppError};

/// Upper bounds of what a request takes, in seconds.
const SECONDS: [f64; 12] = [
    0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0,
];

impl App {
    /// Answers at the address of the configuration from now on, where there is one. Needs a tokio runtime.
    ///
    /// # Errors
    /// When the address cannot be had, or something else in this program tells metrics already.
    pub(crate) fn serve_metrics(address: &str) -> Result<(), AppError> {
        let failed = |why: String| {
            AppError::usage(
                "metrics-unavailable",
                format!("metrics cannot be told at {address}: {why}"),
                "give another address in ASSAY_METRICS, such as 127.0.0.1:9464",
            )
        };
        let parsed: SocketAddr = address
            .trim()
            .parse()
            .map_err(|_| failed("it is no address with a port".to_owned()))?;
        PrometheusBuilder::new()
            .with_http_listener(parsed)
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
            .map_err(|e| failed(e.to_string()))?
            .install()
            .map_err(|e| failed(e.to_string()))?;
        assay_runner::describe_metrics();
        Ok(())
    }

    pub(crate) fn metrics_address(&self) -> Option<String> {
        let address = self.config.metrics.as_deref()?.trim();
        Some(format!("http://{address}/metrics"))
    }
}
