//! `assay`: the same engine as the window, for scripts and continuous integration.
//!
//! Standard output carries the answer (one JSON document with `--json`); progress, logs and warnings go
//! to standard error. Exit codes: 0 done; 1 it ran, and something in it failed; 2 wrong usage; 3 a thing
//! it needs is missing; 130 interrupted, partial results kept.

mod args;
mod commands;
mod output;
mod progress;

use std::process::ExitCode;

use assay_app::{App, AppConfig, AppError, ErrorKind, Isolation};
use clap::Parser;

use args::{Cli, Command};
use output::Output;

/// How a command ended, when no error stopped it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Done,
    /// It ran to its end, and something in it failed.
    SomethingFailed,
    /// A thing it needs is missing.
    Missing,
    /// Stopped by its user; partial results are kept.
    Interrupted,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(match ending {
            Ending::Done => 0,
            Ending::SomethingFailed => 1,
            Ending::Missing => 3,
            Ending::Interrupted => 130,
        })
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    assay_app::logging::init(match cli.verbose {
        0 => None,
        1 => Some("assay=info"),
        _ => Some("assay=debug,info"),
    });
    let output = Output { json: cli.json };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!("the runtime could not be started: {error}");
            return ExitCode::from(1);
        }
    };
    let ending = runtime.block_on(run(cli, output));
    // A blocked reader of standard input must not keep the process alive.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match ending {
        Ok(ending) => ending.into(),
        Err(error) => {
            output.error(&error);
            ExitCode::from(match error.kind {
                ErrorKind::Failed => 1,
                ErrorKind::Usage => 2,
                ErrorKind::Missing => 3,
                ErrorKind::Interrupted => 130,
            })
        }
    }
}

async fn run(cli: Cli, output: Output) -> Result<Ending, AppError> {
    let mut config = AppConfig::from_environment();
    if let Some(folder) = cli.data_dir {
        config.data_dir = folder;
    }
    config.isolation = match cli.isolation {
        args::IsolationArg::Pool => Isolation::Pool,
        args::IsolationArg::Container => Isolation::Container,
    };
    let app = App::open(config).await?;
    let ending = match cli.command {
        Command::Eval(args) => commands::eval::run(&app, args, output).await,
        Command::Grade(args) => commands::grade::run(&app, args, output).await,
        Command::Clean(args) => commands::clean::run(&app, args, output).await,
        Command::Score(args) => commands::score::run(&app, args, output).await,
        Command::Exec(args) => commands::exec::run(&app, args, output).await,
        Command::Runs { command } => commands::runs::run(&app, command, output).await,
        Command::Views { command } => commands::views::run(&app, command, output).await,
        Command::Bandit { command } => commands::bandit::run(&app, command, output).await,
        Command::Compare(args) => commands::compare::run(&app, args, output).await,
        Command::Trends(args) => commands::trends::run(&app, args, output).await,
        Command::Breakdown(args) => commands::breakdown::run(&app, args, output).await,
        Command::Problem(args) => commands::problem::run(&app, args, output).await,
        Command::Report(args) => commands::report::run(&app, args, output).await,
        Command::Datasets { command } => commands::datasets::run(&app, command, output).await,
        Command::Models { command } => commands::models::run(&app, command, output).await,
        Command::Prompts { command } => commands::prompts::run(&app, command, output).await,
        Command::Keys { command } => commands::keys::run(&app, command, output).await,
        Command::Sandbox { command } => commands::sandbox::run(&app, command, output).await,
        Command::Cache { command } => commands::cache::run(&app, command, output).await,
        Command::Bench { command } => commands::bench::run(&app, command, output).await,
    };
    app.close().await;
    ending
}
