//! The caches, for people.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum CacheKind {
    /// What models answered.
    Answers,
    /// What programs came to.
    Executions,
}

/// One cache. Counts are whole numbers; they may be beyond 32 bits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CacheState {
    pub kind: CacheKind,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub entries: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub bytes: f64,
    /// Since it was last cleared.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub hits: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub misses: f64,
    /// In `[0, 1]`; nothing where it was never asked.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub hit_rate: Option<f64>,
    /// What the answers in it cost the first time, in US dollars, where that is known.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub cost_usd: Option<f64>,
}

/// Both caches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Caches {
    pub answers: CacheState,
    pub executions: CacheState,
    /// What they may take together; beyond it the longest unused go, executions first.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub limit_bytes: f64,
}
