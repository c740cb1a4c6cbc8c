//! Keys of model servers: where they are, never what they are.

use serde::Serialize;

/// Where the key comes from that a request would carry now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum KeySource {
    None,
    /// The environment this program was started with; it goes before all others.
    Environment,
    /// The operating system's keyring.
    Keyring,
    /// Memory, until the program ends: no keyring has taken it.
    Session,
}

/// One key, by the name of its variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct KeyStatus {
    pub variable: String,
    pub source: KeySource,
    /// Whether the keyring holds one, be it used or not; false as well when it could not be asked.
    pub in_keyring: bool,
    /// What there is to know besides, for people: why a key is not kept, why the keyring did not answer. Empty
    /// when all is well.
    pub detail: String,
    /// Providers and servers that are sent this key.
    pub used_by: Vec<String>,
}
