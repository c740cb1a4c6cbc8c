//! Is the sandbox able to do what it promises, here and now?

use assay_core::{Coded, Language, Limits, TestForm, Verdict};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::{DockerSandbox, Program, Sandbox, SandboxConfig, SandboxError, Tests};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Kebab-case, stable: `engine`, `image-python`, `python-forged-pass`.
    pub name: String,
    pub ok: bool,
    pub detail: String,
    /// What to do, when it is not well.
    pub hint: Option<String>,
}

impl Check {
    fn good(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ok: true,
            detail: detail.into(),
            hint: None,
        }
    }

    fn bad(name: impl Into<String>, detail: impl Into<String>, hint: &str) -> Self {
        Self {
            name: name.into(),
            ok: false,
            detail: detail.into(),
            hint: Some(hint.to_owned()),
        }
    }

    fn error(name: impl Into<String>, error: &SandboxError) -> Self {
        let info = error.info();
        Self {
            name: name.into(),
            ok: false,
            detail: info.message,
            hint: info.hint,
        }
    }
}

/// Everything that was looked at, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorReport {
    pub checks: Vec<Check>,
}

impl DoctorReport {
    /// Whether every check went well.
    pub fn is_well(&self) -> bool {
        self.checks.iter().all(|check| check.ok)
    }
}

/// Looks at everything the sandbox needs, and lets honest and hostile programs try it.
/// Never fails: what is wrong is in the report. Takes a few seconds.
pub async fn doctor(config: &SandboxConfig) -> DoctorReport {
    let mut checks = Vec::new();
    let sandbox = match DockerSandbox::open(config.clone()).await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            checks.push(Check::error("engine", &error));
            return DoctorReport { checks };
        }
    };
    engine(&sandbox, &mut checks).await;
    let languages: Vec<_> = sandbox
        .languages()
        .iter()
        .map(|language| Language::new(&language.id))
        .collect();
    for language in languages {
        let name = format!("image-{language}");
        match sandbox.require(&language).await {
            Ok(image) => {
                let toolchain = image.toolchain.unwrap_or_default();
                checks.push(Check::good(name, format!("{}, {toolchain}", image.image)));
                self_test(&sandbox, &language, &mut checks).await;
            }
            // A language nobody has asked for is nothing that is wrong.
            Err(SandboxError::ImageMissing { .. }) => {
                let detail = format!("not built; assay sandbox build --language {language}");
                checks.push(Check::good(name, detail));
            }
            Err(error) => checks.push(Check::error(name, &error)),
        }
    }
    if !checks
        .iter()
        .any(|check| check.name.ends_with("-honest-program"))
    {
        checks.push(Check::bad(
            "images",
            "no language's image is built",
            "assay sandbox build",
        ));
    }
    sandbox.close().await;
    DoctorReport { checks }
}

async fn engine(sandbox: &DockerSandbox, checks: &mut Vec<Check>) {
    let engine = match sandbox.engine().await {
        Ok(engine) => engine,
        Err(error) => {
            checks.push(Check::error("engine", &error));
            return;
        }
    };
    checks.push(Check::good(
        "engine",
        format!(
            "{}, API {}, at {}{}",
            engine.label(),
            engine.api_version,
            engine.endpoint,
            if engine.rootless { ", rootless" } else { "" }
        ),
    ));
    checks.push(match engine.cgroup_version {
        Some(version) => Check::good("cgroups", format!("version {version}")),
        None => Check::bad(
            "cgroups",
            "the engine does not say which control groups it has",
            "without control groups, limits of memory and processes do not hold",
        ),
    });
    let storage = engine.storage_driver.unwrap_or_default();
    checks.push(if storage == "vfs" {
        Check::bad(
            "storage",
            "the engine copies whole images (vfs)",
            "use the overlay2 storage driver: containers start in a fraction of the time",
        )
    } else {
        Check::good("storage", storage)
    });
}

/// `trials.toml` of a language's folder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trials {
    #[serde(default)]
    prompt: String,
    #[serde(default)]
    setup: String,
    entry_point: String,
    tests: String,
    #[serde(rename = "trial")]
    trials: Vec<Trial>,
}

/// A program, what must become of it, and what it means if that holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trial {
    name: String,
    source: String,
    expected: Vec<Verdict>,
    good: String,
}

async fn self_test(sandbox: &DockerSandbox, language: &Language, checks: &mut Vec<Check>) {
    let trials = match sandbox.trials(language) {
        Ok(trials) => trials,
        Err(error) => {
            checks.push(Check::error(format!("{language}-trials"), &error));
            return;
        }
    };
    let limits = Limits {
        wall_ms: 3_000,
        ..Limits::default()
    };
    let cancel = CancellationToken::new();
    for trial in trials.trials {
        let program = Program {
            language: language.clone(),
            source: trial.source,
            stdin: None,
            tests: Some(Tests {
                source: trials.tests.clone(),
                prompt: trials.prompt.clone(),
                setup: trials.setup.clone(),
                entry_point: trials.entry_point.clone(),
                form: TestForm::Statements,
            }),
        };
        let execution = sandbox.execute(&program, &limits, &cancel).await;
        let name = format!("{language}-{}", trial.name);
        checks.push(if trial.expected.contains(&execution.verdict) {
            Check::good(name, trial.good)
        } else {
            let detail = execution.detail.unwrap_or_default();
            Check::bad(
                name,
                format!("got {}: {detail}", execution.verdict.as_str()),
                "do not trust verdicts of this engine; try another one, or report this",
            )
        });
    }
    match sandbox.timeout_scale(language).await {
        Ok(scale) => checks.push(Check::good(
            format!("{language}-speed"),
            format!("wall-clock limits are stretched by {scale:.2} on this machine"),
        )),
        Err(error) => checks.push(Check::error(format!("{language}-speed"), &error)),
    }
}
