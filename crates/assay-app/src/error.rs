//! Errors as the fronts take them: an [`ErrorInfo`] and the kind that decides an exit code.

use assay_core::{Coded, ErrorInfo};

/// What kind of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// It ran, and something in it failed.
    Failed,
    /// It was asked for wrongly.
    Usage,
    /// A thing it needs is missing: engine, image, data set, model, key.
    Missing,
    /// Its user stopped it.
    Interrupted,
}

/// An error on its way to a front.
///
/// Every library error that is [`Coded`] turns into one with `?`. It is deliberately no
/// `std::error::Error` itself: beyond a front there is nobody to match on it.
#[derive(Debug, Clone, PartialEq)]
pub struct AppError {
    pub kind: ErrorKind,
    pub info: ErrorInfo,
}

impl AppError {
    pub fn usage(code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Usage,
            info: ErrorInfo::new(code, message).with_hint(hint),
        }
    }

    pub fn failed(code: &str, message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Failed,
            info: ErrorInfo::new(code, message),
        }
    }

    /// Stopped by its user.
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Interrupted,
            info: ErrorInfo::new("cancelled", message),
        }
    }

    pub fn missing(code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Missing,
            info: ErrorInfo::new(code, message).with_hint(hint),
        }
    }

    /// What its user stopped.
    pub fn cancelled(message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Interrupted,
            info: ErrorInfo::new("cancelled", message),
        }
    }

    /// A file that could not be read or written.
    pub fn file(action: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        let info = ErrorInfo::new(
            "file",
            format!("failed to {action} {}: {error}", path.display()),
        );
        Self {
            kind: ErrorKind::Failed,
            info: match error.kind() {
                std::io::ErrorKind::StorageFull => info.with_hint("the disk is full"),
                std::io::ErrorKind::NotFound => info.with_hint("check the path"),
                std::io::ErrorKind::PermissionDenied => info.with_hint("check the permissions"),
                _ => info,
            },
        }
    }
}

impl<E: Coded> From<E> for AppError {
    fn from(error: E) -> Self {
        let info = error.info();
        let kind = if error.is_missing_requirement() {
            ErrorKind::Missing
        } else if info.code == "cancelled" {
            ErrorKind::Interrupted
        } else if ["bad-", "unknown-"]
            .iter()
            .any(|begin| info.code.starts_with(begin))
            || [
                "run-not-found",
                "run-ambiguous",
                "runs-differ",
                "view-not-found",
                "view-exists",
                "policy-not-found",
                "policy-exists",
            ]
            .contains(&info.code.as_str())
        {
            ErrorKind::Usage
        } else {
            ErrorKind::Failed
        };
        Self { kind, info }
    }
}

impl From<AppError> for ErrorInfo {
    fn from(error: AppError) -> Self {
        error.info
    }
}
