//! App.
pub mod dto;
