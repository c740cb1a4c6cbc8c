//! What can be asked on the command line. The help texts are the reference; `docs/guide/` has examples.

mod bandit;
mod compare;
mod eval;
mod groups;
mod runs;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use bandit::{AlgorithmArg, BanditCommand, SetupArgs};
pub use compare::{CompareArgs, CorrectionArg, FigureArg};
pub use eval::{CacheUseArg, CleaningArg, EvalArgs, PriorityArg};
pub use groups::{
    BenchCommand, CacheArg, CacheCommand, DatasetsCommand, KeysCommand, ModelsCommand,
    PromptsCommand, SandboxCommand,
};
pub use runs::{ExportFormat, ListArgs, RunsCommand, SplitArg, UpkeepCommand, ViewsCommand};

/// Measure and compare AI models that write code.
#[derive(Debug, Parser)]
#[command(
    name = "assay",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    /// Where the store, models and data sets live [default: the platform's data folder]
    #[arg(long, global = true, env = "ASSAY_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// Print one JSON document to standard output
    #[arg(long, global = true)]
    pub json: bool,

    /// Say more on standard error (twice: everything)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// Whether containers are kept between programs, or each program gets one of its own
    #[arg(long, global = true, value_enum, default_value_t = IsolationArg::Pool, value_name = "HOW")]
    pub isolation: IsolationArg,

    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum IsolationArg {
    /// Warm containers, one program at a time in each, cleaned in between
    Pool,
    /// A fresh container for every program: slower by the time one takes to start
    Container,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Generate, clean, execute and store: an evaluation of one or more models
    Eval(EvalArgs),
    /// Execute generations made elsewhere
    Grade(GradeArgs),
    /// Take the programs out of models' replies, without executing them
    Clean(CleanArgs),
    /// Score programs from their text alone, without running them
    Score(ScoreArgs),
    /// Run one program in the sandbox
    Exec(ExecArgs),
    /// Look at, stop, tag, merge, split, export or delete runs
    Runs {
        #[command(subcommand)]
        command: RunsCommand,
    },
    /// Pages of the window with what is chosen in them, by name
    Views {
        #[command(subcommand)]
        command: ViewsCommand,
    },
    /// Compare runs: paired significance, effects, ranks with ties; languages, cost, who solves what
    Compare(CompareArgs),
    /// Scores over time: trends, changes of level, and regressions since the run before
    #[command(alias = "trend")]
    Trends(TrendsArgs),
    /// Look into runs sample by sample: what went wrong, what it took, how hard the problems were
    Breakdown(BreakdownArgs),
    /// Show one problem, who solves it, and everyone's answers
    Problem(ProblemArgs),
    /// Write a report of one or more runs
    Report(ReportArgs),
    /// List, pull, verify, check and import data sets
    Datasets {
        #[command(subcommand)]
        command: DatasetsCommand,
    },
    /// List, check and pull models
    Models {
        #[command(subcommand)]
        command: ModelsCommand,
    },
    /// List and show prompting strategies, and the exact prompt a model will be sent
    Prompts {
        #[command(subcommand)]
        command: PromptsCommand,
    },
    /// Policies that choose strategies: what they learned, why they chose, what that is worth
    #[command(alias = "adaptive")]
    Bandit {
        #[command(subcommand)]
        command: BanditCommand,
    },
    /// Where the keys of model servers are; keep and forget them
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Answers and executions that are known already, and are neither asked for nor made again
    Cache {
        #[command(subcommand)]
        command: CacheCommand,
    },
    /// Check and build the sandbox
    Sandbox {
        #[command(subcommand)]
        command: SandboxCommand,
    },
    /// Measure this machine
    Bench {
        #[command(subcommand)]
        command: BenchCommand,
    },
}

#[derive(Debug, Args)]
pub struct GradeArgs {
    /// Data set
    #[arg(long, value_name = "ID")]
    pub dataset: String,
    /// JSON lines (plain or .gz, - for standard input) with task_id and completion, solution or generation
    #[arg(long, value_name = "FILE")]
    pub samples: PathBuf,
    /// Language of the generations; `auto` tells it from each text, among the data set's languages
    #[arg(long, default_value = "python", value_name = "L")]
    pub language: String,
    /// Take each text as a model's reply: the code is taken out of the talk first
    #[arg(long)]
    pub clean: bool,
    /// The k of pass@k, separated by commas
    #[arg(long, value_delimiter = ',', default_value = "1", value_name = "K")]
    pub k: Vec<u32>,
    /// Wall-clock limit of one program, in seconds
    #[arg(long, default_value_t = 3.0, value_name = "S")]
    pub timeout: f64,
    /// Leave out samples of tasks that the data set does not have, and say how many
    #[arg(long)]
    pub skip_unknown: bool,
    /// The model's name in the store [default: the file's name]
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    /// A name for the run
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModeArg {
    Chat,
    Completion,
}

#[derive(Debug, Args)]
pub struct CleanArgs {
    /// JSON lines (plain or .gz, - for standard input) with id and response, and where they are known
    /// language (a name, a list of names, or none for any), entry_point, prompt and mode (chat or
    /// completion); each gives a line with id, code, program (where it is not the code alone), language,
    /// confidence, rule, content, changed, warnings
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct ScoreArgs {
    /// JSON lines (plain or .gz, - for standard input) with program, code or response, and as far as they are
    /// known id, language, entry_point, prompt, reference and finish; with --dataset as `assay grade` reads
    pub file: PathBuf,
    /// The lines are samples of this data set, which has the prompts, entry points and references
    #[arg(long, value_name = "ID")]
    pub dataset: Option<String>,
    /// Language of all programs whose lines do not say it [default: told from each text]
    #[arg(long, value_name = "L")]
    pub language: Option<String>,
    /// How much each part counts, as PART=NUMBER separated by commas; parts not named keep their default
    #[arg(long, value_delimiter = ',', value_name = "PART=W")]
    pub weights: Vec<String>,
}

#[derive(Debug, Args)]
pub struct ExecArgs {
    /// Language
    #[arg(long, default_value = "python", value_name = "L")]
    pub language: String,
    /// The program (- for standard input)
    pub file: PathBuf,
    /// Standard input of the program
    #[arg(long, value_name = "FILE")]
    pub stdin: Option<PathBuf>,
    /// Wall-clock limit, in seconds
    #[arg(long, default_value_t = 10.0, value_name = "S")]
    pub timeout: f64,
    /// Memory limit, in MiB
    #[arg(long, default_value_t = 512, value_name = "MB", value_parser = clap::value_parser!(u32).range(16..=65_536))]
    pub memory: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// One model with one strategy in one run
    Series,
    Model,
    Strategy,
    Language,
}

#[derive(Debug, Args)]
pub struct ProblemArgs {
    /// Id of the problem, as `HumanEval/0`
    pub id: String,
    /// Its data set [default: that of the newest run that asked it]
    #[arg(long, value_name = "ID")]
    pub dataset: Option<String>,
    /// Answers of these runs only, by id or the beginning of one; repeat for several
    #[arg(long = "run", value_name = "RUN")]
    pub runs: Vec<String>,
    /// What has a row of its own
    #[arg(long, value_enum, default_value_t = By::Model)]
    pub by: By,
    /// Print every answer's program too
    #[arg(long)]
    pub programs: bool,
    /// Write the figure of who solves it to a file: .svg, .png, .pdf or .csv
    #[arg(long, value_name = "PATH")]
    pub figure: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct TrendsArgs {
    /// Only runs of this data set
    #[arg(long, value_name = "ID")]
    pub dataset: Option<String>,
    /// Only runs of this version of it; versions are never mixed
    #[arg(long, value_name = "VERSION", requires = "dataset")]
    pub dataset_version: Option<String>,
    /// Only this language
    #[arg(long, value_name = "L")]
    pub language: Option<String>,
    /// Only this model, as PROVIDER:NAME[@URL]
    #[arg(long, value_name = "MODEL")]
    pub model: Option<String>,
    /// Only this prompting strategy
    #[arg(long, value_name = "ID")]
    pub strategy: Option<String>,
    /// Only the newest so many runs
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub newest: Option<u32>,
    /// Level of significance
    #[arg(long, default_value_t = 0.05, value_name = "A")]
    pub alpha: f64,
    /// Significant drops up to so many points are no regression
    #[arg(long, default_value_t = 0.0, value_name = "POINTS")]
    pub tolerate: f64,
    /// The k of pass@k
    #[arg(long, default_value_t = 1, value_name = "K")]
    pub k: u32,
    /// Series that the figure shows, by key [default: all with two runs or more]; repeat for several
    #[arg(long = "series", value_name = "KEY")]
    pub series: Vec<String>,
    /// Write the figure to a file: .svg, .png, .pdf or .csv
    #[arg(long, value_name = "PATH")]
    pub figure: Option<PathBuf>,
    /// Exit with 1 when the newest run of a series is a regression, for scripts and scheduled work
    #[arg(long)]
    pub fail_on_regression: bool,
}

#[derive(Debug, Args)]
pub struct BreakdownArgs {
    /// Run ids, or the beginnings of them
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<String>,
    /// By what the samples are grouped
    #[arg(long, value_enum, default_value_t = By::Model)]
    pub by: By,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormatArg {
    Html,
    Pdf,
    Md,
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportSectionArg {
    /// A matrix of all pairs' differences with adjusted p-values
    Significance,
    /// Scores by series and language
    Languages,
    /// Scores against what an answer costs, with the Pareto front
    Cost,
    /// Scores against how long an answer takes, with the Pareto front
    Time,
    /// Who solves which problem
    Problems,
    /// Problems that one solves and the other does not
    Flips,
    /// The chosen runs over time
    Trends,
    /// All of these
    All,
}

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Runs, separated by commas or spaces
    #[arg(long, required = true, value_delimiter = ',', num_args = 1.., value_name = "RUN")]
    pub runs: Vec<String>,
    #[arg(long, value_enum, default_value_t = ReportFormatArg::Html)]
    pub format: ReportFormatArg,
    /// File to write
    #[arg(long, value_name = "PATH")]
    pub out: PathBuf,
    /// Title of the report
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// More sections, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', num_args = 1.., value_name = "SECTION")]
    pub sections: Vec<ReportSectionArg>,
    /// Published scores (TOML) that the measured ones are to stand beside
    #[arg(long, value_name = "FILE")]
    pub published: Option<PathBuf>,
}
