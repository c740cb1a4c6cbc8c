//! Data sets: what is known of them, how they come onto this machine, and the problems in them.
//!
//! - [`Manifest`] describes a data set; those that ship with the program are `datasets/*.toml`.
//! - [`Library`] is the folder of data sets on this machine: list, pull, verify, import, load.
//! - [`read_samples_file`] reads generations made elsewhere.
//!
//! A file counts only with the checksum of its manifest, so a half download never does. Bad input is
//! told with file, line and field, and leaves nothing behind.

mod error;
mod import;
mod library;
mod lines;
mod manifest;
mod problems;
mod samples;
mod starter;

pub use error::{BadLine, DatasetError};
pub use library::{Library, Listing, State};
pub use manifest::{Fields, FileFacts, Manifest, Source};
pub use samples::{GivenSample, SampleText, read_samples, read_samples_file};

/// The starter set, which ships inside the program.
pub const STARTER: &str = "starter";
