//! Local models: which can be pulled, which are there, and how they get there.
//!
//! A model is installed when `<data dir>/models/<id>/model.json` exists beside its GGUF file; that record
//! is written last, after size and SHA-256 were checked, so a half download never counts. Models of the
//! Hugging Face hub lie below `models/hf/`, named `hf:ORG/NAME` wherever an id is asked for.

mod bring;
mod catalogue;
mod convert;
mod error;
mod hub;
mod record;
mod store;

pub use assay_fetch::{OnProgress, Progress, Stage};
pub use catalogue::{CatalogueEntry, catalogue};
pub use convert::ConvertError;
pub use error::ModelError;
pub use hub::HubConfig;
pub use record::{Conversion, InstalledModel, ModelListing, ModelOrigin, ModelPart, ModelState};
pub use store::ModelStore;
