//! A run as it stands in a report: its settings, and the command that does it again.

use assay_core::{Environment, ProblemSelection, RunId, RunOrigin, RunSpec, RunStatus, Spending};

/// A run as it stands in a report.
#[derive(Debug, Clone, PartialEq)]
pub struct RunSection {
    pub id: RunId,
    pub name: String,
    pub status: RunStatus,
    pub origin: RunOrigin,
    /// RFC 3339.
    pub started_at: Option<String>,
    pub finished_at: Option<String>,
    pub spec: RunSpec,
    pub environment: Environment,
    /// Of its answers.
    pub cost: Spending,
    /// The runs it was merged of or split from.
    pub sources: Vec<String>,
    /// In what those differ, and how: the settings are then those of the first, and are not told.
    pub differences: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    pub label: String,
    pub value: String,
    /// A digest or an id: set in a fixed width.
    pub is_code: bool,
}

impl RunSection {
    pub(crate) fn settings(&self) -> Vec<Setting> {
        let spec = &self.spec;
        let environment = &self.environment;
        let mut settings = Vec::new();
        let mut add = |label: &str, value: String, is_code: bool| {
            if !value.is_empty() {
                settings.push(Setting {
                    label: label.to_owned(),
                    value,
                    is_code,
                });
            }
        };
        add("Run", self.id.to_string(), true);
        add("Status", self.status.as_str().to_owned(), false);
        add(
            "Answers",
            match self.origin {
                RunOrigin::Evaluated => "generated and executed by this program".to_owned(),
                RunOrigin::Graded => "generated elsewhere, executed by this program".to_owned(),
                RunOrigin::SampleWorkspace => "an example that ships with the program".to_owned(),
                RunOrigin::Merged => "those of several runs, merged".to_owned(),
                RunOrigin::Split => "a part of those of another run".to_owned(),
            },
            false,
        );
        add(
            "Started",
            self.started_at.clone().unwrap_or_default(),
            false,
        );
        add(
            "Finished",
            self.finished_at.clone().unwrap_or_default(),
            false,
        );
        for model in &spec.models {
            add("Model", model.to_string(), true);
            // Digests may be kept under the text form or under the bare name.
            let digest = environment
                .models
                .get(&model.to_string())
                .or_else(|| environment.models.get(&model.name));
            if let Some(digest) = digest {
                add("Model digest", digest.clone(), true);
            }
        }
        add(
            "Data set",
            format!("{} {}", spec.dataset, environment.dataset_version),
            false,
        );
        add("Data set digest", environment.dataset_sha256.clone(), true);
        add(
            "Problems",
            match &spec.problems {
                ProblemSelection::All => "all".to_owned(),
                ProblemSelection::First { count } => format!("the first {count}"),
                ProblemSelection::Ids { ids } => {
                    let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
                    ids.join(", ")
                }
            },
            false,
        );
        let languages: Vec<&str> = spec.languages.iter().map(|l| l.title()).collect();
        add("Languages", languages.join(", "), false);
        let label = if self.origin == RunOrigin::Split {
            "Split from"
        } else {
            "Merged of"
        };
        for source in &self.sources {
            add(label, source.clone(), false);
        }
        for (what, values) in &self.differences {
            add(&format!("Not the same: {what}"), values.clone(), false);
        }
        if self.origin != RunOrigin::Graded && self.differences.is_empty() {
            add("Strategy", spec.strategy.to_string(), false);
            add("Samples per problem", spec.samples.to_string(), false);
            add("Temperature", spec.sampling.temperature.to_string(), false);
            add(
                "Top-p",
                spec.sampling
                    .top_p
                    .map(|p| p.to_string())
                    .unwrap_or_default(),
                false,
            );
            add(
                "Tokens at most",
                spec.sampling.max_tokens.to_string(),
                false,
            );
            add("Seed", spec.seed.to_string(), false);
        }
        if self.cost.usd.is_some() {
            add("Cost", self.cost.to_string(), false);
        }
        let limits = &spec.limits;
        let scale = environment
            .timeout_scale
            .map(|s| format!(" (× {s:.2} on this machine)"))
            .unwrap_or_default();
        let same = |what: &str| self.differences.iter().all(|(of, _)| of != what);
        if same("limits of a program") {
            add(
                "Limits of a program",
                format!(
                    "{} s wall clock{scale}, {} MiB memory, {} processes, {} KiB output, {} MiB disk",
                    f64::from(limits.wall_ms) / 1_000.0,
                    limits.memory_mb,
                    limits.processes,
                    limits.output_bytes / 1_024,
                    limits.disk_mb
                ),
                false,
            );
        }
        add(
            "Program",
            format!("Assay {}", environment.assay_version),
            false,
        );
        add("Platform", environment.platform.clone(), false);
        add(
            "Container engine",
            environment.engine.clone().unwrap_or_default(),
            false,
        );
        for (language, toolchain) in &environment.toolchains {
            add(&format!("Toolchain, {language}"), toolchain.clone(), false);
        }
        for (language, image) in &environment.images {
            add(&format!("Image, {language}"), image.clone(), true);
        }
        settings
    }

    /// The command that does the run again; `None` for one that ships as an example, or was made of
    /// others.
    pub fn command(&self) -> Option<String> {
        let spec = &self.spec;
        let mut options: Vec<String> = Vec::new();
        let mut option = |name: &str, value: String| {
            options.push(format!("{name} {}", shell_word(&value)));
        };
        let languages = spec
            .languages
            .iter()
            .map(|l| l.as_str())
            .collect::<Vec<_>>()
            .join(",");
        let verb = match self.origin {
            RunOrigin::SampleWorkspace | RunOrigin::Merged | RunOrigin::Split => return None,
            RunOrigin::Graded => {
                option("--dataset", spec.dataset.to_string());
                option("--samples", "FILE".to_owned());
                if !languages.is_empty() {
                    option("--language", languages);
                }
                "grade"
            }
            RunOrigin::Evaluated => {
                for model in &spec.models {
                    option("--model", model.to_string());
                }
                option("--dataset", spec.dataset.to_string());
                if !languages.is_empty() {
                    option("--languages", languages);
                }
                match &spec.problems {
                    ProblemSelection::All => {}
                    ProblemSelection::First { count } => option("--problems", count.to_string()),
                    ProblemSelection::Ids { ids } => {
                        let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
                        option("--problems", ids.join(","));
                    }
                }
                option("--strategy", spec.strategy.to_string());
                if let Some(adaptive) = &spec.adaptive {
                    option("--policy", adaptive.policy.clone());
                }
                option("--samples", spec.samples.to_string());
                option("--temperature", spec.sampling.temperature.to_string());
                if let Some(top_p) = spec.sampling.top_p {
                    option("--top-p", top_p.to_string());
                }
                option("--max-tokens", spec.sampling.max_tokens.to_string());
                option("--seed", spec.seed.to_string());
                "eval"
            }
        };
        if spec
            .adaptive
            .as_ref()
            .is_some_and(|adaptive| !adaptive.learn)
        {
            options.push("--no-learning".to_owned());
        }
        Some(command_lines(&format!("assay {verb}"), &options))
    }
}

/// A command on one line, or on lines of readable length that a shell takes as one.
fn command_lines(verb: &str, options: &[String]) -> String {
    const LENGTH: usize = 88;
    let mut text = verb.to_owned();
    let mut length = text.len();
    for option in options {
        if length + option.len() + 3 > LENGTH {
            text.push_str(" \\\n   ");
            length = 3;
        }
        text.push(' ');
        text.push_str(option);
        length += option.len() + 1;
    }
    text
}

/// A word as a POSIX shell takes it.
fn shell_word(text: &str) -> String {
    let is_plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./:@,+=".contains(c));
    if is_plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_shell_are_quoted_where_they_must_be() {
        assert_eq!(shell_word("local:smollm2-135m"), "local:smollm2-135m");
        assert_eq!(shell_word("a b"), "'a b'");
        assert_eq!(shell_word("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn long_commands_go_on_below() {
        let options = [
            "--model a".to_owned(),
            format!("--model {}", "b".repeat(80)),
            "--seed 1".to_owned(),
        ];
        assert_eq!(
            command_lines("assay eval", &options),
            format!(
                "assay eval --model a \\\n    --model {} \\\n    --seed 1",
                "b".repeat(80)
            )
        );
    }
}
