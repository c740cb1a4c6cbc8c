//! `assay compare`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::By;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CorrectionArg {
    Holm,
    Bh,
}

#[derive(Debug, Args)]
pub struct CompareArgs {
    /// Run ids, or the beginnings of them
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<String>,
    /// What is compared
    #[arg(long, value_enum, default_value_t = By::Series)]
    pub by: By,
    /// Compare all others with this one only (its key or label)
    #[arg(long, value_name = "KEY")]
    pub baseline: Option<String>,
    /// Level of significance
    #[arg(long, default_value_t = 0.05, value_name = "A")]
    pub alpha: f64,
    /// Correction for several comparisons
    #[arg(long, value_enum, default_value_t = CorrectionArg::Holm)]
    pub correction: CorrectionArg,
    /// The k of pass@k
    #[arg(long, default_value_t = 1, value_name = "K")]
    pub k: u32,
    /// Show a figure of the comparison in numbers, instead of ranking and pairs
    #[arg(long, value_enum, value_name = "FIGURE")]
    pub show: Option<FigureArg>,
    /// Show the problems that the first of two solves and the second does not, and the other way round
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["show", "figure"])]
    pub flips: Vec<String>,
    /// Write the figure (of --show; else the scores) to a file: .svg, .png, .pdf or .csv
    #[arg(long, value_name = "PATH")]
    pub figure: Option<PathBuf>,
    /// Of `problems`: show these series only, by key or label; repeat for several
    #[arg(long = "column", value_name = "KEY")]
    pub columns: Vec<String>,
    /// Of `problems`: only those on which the shown series differ
    #[arg(long)]
    pub only_differing: bool,
    /// Of `problems`: the easiest first
    #[arg(long)]
    pub easiest_first: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FigureArg {
    /// Scores with their intervals
    Scores,
    /// Differences from the baseline, or of all pairs
    Differences,
    /// Scores by series and language
    Languages,
    /// All pairs' differences and adjusted p-values
    Significance,
    /// Scores against the cost of an answer, with the Pareto front
    Cost,
    /// Scores against the time of an answer, with the Pareto front
    Time,
    /// Problems by series, the hardest first
    Problems,
}
