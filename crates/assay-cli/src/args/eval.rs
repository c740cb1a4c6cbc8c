//! `assay eval`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct EvalArgs {
    /// Model as PROVIDER:NAME[@URL]; repeat for several
    #[arg(
        long = "model",
        value_name = "MODEL",
        required_unless_present = "resume"
    )]
    pub models: Vec<String>,
    /// Data set
    #[arg(long, value_name = "ID", required_unless_present = "resume")]
    pub dataset: Option<String>,
    /// Languages, separated by commas [default: python]
    #[arg(long, value_delimiter = ',', value_name = "L")]
    pub languages: Vec<String>,
    /// The first N problems, or ids separated by commas [default: all]
    #[arg(long, value_name = "N|IDS")]
    pub problems: Option<String>,
    /// Prompting strategy; `adaptive` lets a policy choose for each sample, and learn
    #[arg(long, default_value = "auto", value_name = "ID")]
    pub strategy: String,
    /// The policy of the strategy `adaptive` [default: default]
    #[arg(long, value_name = "POLICY")]
    pub policy: Option<String>,
    /// Let the policy choose without learning from this run or trying anything at random
    #[arg(long)]
    pub no_learning: bool,
    /// Samples per problem
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub samples: u32,
    /// Sampling temperature; 0 is greedy [default: 0, or 0.8 with several samples]
    #[arg(long, value_name = "T")]
    pub temperature: Option<f64>,
    /// Nucleus sampling
    #[arg(long, value_name = "P")]
    pub top_p: Option<f64>,
    /// Longest answer, in tokens
    #[arg(long, default_value_t = 512, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_tokens: u32,
    /// Seed of the run; every sample's own seed is derived from it
    #[arg(long, default_value_t = 0, value_name = "S", value_parser = clap::value_parser!(u64).range(0..(1 << 53)))]
    pub seed: u64,
    /// The k of pass@k, separated by commas
    #[arg(long, value_delimiter = ',', default_value = "1", value_name = "K")]
    pub k: Vec<u32>,
    /// Wall-clock limit of one program, in seconds
    #[arg(long, default_value_t = 3.0, value_name = "S")]
    pub timeout: f64,
    /// What is executed of an answer: the program that is in it, or all of it as it came
    #[arg(long, value_enum, default_value_t = CleaningArg::Full, value_name = "HOW")]
    pub cleaning: CleaningArg,
    /// How much each part of a program's quality counts, as PART=NUMBER separated by commas
    #[arg(long, value_delimiter = ',', value_name = "PART=W")]
    pub weights: Vec<String>,
    /// Requests in flight for each model at most; how many are worth having is found out on the way
    #[arg(long, default_value_t = 16, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_024))]
    pub concurrency: u32,
    /// What is made of answers and executions that are known: take them, ask and execute anew, or keep nothing
    #[arg(long, value_enum, default_value_t = CacheUseArg::Full, value_name = "HOW")]
    pub cache: CacheUseArg,
    /// Ask for no more samples of a problem that is decided: Wald's sequential test between passing at most 10 % and at
    /// least 50 % of the time, 5 % error; the score is then one of sorting problems, and no unbiased pass rate
    #[arg(long)]
    pub stop_early: bool,
    /// How much of what runs share falls to this one while others are on
    #[arg(long, value_enum, default_value_t = PriorityArg::Normal, value_name = "HOW")]
    pub priority: PriorityArg,
    /// A name for the run
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// Go on with a run that was stopped; only what is outstanding is done
    #[arg(long, value_name = "RUN", conflicts_with_all = [
        "models", "dataset", "languages", "problems", "strategy", "samples", "temperature", "top_p",
        "max_tokens", "seed", "timeout", "concurrency", "name", "cleaning", "weights", "cache",
        "stop_early", "priority", "policy", "no_learning",
    ])]
    pub resume: Option<String>,
    /// Write every answer to a file as well, to be replayed; with --resume, add to it
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    pub record: Option<PathBuf>,
    /// Ask nobody: take the answers from a file that --record made
    #[arg(long, value_name = "FILE")]
    pub replay: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CacheUseArg {
    Full,
    Refresh,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PriorityArg {
    Low,
    Normal,
    High,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CleaningArg {
    Full,
    Off,
}
