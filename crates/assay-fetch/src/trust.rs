//! Certificate authorities that are trusted beside the system's: a company's own.

use std::path::{Path, PathBuf};

use reqwest::Certificate;

use crate::FetchError;

/// The file of authorities that `ASSAY_CA_FILE` names.
pub fn ca_file_from_env() -> Option<PathBuf> {
    let file = std::env::var_os("ASSAY_CA_FILE").filter(|file| !file.is_empty());
    file.map(PathBuf::from)
}

/// The certificates of a PEM file.
///
/// # Errors
/// [`FetchError::Certificates`] of a file that cannot be read or holds none.
pub fn certificates(file: &Path) -> Result<Vec<Certificate>, FetchError> {
    let failed = |detail: String| FetchError::Certificates {
        path: file.to_owned(),
        detail,
    };
    let text = std::fs::read(file).map_err(|error| failed(error.to_string()))?;
    let certificates = Certificate::from_pem_bundle(&text).map_err(|error| {
        let mut root: &dyn std::error::Error = &error;
        while let Some(source) = root.source() {
            root = source;
        }
        failed(root.to_string())
    })?;
    if certificates.is_empty() {
        return Err(failed("the file holds no PEM certificate".to_owned()));
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use assay_core::Coded;

    use super::*;

    #[test]
    fn a_file_that_is_none_is_named_with_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing.pem");
        let error = certificates(&missing).unwrap_err();
        assert_eq!(error.code(), "bad-certificates");
        assert!(error.to_string().contains("missing.pem"), "{error}");
        let text = folder.path().join("text.pem");
        std::fs::write(&text, "a shopping list").unwrap();
        let error = certificates(&text).unwrap_err().to_string();
        assert!(error.contains("holds no PEM certificate"), "{error}");
    }
}
