//! A secret and the name it goes by.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::SecretsError;

/// The longest name of a variable, in bytes.
const LONGEST_NAME: usize = 128;

/// A key: one line of visible ASCII. Its memory is overwritten when the last copy is dropped; `Debug` and
/// `Display` are redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<Zeroizing<String>>);

impl Secret {
    /// Takes a key as it was typed or piped in; white space around it does not belong to it.
    ///
    /// # Errors
    /// When nothing is left, or when it could not be sent in the header of a request. The error does not
    /// repeat it.
    pub fn parse(text: impl Into<String>) -> Result<Self, SecretsError> {
        let text = Zeroizing::new(text.into());
        let key = text.trim();
        if key.is_empty() {
            return Err(SecretsError::Blank);
        }
        if key.contains(['\n', '\r']) {
            return Err(SecretsError::SeveralLines);
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(SecretsError::NotVisible);
        }
        Ok(Self(Arc::new(Zeroizing::new(key.to_owned()))))
    }

    /// The key itself, for whoever sends or stores it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Whether `name` can be the name of a key: capitals, digits and underscores, a capital first.
///
/// # Errors
/// When it cannot. The error does not repeat it: a key pasted in the wrong place is a secret too.
pub fn check_variable(name: &str) -> Result<(), SecretsError> {
    let fits = name.len() <= LONGEST_NAME
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    fits.then_some(()).ok_or(SecretsError::BadVariable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_shows_itself() {
        let secret = Secret::parse("  sk-Tell0Nobody\n").unwrap();
        assert_eq!(secret.reveal(), "sk-Tell0Nobody");
        let shown = format!("{secret} {secret:?} {:?}", Some(&secret));
        assert!(!shown.contains("Tell0"), "{shown}");
    }

    #[test]
    fn what_is_no_key_is_refused_without_repeating_it() {
        for (text, expected) in [
            ("", SecretsError::Blank),
            (" \t\r\n", SecretsError::Blank),
            ("sk-Tell0\nNobody", SecretsError::SeveralLines),
            ("sk-Tell0\rNobody", SecretsError::SeveralLines),
            ("sk-Tell0 Nobody", SecretsError::NotVisible),
            ("sk-Tell0\u{0}Nobody", SecretsError::NotVisible),
            ("sk-Tell0\u{fc}", SecretsError::NotVisible),
        ] {
            let error = Secret::parse(text).unwrap_err();
            assert_eq!(error, expected, "{text:?}");
            assert!(!format!("{error} {error:?}").contains("Tell0"));
        }
    }

    #[test]
    fn names_are_those_of_variables() {
        for name in ["OPENAI_API_KEY", "HF_TOKEN", "ASSAY_KEY_127_0_0_1_8080"] {
            assert_eq!(check_variable(name), Ok(()), "{name}");
        }
        let long = "A".repeat(LONGEST_NAME + 1);
        for name in [
            "", "a", "1A", "_A", "A=B", "A B", "A\n", "Ä", "sk-Tell0", &long,
        ] {
            let error = check_variable(name).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("Tell0"));
        }
    }
}
