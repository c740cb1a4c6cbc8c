//! Programs executed as one would without a pool: by the bare toolchain of a language's image.

use std::collections::HashMap;

use bollard::container::LogOutput;
use bollard::models::{ContainerCreateBody, HostConfig};
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, CreateContainerOptions, StartContainerOptions,
    WaitContainerOptions,
};
use futures::StreamExt;
use serde::Deserialize;
use tokio::io::AsyncWriteExt;

use crate::SandboxError;
use crate::container::remove;
use crate::engine::Engine;
use crate::language::LanguageFolder;

/// Writes every program into a folder of its own and has the shell run the line there, so many at a time.
const LOOP: &str = r#"
import json, os, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor
job = json.load(sys.stdin)
def run(item):
    number, text = item
    folder = "/tmp/%d" % number
    os.mkdir(folder)
    with open(os.path.join(folder, job["file"]), "w") as file:
        file.write(text)
    done = subprocess.run(["sh", "-c", job["line"]], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0
start = time.perf_counter()
with ThreadPoolExecutor(job["workers"]) as pool:
    passed = sum(pool.map(run, enumerate(job["programs"])))
print(json.dumps({"wall_s": time.perf_counter() - start, "passed": passed}))
"#;

#[derive(Debug, Deserialize)]
pub(super) struct Looped {
    pub wall_s: f64,
    pub passed: u32,
}

/// All programs by the bare toolchain, in one container without supervisor, user or limits.
pub(super) async fn bare(
    engine: &Engine,
    folder: &LanguageFolder,
    labels: HashMap<String, String>,
    programs: &[String],
    workers: usize,
) -> Result<Looped, SandboxError> {
    let job = serde_json::json!({
        "file": folder.definition.file,
        "line": folder.definition.bare,
        "programs": programs,
        "workers": workers,
    });
    let command = ["python3", "-c", LOOP].map(str::to_owned).to_vec();
    let (_, output) = run(engine, folder, labels, command, job.to_string()).await?;
    serde_json::from_str(&output).map_err(|error| SandboxError::Bench {
        action: "read what the bare toolchain measured",
        reason: error.to_string(),
    })
}

/// One program in a container of its own, as `docker run --rm` does it. Whether it passed.
pub(super) async fn container(
    engine: &Engine,
    folder: &LanguageFolder,
    labels: HashMap<String, String>,
    program: &str,
) -> Result<bool, SandboxError> {
    let line = format!(
        "cd /tmp && cat > {} && {}",
        folder.definition.file, folder.definition.bare
    );
    let command = ["sh".to_owned(), "-c".to_owned(), line].to_vec();
    let (code, _) = run(engine, folder, labels, command, program.to_owned()).await?;
    Ok(code == 0)
}

/// A container from its making to its removal: (exit code, standard output).
async fn run(
    engine: &Engine,
    folder: &LanguageFolder,
    labels: HashMap<String, String>,
    command: Vec<String>,
    input: String,
) -> Result<(i64, String), SandboxError> {
    let failed = |error| SandboxError::engine("run a container by itself", error);
    let body = ContainerCreateBody {
        image: Some(folder.image.clone()),
        cmd: Some(command),
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        open_stdin: Some(true),
        stdin_once: Some(true),
        labels: Some(labels),
        host_config: Some(HostConfig {
            network_mode: Some("none".to_owned()),
            tmpfs: Some(HashMap::from([("/tmp".to_owned(), "rw,exec".to_owned())])),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    };
    let docker = &engine.docker;
    let created = docker
        .create_container(None::<CreateContainerOptions>, body)
        .await
        .map_err(failed)?;
    let work = async {
        let options = AttachContainerOptionsBuilder::new()
            .stream(true)
            .stdin(true)
            .stdout(true)
            .build();
        let mut attached = docker
            .attach_container(&created.id, Some(options))
            .await
            .map_err(failed)?;
        docker
            .start_container(&created.id, None::<StartContainerOptions>)
            .await
            .map_err(failed)?;
        let sent = async {
            attached.input.write_all(input.as_bytes()).await?;
            attached.input.shutdown().await
        };
        sent.await.map_err(|error| SandboxError::Bench {
            action: "hand a program over",
            reason: error.to_string(),
        })?;
        let mut output = Vec::new();
        while let Some(part) = attached.output.next().await {
            if let LogOutput::StdOut { message } = part.map_err(failed)? {
                output.extend_from_slice(&message);
            }
        }
        let mut ends = docker.wait_container(&created.id, None::<WaitContainerOptions>);
        let code = match ends.next().await {
            Some(Ok(end)) => end.status_code,
            // Any code but 0 comes as an error.
            Some(Err(_)) | None => 1,
        };
        Ok((code, String::from_utf8_lossy(&output).into_owned()))
    };
    let outcome = work.await;
    remove(engine, &created.id).await;
    outcome
}
