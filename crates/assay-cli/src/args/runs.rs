//! `assay runs …` and `assay views …`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::PriorityArg;

#[derive(Debug, Subcommand)]
pub enum RunsCommand {
    /// Runs, the newest first; archived and deleted ones where they are asked for
    List(ListArgs),
    /// One run: settings, environment, scores, note, tags
    Show {
        /// Run id, or the beginning of one
        run: String,
    },
    /// Stop a run that another process of this user has on
    Cancel { run: String },
    /// Let a run that another process has on begin nothing new
    Pause { run: String },
    /// Let a paused run go on
    Continue { run: String },
    /// Say how much of what runs share falls to this one
    Priority {
        run: String,
        #[arg(value_enum, value_name = "HOW")]
        priority: PriorityArg,
    },
    #[command(flatten)]
    Upkeep(UpkeepCommand),
    /// Examine the file that holds all runs, line by line what is wrong with it
    Verify,
    /// Write a run's samples
    Export {
        run: String,
        #[arg(long, value_enum, default_value_t = ExportFormat::Jsonl)]
        format: ExportFormat,
        /// File to write [default: standard output]
        #[arg(long, value_name = "PATH")]
        out: Option<PathBuf>,
    },
}

/// What people make of their runs.
#[derive(Debug, Subcommand)]
pub enum UpkeepCommand {
    /// Call a run something else
    Rename { run: String, name: String },
    /// Show a run's note, or write it
    Note {
        run: String,
        /// The note; - reads it from standard input
        text: Option<String>,
        /// Remove the note
        #[arg(long, conflicts_with = "text")]
        remove: bool,
    },
    /// Give tags to a run
    Tag {
        run: String,
        #[arg(required = true, value_name = "TAG")]
        tags: Vec<String>,
    },
    /// Take tags away from a run
    Untag {
        run: String,
        #[arg(required = true, value_name = "TAG")]
        tags: Vec<String>,
    },
    /// Put runs away: they stay, and are listed only where they are asked for
    Archive {
        #[arg(required = true, value_name = "RUN")]
        runs: Vec<String>,
    },
    /// Take runs out of the archive
    Unarchive {
        #[arg(required = true, value_name = "RUN")]
        runs: Vec<String>,
    },
    /// Delete runs; for 30 days `assay runs restore` brings them back
    Delete {
        #[arg(required = true, value_name = "RUN")]
        runs: Vec<String>,
        /// Without effect: nothing is asked, since a deleted run can be restored
        #[arg(long, hide = true)]
        yes: bool,
    },
    /// Bring deleted runs back
    Restore {
        #[arg(required = true, value_name = "RUN")]
        runs: Vec<String>,
    },
    /// Remove deleted runs for good: these, or those deleted 30 days ago or earlier
    Purge {
        #[arg(value_name = "RUN")]
        runs: Vec<String>,
        /// All deleted runs
        #[arg(long, conflicts_with = "runs")]
        all: bool,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Make one run of several of the same version of a data set; those are archived
    Merge {
        #[arg(required = true, num_args = 2.., value_name = "RUN")]
        runs: Vec<String>,
        /// What to call it [default: after the first]
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
        /// Only say what would be made
        #[arg(long)]
        plan: bool,
    },
    /// Make a run for each model or language of one; that one is archived
    Split {
        run: String,
        #[arg(long, value_enum, default_value_t = SplitArg::Model)]
        by: SplitArg,
        /// Only say what would be made
        #[arg(long)]
        plan: bool,
    },
    /// Take a merge or a split back: delete the runs it made and bring its sources back
    Undo {
        #[arg(required = true, value_name = "RUN")]
        runs: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only runs with all of these tags
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// Archived runs, too
    #[arg(long)]
    pub archived: bool,
    /// Deleted runs that can be restored, and nothing else
    #[arg(long, conflicts_with_all = ["tags", "archived"])]
    pub deleted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SplitArg {
    Model,
    Language,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Everything: the run in the first line, then a sample a line
    Jsonl,
    /// A table of samples without their texts
    Csv,
}

#[derive(Debug, Subcommand)]
pub enum ViewsCommand {
    /// Saved views in their order
    List,
    /// Keep an address of the window by a name
    Save {
        name: String,
        /// Such as /compare?runs=ID,ID
        address: String,
        /// In place of the view of that name
        #[arg(long)]
        replace: bool,
    },
    /// Call a view something else
    Rename {
        #[arg(value_name = "VIEW")]
        view: String,
        name: String,
    },
    /// Put a view into another place, counted from 1
    Move {
        #[arg(value_name = "VIEW")]
        view: String,
        #[arg(value_parser = clap::value_parser!(u32).range(1..))]
        place: u32,
    },
    /// Delete a view; the runs it shows stay
    Delete {
        #[arg(value_name = "VIEW")]
        view: String,
    },
}
