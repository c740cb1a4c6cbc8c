//! Programming languages, named by data rather than by an enum: adding one touches no code here.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A programming language by its lower-case id: `python`, `javascript`, `cpp`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    /// The language named `text`, whatever of its usual names is used (`py`, `C++`, `js`).
    pub fn new(text: &str) -> Self {
        let lower = text.trim().to_ascii_lowercase();
        let id = match lower.as_str() {
            "py" | "python3" => "python",
            "js" | "node" | "nodejs" => "javascript",
            "ts" => "typescript",
            "c++" | "cc" | "cxx" => "cpp",
            "golang" => "go",
            "rs" => "rust",
            other => other,
        };
        Self(id.to_owned())
    }

    pub fn python() -> Self {
        Self("python".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name people write: `C++` for `cpp`.
    pub fn title(&self) -> &str {
        match self.0.as_str() {
            "python" => "Python",
            "javascript" => "JavaScript",
            "typescript" => "TypeScript",
            "java" => "Java",
            "cpp" => "C++",
            "go" => "Go",
            "rust" => "Rust",
            "php" => "PHP",
            other => other,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Language {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
