//! `assay exec`

use assay_app::{App, AppError, ExecRequest};
use assay_core::{Language, Verdict};

use crate::Ending;
use crate::args::ExecArgs;
use crate::output::Output;

pub async fn run(app: &App, args: ExecArgs, output: Output) -> Result<Ending, AppError> {
    let request = ExecRequest {
        language: Language::new(&args.language),
        file: args.file,
        stdin: args.stdin,
        timeout_s: args.timeout,
        memory_mb: args.memory,
    };
    let outcome = tokio::select! {
        outcome = app.exec(request) => outcome?,
        _ = tokio::signal::ctrl_c() => return Ok(Ending::Interrupted),
    };
    output.answer(&outcome, |o| {
        let diagnostics = o.compile.as_ref().map_or("", |c| c.diagnostics.as_str());
        let mut text = String::new();
        for part in [diagnostics, &o.stdout, &o.stderr] {
            text.push_str(part);
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
        }
        let detail = o
            .detail
            .as_deref()
            .map(|d| format!(": {d}"))
            .unwrap_or_default();
        text.push_str(&format!(
            "[{}{detail}; {:.1} ms{}]",
            o.verdict.as_str().replace('_', " "),
            o.duration_ms,
            if o.truncated { "; output cut" } else { "" }
        ));
        text
    });
    Ok(if outcome.verdict == Verdict::Passed {
        Ending::Done
    } else {
        Ending::SomethingFailed
    })
}
