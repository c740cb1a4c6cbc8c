//! What can go wrong; no text of it holds a secret.

use assay_core::Coded;
use thiserror::Error;

/// Why a keyring did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Trouble {
    /// There is none: no session bus, no service on it.
    #[error("no keyring answers here ({0})")]
    Absent(String),
    /// It is there and lets nobody in: locked, or its question was dismissed.
    #[error("the keyring is locked ({0})")]
    Locked(String),
    /// It has not answered in time; it may wait for a person.
    #[error("the keyring did not answer within {seconds} s; it may be waiting to be unlocked")]
    Silent { seconds: u64 },
    #[error("the keyring failed: {0}")]
    Failed(String),
}

/// What a caller is told.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SecretsError {
    #[error("this is no name of a key's variable")]
    BadVariable,
    #[error("the key is blank")]
    Blank,
    #[error("the key has more than one line")]
    SeveralLines,
    #[error(
        "the key holds a character that no key has: a space, a control character or one outside ASCII"
    )]
    NotVisible,
    /// Whether the keyring holds the key could not be found out, or it could not be removed.
    #[error("the keyring could not be asked: {0}")]
    Unavailable(Trouble),
}

impl Coded for SecretsError {
    fn code(&self) -> &'static str {
        match self {
            Self::BadVariable => "bad-key-variable",
            Self::Blank | Self::SeveralLines | Self::NotVisible => "bad-key",
            Self::Unavailable(_) => "keyring-unavailable",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::BadVariable => {
                "capitals, digits and underscores, such as OPENAI_API_KEY or ASSAY_KEY_<HOST>".to_owned()
            }
            Self::Blank | Self::SeveralLines | Self::NotVisible => {
                "give the key alone, on one line, as its issuer shows it".to_owned()
            }
            Self::Unavailable(Trouble::Absent(_)) => {
                "start a keyring (a Secret Service such as gnome-keyring or KWallet), or use the environment variable"
                    .to_owned()
            }
            Self::Unavailable(_) => "unlock the keyring and try again".to_owned(),
        })
    }
}
