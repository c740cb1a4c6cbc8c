//! `assay bench`

use assay_app::{App, AppError, BenchRequest};

use super::{cancellable, task_bar};
use crate::Ending;
use crate::args::BenchCommand;
use crate::output::Output;

const TASK: &str = "bench";

pub async fn run(app: &App, command: BenchCommand, output: Output) -> Result<Ending, AppError> {
    match command {
        BenchCommand::Executor {
            workers,
            rounds,
            soak,
        } => {
            let (bar, show) = task_bar();
            let request = BenchRequest {
                workers,
                rounds,
                soak,
            };
            let result = cancellable(app, TASK, app.bench_executor(request, TASK, show)).await;
            bar.finish();
            let result = result?;
            output.answer(&result.json, |_| result.text.clone());
            Ok(Ending::Done)
        }
    }
}
