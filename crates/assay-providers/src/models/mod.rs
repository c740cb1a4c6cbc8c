//! Local models: which can be pulled, which are there, and how they get there.
//!
//! A model is installed when `<data dir>/models/<id>/model.json` exists beside its GGUF file; that record
//! is written last, after size and SHA-256 were checked, so a half download never counts.

mod catalogue;
mod error;
mod record;
mod store;

pub use assay_fetch::{OnProgress, Progress, Stage};
pub use catalogue::{CatalogueEntry, catalogue};
pub use error::ModelError;
pub use record::{InstalledModel, ModelListing, ModelOrigin, ModelState};
pub use store::ModelStore;
