//! Is the sandbox able to do what it promises, here and now?

use assay_core::{Coded, Language};
use serde::{Deserialize, Serialize};

use crate::{DockerSandbox, SandboxConfig, SandboxError};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Kebab-case, stable: `engine`, `image-python`, `forged-pass-python`.
    pub name: String,
    pub ok: bool,
    pub detail: String,
    /// What to do, when it is not well.
    pub hint: Option<String>,
}

impl Check {
    pub(crate) fn good(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ok: true,
            detail: detail.into(),
            hint: None,
        }
    }

    pub(crate) fn error(name: impl Into<String>, error: &SandboxError) -> Self {
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

/// Looks at everything the sandbox needs, and lets hostile and honest programs try it.
/// Never fails: what is wrong is in the report. Takes a few seconds.
pub async fn doctor(config: &SandboxConfig) -> DoctorReport {
    let mut report = DoctorReport::default();
    let sandbox = match DockerSandbox::open(config.clone()).await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            report.checks.push(Check::error("engine", &error));
            return report;
        }
    };
    match sandbox.engine().await {
        Ok(engine) => report.checks.push(Check::good("engine", engine.label())),
        Err(error) => report.checks.push(Check::error("engine", &error)),
    }
    for language in sandbox.languages() {
        let name = format!("image-{}", language.id);
        match sandbox.require(&Language::new(&language.id)).await {
            Ok(image) => report.checks.push(Check::good(name, image.image)),
            Err(error) => report.checks.push(Check::error(name, &error)),
        }
    }
    report
}
