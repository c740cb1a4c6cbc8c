//! How a model of the hub is named: `ORG/NAME`, `ORG/NAME:QUANT` or `ORG/NAME:FILE.gguf`.

use std::fmt;
use std::path::{Component, Path};

use crate::models::ModelError;

/// Which of a repository's files is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The best by the order of [`PREFERENCE`](super::choice::PREFERENCE).
    Best,
    /// `Q4_K_M` and the like, in capitals.
    Quantisation(String),
    /// A file, by its path in the repository or by its name alone.
    File(String),
}

/// What stands after `hf:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HubName {
    /// `ORG/NAME`.
    pub(crate) repo: String,
    pub(crate) wanted: Wanted,
}

impl HubName {
    /// # Errors
    /// [`ModelError::BadId`].
    pub(crate) fn read(text: &str) -> Result<Self, ModelError> {
        let bad = || ModelError::BadHubName {
            name: text.to_owned(),
        };
        let (repo, wanted) = match text.split_once(':') {
            None => (text, Wanted::Best),
            Some((repo, wanted)) => (repo, read_wanted(wanted).ok_or_else(bad)?),
        };
        let (org, name) = repo.split_once('/').ok_or_else(bad)?;
        if !(is_part(org) && is_part(name)) {
            return Err(bad());
        }
        Ok(Self {
            repo: repo.to_owned(),
            wanted,
        })
    }
}

impl fmt::Display for HubName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.wanted {
            Wanted::Best => f.write_str(&self.repo),
            Wanted::Quantisation(wanted) | Wanted::File(wanted) => {
                write!(f, "{}:{wanted}", self.repo)
            }
        }
    }
}

fn read_wanted(text: &str) -> Option<Wanted> {
    if text.to_ascii_lowercase().ends_with(".gguf") {
        return is_inside(text).then(|| Wanted::File(text.to_owned()));
    }
    let plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    plain.then(|| Wanted::Quantisation(text.to_ascii_uppercase()))
}

/// The hub's own rule for names, and no way out of a folder.
fn is_part(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

/// Whether a path of a repository stays inside a folder it is put below.
pub(super) fn is_inside(path: &str) -> bool {
    !path.contains(['\\', ':', '\0'])
        && !path.is_empty()
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_three_forms_are_read_and_written() {
        for (text, wanted) in [
            ("a/b", Wanted::Best),
            ("a/b:Q4_K_M", Wanted::Quantisation("Q4_K_M".to_owned())),
            ("a/b:sub/x.gguf", Wanted::File("sub/x.gguf".to_owned())),
        ] {
            let name = HubName::read(text).unwrap();
            assert_eq!((name.repo.as_str(), &name.wanted), ("a/b", &wanted));
            assert_eq!(name.to_string(), text);
        }
        let lower = HubName::read("a/b:q8_0").unwrap();
        assert_eq!(lower.wanted, Wanted::Quantisation("Q8_0".to_owned()));
    }

    #[test]
    fn nothing_leads_out_of_the_folder() {
        for text in [
            "",
            "a",
            "a/",
            "/b",
            "a/b/c",
            "../b",
            "a/..",
            ".a/b",
            "a/b:",
            "a/b:../x.gguf",
            "a/b:/x.gguf",
            "a\\b/c",
            "a/b:Q 4",
            "a/b:c:d.gguf",
            "a/b?x",
            "a/b:x\\..\\y.gguf",
        ] {
            let error = HubName::read(text);
            assert!(
                matches!(error, Err(ModelError::BadHubName { .. })),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_alike(text in "[a-z.:/_-]{0,20}(gguf)?") {
            if let Ok(name) = HubName::read(&text) {
                prop_assert_eq!(HubName::read(&name.to_string()).unwrap(), name);
                prop_assert!(!text.contains("..") || text.split(['/', ':']).all(|part| part != ".."));
            }
        }
    }
}
