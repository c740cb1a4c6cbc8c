//! `assay bandit`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub enum BanditCommand {
    /// The policies there are
    List,
    /// What a policy has learned: strategies, rewards with intervals, weights in words
    Show {
        #[arg(default_value = "default", value_name = "POLICY")]
        policy: String,
    },
    /// Make a policy that knows nothing
    Create {
        #[arg(value_name = "POLICY")]
        policy: String,
        #[command(flatten)]
        setup: SetupArgs,
    },
    /// Begin a policy anew, as it was set up or otherwise; what it decided before stays stored
    Reset {
        #[arg(value_name = "POLICY")]
        policy: String,
        #[command(flatten)]
        setup: SetupArgs,
    },
    /// Let a policy learn nothing more and try nothing at random
    Freeze {
        #[arg(value_name = "POLICY")]
        policy: String,
    },
    /// Let a frozen policy go on learning
    Unfreeze {
        #[arg(value_name = "POLICY")]
        policy: String,
    },
    /// Take a policy out of use
    Delete {
        #[arg(value_name = "POLICY")]
        policy: String,
    },
    /// Write a policy with all it knows to a file
    Export {
        #[arg(value_name = "POLICY")]
        policy: String,
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Make a policy of a file that `export` wrote
    Import {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Another name than the one in the file
        #[arg(long, value_name = "POLICY")]
        name: Option<String>,
    },
    /// Teach a policy what came of runs with fixed strategies
    Teach {
        #[arg(value_name = "POLICY")]
        policy: String,
        #[arg(required = true, value_name = "RUN")]
        runs: Vec<String>,
    },
    /// Why a sample was asked by its strategy
    Why {
        /// The sample's number
        #[arg(value_name = "SAMPLE")]
        sample: i64,
    },
    /// What a policy would choose for a problem, and with some of its features otherwise
    WhatIf {
        #[arg(long, value_name = "MODEL")]
        model: String,
        #[arg(long, value_name = "ID")]
        dataset: String,
        #[arg(long, value_name = "ID")]
        problem: String,
        #[arg(long, value_name = "L")]
        language: Option<String>,
        #[arg(long, default_value = "default", value_name = "POLICY")]
        policy: String,
        /// Values in the place of what the features are, as FEATURE=NUMBER separated by commas
        #[arg(long, value_delimiter = ',', value_name = "FEATURE=X")]
        instead: Vec<String>,
    },
    /// The features a policy sees, and the rules they are made by
    Features,
    /// Make every decision of a policy again from what is stored, and say whether each comes out the same
    Replay {
        #[arg(default_value = "default", value_name = "POLICY")]
        policy: String,
    },
    /// What choosing is worth on runs that asked the same problems by every strategy: cross-fitted, with paired tests,
    /// regret and off-policy estimates
    Evaluate(EvaluateArgs),
    /// Which strategy families of models are asked by when nothing else is said, and the evidence for it
    Rules {
        /// Use this for a family from now on, as FAMILY=STRATEGY; `auto` for the plain way
        #[arg(long, value_name = "FAMILY=ID", conflicts_with = "clear")]
        set: Option<String>,
        /// Go by the evidence again
        #[arg(long, value_name = "FAMILY")]
        clear: Option<String>,
    },
}

#[derive(Debug, Args)]
pub struct EvaluateArgs {
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<String>,
    /// The policy whose set-up learns [default: the usual set-up]
    #[arg(long, value_name = "POLICY")]
    pub policy: Option<String>,
    /// The strategy that everything is measured by [default: the plain way]
    #[arg(long, value_name = "ID")]
    pub baseline: Option<String>,
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1_000))]
    pub folds: u32,
    #[arg(long, default_value_t = 0, value_name = "S", value_parser = clap::value_parser!(u64).range(0..(1 << 53)))]
    pub seed: u64,
    /// Learn only what it chose itself, and not every cell of the grid
    #[arg(long)]
    pub own_choices: bool,
}

#[derive(Debug, Args)]
pub struct SetupArgs {
    /// How it chooses
    #[arg(long, value_enum, value_name = "HOW")]
    pub algorithm: Option<AlgorithmArg>,
    /// LinUCB's alpha, or Thompson sampling's scale
    #[arg(long, value_name = "X")]
    pub alpha: Option<f64>,
    /// The arm of the algorithm `fixed`
    #[arg(long, value_name = "ID")]
    pub arm: Option<String>,
    /// Lambda of the ridge regression
    #[arg(long, value_name = "X")]
    pub ridge: Option<f64>,
    /// The share of choices that is random
    #[arg(long, value_name = "SHARE")]
    pub exploration: Option<f64>,
    /// How much each part of the reward counts, as pass=X,quality=X,cost=X,latency=X
    #[arg(long, value_delimiter = ',', value_name = "PART=W")]
    pub reward: Vec<String>,
    /// Choose from these alone, separated by commas; the plain way of asking is always among them
    #[arg(long, value_delimiter = ',', value_name = "ID")]
    pub arms: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AlgorithmArg {
    LinUcb,
    Thompson,
    EpsilonGreedy,
    Fixed,
}
