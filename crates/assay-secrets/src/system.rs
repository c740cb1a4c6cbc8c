//! The keyring of this operating system.

use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use crate::{Backend, SERVICE, Secret, Trouble};

/// Connects anew for every call: a keyring that was started, unlocked or replaced in the meantime is found.
#[derive(Debug)]
pub(crate) struct System;

impl Backend for System {
    fn set(&self, variable: &str, secret: &Secret) -> Result<(), Trouble> {
        entry(&connect()?, variable)?
            .set_secret(secret.reveal().as_bytes())
            .map_err(trouble)
    }

    fn get(&self, variables: &[String]) -> Result<Vec<Option<Secret>>, Trouble> {
        let store = connect()?;
        variables
            .iter()
            .map(|variable| match entry(&store, variable)?.get_secret() {
                Ok(bytes) => Ok(parse(variable, bytes)),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(trouble(error)),
            })
            .collect()
    }

    fn forget(&self, variable: &str) -> Result<bool, Trouble> {
        match entry(&connect()?, variable)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(trouble(error)),
        }
    }
}

fn connect() -> Result<Arc<CredentialStore>, Trouble> {
    #[cfg(target_os = "macos")]
    let store = apple_native_keyring_store::keychain::Store::new();
    #[cfg(target_os = "windows")]
    let store = windows_native_keyring_store::Store::new();
    #[cfg(all(unix, not(target_os = "macos")))]
    let store = zbus_secret_service_keyring_store::Store::new();
    match store {
        Ok(store) => Ok(store),
        Err(error) => Err(Trouble::Absent(text(&error))),
    }
}

fn entry(store: &Arc<CredentialStore>, variable: &str) -> Result<Entry, Trouble> {
    Entry::new_in_store(store, SERVICE, variable).map_err(trouble)
}

/// What is kept under the name; other programs may have put something there that is no key.
fn parse(variable: &str, bytes: Vec<u8>) -> Option<Secret> {
    let bytes = Zeroizing::new(bytes);
    let secret = std::str::from_utf8(&bytes)
        .ok()
        .and_then(|text| Secret::parse(text).ok());
    if secret.is_none() {
        tracing::warn!(variable, "what the keyring holds under this name is no key");
    }
    secret
}

fn trouble(error: Error) -> Trouble {
    match error {
        Error::NoStorageAccess(_) => Trouble::Locked(text(&error)),
        Error::NoDefaultStore => Trouble::Absent(text(&error)),
        _ => Trouble::Failed(text(&error)),
    }
}

/// Some variants carry the bytes that were kept: those are never shown.
fn text(error: &Error) -> String {
    match error {
        Error::PlatformFailure(cause) | Error::NoStorageAccess(cause) => cause.to_string(),
        Error::Ambiguous(_) => "it has several entries of this name".to_owned(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => {
            "what it holds under this name is not readable".to_owned()
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_holds_what_was_kept() {
        let kept = || b"sk-Tell0Nobody".to_vec();
        for error in [
            Error::BadEncoding(kept()),
            Error::BadDataFormat(kept(), "sk-Tell0Nobody".into()),
        ] {
            let said = trouble(error);
            let shown = format!("{said} {said:?}");
            assert!(
                !shown.contains("Tell0") && !shown.contains("115, 107"),
                "{shown}"
            );
        }
    }

    #[test]
    fn what_is_no_key_is_none() {
        assert_eq!(parse("X", vec![0xff, 0xfe]), None);
        assert_eq!(parse("X", b"two\nlines".to_vec()), None);
        assert_eq!(parse("X", b"sk-1\n".to_vec()).unwrap().reveal(), "sk-1");
    }
}
