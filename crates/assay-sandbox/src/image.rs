//! The languages' images: which are there, and building those that are not.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::time::Duration;

use bollard::body_full;
use bollard::models::{ContainerCreateBody, HostConfig};
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, BuildImageOptionsBuilder, CreateContainerOptions,
    CreateImageOptionsBuilder, StartContainerOptions,
};
use futures::StreamExt;
use tokio_util::sync::CancellationToken;

use crate::container::{self, Unfinished};
use crate::engine::{Engine, is_absent};
use crate::language::LanguageFolder;
use crate::{ImageInfo, SandboxError};

/// The label that says what the toolchain answered when it was asked for its version.
const TOOLCHAIN_LABEL: &str = "assay.toolchain";
/// Says, on images and containers, that they are this program's.
pub(crate) const OURS_LABEL: &str = "assay";

/// A registry that says nothing for this long is taken as refusing.
const PULL_PATIENCE: Duration = Duration::from_secs(60);
const KEPT_LOG_LINES: usize = 25;

/// What a build tells while it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuildEvent {
    /// A step of ours begins, in a few words for people.
    Step(String),
    /// A line of the engine's log.
    Log(String),
}

pub(crate) async fn inspect(
    engine: &Engine,
    folder: &LanguageFolder,
) -> Result<ImageInfo, SandboxError> {
    let mut info = ImageInfo {
        language: folder.language(),
        title: folder.definition.title.clone(),
        image: folder.image.clone(),
        present: false,
        digest: None,
        size_bytes: None,
        toolchain: None,
        created: None,
    };
    let image = match engine.docker.inspect_image(&folder.image).await {
        Ok(image) => image,
        Err(error) if is_absent(&error) => return Ok(info),
        Err(error) => return Err(SandboxError::engine("tell about an image", error)),
    };
    info.present = true;
    info.digest = image.id;
    info.size_bytes = image.size.and_then(|bytes| u64::try_from(bytes).ok());
    info.toolchain = image
        .config
        .and_then(|config| config.labels)
        .and_then(|labels| labels.get(TOOLCHAIN_LABEL).cloned());
    info.created = image.created.map(|date| date.to_string());
    Ok(info)
}

/// Builds the language's image: base, toolchain and supervisor first, then the label with the
/// version that toolchain tells.
pub(crate) async fn build(
    engine: &Engine,
    folder: &LanguageFolder,
    labels: HashMap<String, String>,
    progress: &(dyn Fn(BuildEvent) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<ImageInfo, SandboxError> {
    let work = async {
        let base = choose_base(engine, folder, progress).await?;
        let title = &folder.definition.title;
        progress(BuildEvent::Step(format!("building {title} on {base}")));
        let unlabelled = format!("{}-unlabelled", folder.image);
        let arguments = HashMap::from([("BASE".to_owned(), base)]);
        let context = context(
            folder
                .files
                .iter()
                .map(|(path, content)| (path.as_str(), *content)),
        );
        run_build(engine, folder, &unlabelled, arguments, context, progress).await?;

        progress(BuildEvent::Step(format!("asking {title} for its version")));
        let toolchain = toolchain_version(engine, folder, &unlabelled, labels).await?;
        progress(BuildEvent::Log(toolchain.clone()));
        let quoted = serde_json::Value::from(toolchain).to_string();
        let dockerfile = format!("FROM {unlabelled}\nLABEL {TOOLCHAIN_LABEL}={quoted}\n");
        let labelled = self::context([("Dockerfile", dockerfile.as_bytes())]);
        run_build(
            engine,
            folder,
            &folder.image,
            HashMap::new(),
            labelled,
            progress,
        )
        .await?;
        // Its layers stay: the labelled image is made of them.
        let untag = bollard::query_parameters::RemoveImageOptionsBuilder::new()
            .noprune(true)
            .build();
        if let Err(error) = engine
            .docker
            .remove_image(&unlabelled, Some(untag), None)
            .await
        {
            tracing::debug!(%error, "the intermediate image keeps its name");
        }
        inspect(engine, folder).await
    };
    // Dropping the request is what ends the build: the engine watches its client.
    tokio::select! {
        outcome = work => outcome,
        () = cancel.cancelled() => Err(SandboxError::Cancelled),
    }
}

/// The base image: the public one or our own, where the engine has one of them; else the public one, pulled.
async fn choose_base(
    engine: &Engine,
    folder: &LanguageFolder,
    progress: &(dyn Fn(BuildEvent) + Send + Sync),
) -> Result<String, SandboxError> {
    let image = &folder.definition.image;
    for name in [&image.base, &image.own] {
        match engine.docker.inspect_image(name).await {
            Ok(_) => return Ok(name.clone()),
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(SandboxError::engine("tell about an image", error)),
        }
    }
    progress(BuildEvent::Step(format!("pulling {}", image.base)));
    let (name, tag) = image
        .base
        .split_once(':')
        .unwrap_or((&image.base, "latest"));
    let options = CreateImageOptionsBuilder::new()
        .from_image(name)
        .tag(tag)
        .build();
    let pull = async {
        let mut stream = engine.docker.create_image(Some(options), None, None);
        let mut last = String::new();
        loop {
            let Ok(item) = tokio::time::timeout(PULL_PATIENCE, stream.next()).await else {
                return Err(format!("no answer within {} s", PULL_PATIENCE.as_secs()));
            };
            let Some(item) = item else { return Ok(()) };
            match item {
                Ok(info) => {
                    let line = [info.id, info.status].into_iter().flatten();
                    let line = line.collect::<Vec<_>>().join(": ");
                    if line != last {
                        progress(BuildEvent::Log(line.clone()));
                        last = line;
                    }
                }
                Err(error) => return Err(error.to_string()),
            }
        }
    };
    match pull.await {
        Ok(()) => Ok(image.base.clone()),
        Err(reason) => Err(SandboxError::BaseMissing {
            public: image.base.clone(),
            own: image.own.clone(),
            reason,
        }),
    }
}

async fn run_build(
    engine: &Engine,
    folder: &LanguageFolder,
    tag: &str,
    arguments: HashMap<String, String>,
    context: io::Result<Vec<u8>>,
    progress: &(dyn Fn(BuildEvent) + Send + Sync),
) -> Result<(), SandboxError> {
    let failed = |reason: String, log: VecDeque<String>| SandboxError::Build {
        language: folder.language(),
        reason,
        log: log.into(),
    };
    let context = context.map_err(|error| failed(error.to_string(), VecDeque::new()))?;
    let labels = HashMap::from([(OURS_LABEL.to_owned(), "image".to_owned())]);
    let options = BuildImageOptionsBuilder::new()
        .t(tag)
        .rm(true)
        .forcerm(true)
        .buildargs(&arguments)
        .labels(&labels)
        // The packages come over the host's network: an engine may have no bridge at all.
        .networkmode("host")
        .build();
    let mut log = VecDeque::new();
    let mut partial = String::new();
    let mut stream = engine
        .docker
        .build_image(options, None, Some(body_full(context.into())));
    while let Some(item) = stream.next().await {
        match item {
            Ok(info) => {
                partial.push_str(&info.stream.unwrap_or_default());
                while let Some(end) = partial.find('\n') {
                    let line: String = partial.drain(..=end).collect();
                    let line = line.trim_end();
                    if line.is_empty() {
                        continue;
                    }
                    if log.len() == KEPT_LOG_LINES {
                        log.pop_front();
                    }
                    log.push_back(line.to_owned());
                    progress(BuildEvent::Log(line.to_owned()));
                }
            }
            Err(error) => return Err(failed(error.to_string(), log)),
        }
    }
    Ok(())
}

/// A tar archive of the given files, the same bytes for the same files.
fn context<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        archive.append_data(&mut header, path, bytes)?;
    }
    archive.into_inner()
}

/// Runs the language's version command in `image` and returns what it printed.
async fn toolchain_version(
    engine: &Engine,
    folder: &LanguageFolder,
    image: &str,
    labels: HashMap<String, String>,
) -> Result<String, SandboxError> {
    let failed = |error: bollard::errors::Error| {
        SandboxError::engine("run the toolchain's version command", error)
    };
    let body = ContainerCreateBody {
        image: Some(image.to_owned()),
        entrypoint: Some(folder.definition.version.clone()),
        cmd: Some(Vec::new()),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        labels: Some(labels),
        host_config: Some(HostConfig {
            network_mode: Some("none".to_owned()),
            readonly_rootfs: Some(true),
            cap_drop: Some(vec!["ALL".to_owned()]),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    };
    let id = engine
        .docker
        .create_container(None::<CreateContainerOptions>, body)
        .await
        .map_err(failed)?
        .id;
    // Asking may be given up at any time.
    let unfinished = Unfinished::new(engine, &id);
    let output = async {
        let options = AttachContainerOptionsBuilder::new()
            .stream(true)
            .stdout(true)
            .stderr(true)
            .build();
        let mut attached = engine.docker.attach_container(&id, Some(options)).await?;
        engine
            .docker
            .start_container(&id, None::<StartContainerOptions>)
            .await?;
        let mut text = Vec::new();
        while let Some(part) = attached.output.next().await {
            text.extend_from_slice(&part?.into_bytes());
        }
        Ok(text)
    }
    .await;
    container::remove(engine, &id).await;
    unfinished.done();
    let text = String::from_utf8_lossy(&output.map_err(failed)?)
        .lines()
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    if text.is_empty() {
        return Err(SandboxError::Build {
            language: folder.language(),
            reason: format!("{:?} printed nothing", folder.definition.version.join(" ")),
            log: Vec::new(),
        });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_is_the_same_for_the_same_files() {
        let files = [("Dockerfile", &b"FROM x"[..]), ("a/b.py", b"pass")];
        let one = context(files).unwrap();
        assert_eq!(one, context(files).unwrap());
        let mut archive = tar::Archive::new(&one[..]);
        let names: Vec<_> = archive
            .entries()
            .unwrap()
            .map(|entry| entry.unwrap().path().unwrap().display().to_string())
            .collect();
        assert_eq!(names, ["Dockerfile", "a/b.py"]);
    }
}
