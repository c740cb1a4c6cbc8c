//! What runs tell a monitoring system, where one listens: the facade costs nothing where none does.

use assay_core::{RunProgress, Verdict};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use crate::adapt::Report;

const REQUESTS: &str = "assay_requests_total";
const REQUEST_SECONDS: &str = "assay_request_seconds";
const EXECUTIONS: &str = "assay_executions_total";
const KNOWN: &str = "assay_known_total";
const SAMPLES_DONE: &str = "assay_run_samples_done";
const SAMPLES_TOTAL: &str = "assay_run_samples";
const WAITING: &str = "assay_run_waiting";
const IN_GENERATION: &str = "assay_run_in_generation";
const IN_EXECUTION: &str = "assay_run_in_execution";
const COST: &str = "assay_run_cost_usd";

/// Says what each number means, to a recorder that was installed just now.
pub fn describe_metrics() {
    describe_counter!(REQUESTS, "Samples whose model was asked, by how that ended");
    describe_histogram!(
        REQUEST_SECONDS,
        "From sending a request to the end of its answer"
    );
    describe_counter!(EXECUTIONS, "Programs judged, by verdict");
    describe_counter!(
        KNOWN,
        "Answers and executions looked up, by whether they were known"
    );
    describe_gauge!(SAMPLES_DONE, "Samples of a run that are done");
    describe_gauge!(SAMPLES_TOTAL, "Samples of a run");
    describe_gauge!(WAITING, "Programs that wait for a container");
    describe_gauge!(IN_GENERATION, "Requests of a run in flight");
    describe_gauge!(IN_EXECUTION, "Programs of a run in execution");
    describe_gauge!(COST, "What a run has cost so far, in US dollars");
}

pub(crate) fn asked(model: &str, outcome: &'static str, report: Option<Report>) {
    counter!(REQUESTS, "model" => model.to_owned(), "outcome" => outcome).increment(1);
    if let Some(latency) = report.and_then(|report| report.latency_ms) {
        histogram!(REQUEST_SECONDS, "model" => model.to_owned()).record(latency / 1e3);
    }
}

pub(crate) fn executed(verdict: Verdict) {
    counter!(EXECUTIONS, "verdict" => verdict.as_str()).increment(1);
}

pub(crate) fn looked_up(cache: &'static str, hit: bool) {
    let hit = if hit { "true" } else { "false" };
    counter!(KNOWN, "cache" => cache, "hit" => hit).increment(1);
}

pub(crate) fn progressed(run: &str, progress: &RunProgress) {
    let tell = |name: &'static str, value: f64| gauge!(name, "run" => run.to_owned()).set(value);
    tell(SAMPLES_DONE, progress.done.into());
    tell(SAMPLES_TOTAL, progress.total.into());
    tell(WAITING, progress.waiting.into());
    tell(IN_GENERATION, progress.in_generation.into());
    tell(IN_EXECUTION, progress.in_execution.into());
    if let Some(cost) = progress.cost_usd {
        tell(COST, cost);
    }
}
