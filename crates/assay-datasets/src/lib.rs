//! Data sets: what is known of them, how they come onto this machine, and the problems in them.
//!
//! - [`Manifest`] describes a data set; those that ship with the program are `datasets/*.toml`.
//! - [`Library`] is the folder of data sets on this machine: list, pull, verify, import, load.
//! - [`read_samples_file`] reads generations made elsewhere, [`read_replies_file`] replies to be cleaned.
//!
//! - `formats` has a module for each layout of lines.
//!
//! A file counts only with the checksum of its manifest, so a half download never does. Bad input is
//! told with file, line and field, and leaves nothing behind.

mod content;
mod error;
mod formats;
mod import;
mod library;
mod lines;
mod manifest;
mod problems;
mod programs;
mod pull;
mod replies;
mod samples;
mod signature;
mod starter;

pub use error::{BadLine, DatasetError};
pub use library::{Library, Listing, State};
pub use manifest::{Fields, FileFacts, Format, Generation, LanguageFile, Manifest, Source};
pub use programs::{GivenProgram, read_programs_file};
pub use replies::{GivenReply, read_replies_file};
pub use samples::{GivenSample, SampleText, read_samples, read_samples_file};

/// The starter set, which ships inside the program.
pub const STARTER: &str = "starter";

/// The one of `known` that `text` was most likely meant to be, when one is near enough.
pub fn closest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = text.to_lowercase();
    known
        .into_iter()
        .map(|candidate| {
            let likeness = strsim::jaro_winkler(&lower, &candidate.to_lowercase());
            (candidate, likeness)
        })
        .filter(|(_, likeness)| *likeness > 0.85)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(candidate, _)| candidate)
}
