//! Where everything lies.

use std::path::PathBuf;

use assay_sandbox::Isolation;

/// What the program is told from outside.
#[derive(Debug, Clone)]
pub struct AppConfig {
    /// The store, models and data sets.
    pub data_dir: PathBuf,
    /// Whether containers are kept between programs.
    pub isolation: Isolation,
}

impl AppConfig {
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            isolation: Isolation::default(),
        }
    }

    /// `ASSAY_DATA_DIR`, else `assay` in the platform's folder for application data.
    pub fn from_environment() -> Self {
        let chosen = std::env::var_os("ASSAY_DATA_DIR").filter(|value| !value.is_empty());
        Self::new(match chosen {
            Some(folder) => PathBuf::from(folder),
            None => dirs::data_dir()
                .unwrap_or_else(|| PathBuf::from("."))
                .join("assay"),
        })
    }

    pub(crate) fn store_path(&self) -> PathBuf {
        self.data_dir.join("assay.sqlite3")
    }
}
