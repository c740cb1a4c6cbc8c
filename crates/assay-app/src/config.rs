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
    /// Where metrics can be read, as `ADDRESS:PORT`; nowhere unless it is given.
    pub metrics: Option<String>,
}

impl AppConfig {
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            isolation: Isolation::default(),
            metrics: None,
        }
    }

    /// Metrics by `ASSAY_METRICS`; data by `ASSAY_DATA_DIR`, else `assay` in the platform's folder for application data.
    pub fn from_environment() -> Self {
        let chosen = std::env::var_os("ASSAY_DATA_DIR").filter(|value| !value.is_empty());
        let metrics = std::env::var("ASSAY_METRICS").ok();
        let config = Self::new(match chosen {
            Some(folder) => PathBuf::from(folder),
            None => dirs::data_dir()
                .unwrap_or_else(|| PathBuf::from("."))
                .join("assay"),
        });
        Self {
            metrics: metrics.filter(|address| !address.trim().is_empty()),
            ..config
        }
    }

    pub(crate) fn store_path(&self) -> PathBuf {
        self.data_dir.join("assay.sqlite3")
    }
}
