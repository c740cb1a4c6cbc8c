//! One container: started hardened, spoken to in frames, removed whatever happens.

use std::collections::HashMap;
use std::pin::Pin;
use std::time::{Duration, Instant};

use assay_core::Language;
use bollard::container::LogOutput;
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, CreateContainerOptions, RemoveContainerOptionsBuilder,
    StartContainerOptions,
};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::SandboxError;
use crate::engine::{Engine, is_absent};
use crate::frame::{self, FrameBuffer};
use crate::language::LanguageFolder;
use crate::protocol::{Answer, Hello, PROTOCOL, Request};
use crate::shape::Shape;

/// From start to the supervisor's first word, on a machine that is very busy.
const START: Duration = Duration::from_secs(30);
/// What an answer may take beyond the program's own limit.
const GRACE: Duration = Duration::from_secs(10);

/// A running container with a supervisor that waits for programs.
pub(crate) struct Container {
    engine: Engine,
    pub id: String,
    pub shape: Shape,
    pub language: Language,
    pub hello: Hello,
    /// Digest of the image it was made from.
    pub digest: Option<String>,
    /// Programs executed in it.
    pub jobs: u32,
    /// When it was last given back.
    pub idle_since: Instant,
    /// Which user ids it uses.
    pub slot: u32,
    input: Pin<Box<dyn AsyncWrite + Send>>,
    output: Pin<Box<dyn Stream<Item = Result<LogOutput, bollard::errors::Error>> + Send>>,
    buffer: FrameBuffer,
    /// The last line the supervisor wrote to its standard error: its own failure, if it failed.
    complaint: String,
    removed: bool,
}

impl std::fmt::Debug for Container {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Container")
            .field("id", &self.id)
            .field("jobs", &self.jobs)
            .finish_non_exhaustive()
    }
}

/// Removes a container that was made, unless somebody else will: a [`Container`], or whoever made it.
pub(crate) struct Unfinished<'a> {
    engine: &'a Engine,
    id: Option<String>,
}

impl<'a> Unfinished<'a> {
    pub fn new(engine: &'a Engine, id: &str) -> Self {
        Self {
            engine,
            id: Some(id.to_owned()),
        }
    }

    pub fn done(mut self) {
        self.id = None;
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            remove_later(self.engine.clone(), id);
        }
    }
}

impl Container {
    /// Starts a container of `shape` and waits for its supervisor.
    pub async fn start(
        engine: &Engine,
        folder: &LanguageFolder,
        shape: Shape,
        labels: HashMap<String, String>,
        slot: u32,
    ) -> Result<Self, SandboxError> {
        let body = shape.body(folder, labels, slot, engine.podman);
        let created = engine
            .docker
            .create_container(None::<CreateContainerOptions>, body)
            .await;
        let id = match created {
            Ok(created) => created.id,
            Err(error) if is_absent(&error) => {
                return Err(SandboxError::ImageMissing {
                    language: folder.language(),
                    image: shape.image,
                });
            }
            Err(error) => return Err(SandboxError::engine("create a container", error)),
        };
        let unfinished = Unfinished::new(engine, &id);
        let options = AttachContainerOptionsBuilder::new()
            .stream(true)
            .stdin(true)
            .stdout(true)
            .stderr(true)
            .build();
        // Before the start: what a process says before anybody listens is lost.
        let attached = engine
            .docker
            .attach_container(&id, Some(options))
            .await
            .map_err(|error| SandboxError::engine("attach to a container", error))?;
        engine
            .docker
            .start_container(&id, None::<StartContainerOptions>)
            .await
            .map_err(|error| SandboxError::engine("start a container", error))?;
        let mut container = Self {
            engine: engine.clone(),
            id,
            shape,
            language: folder.language(),
            hello: Hello {
                protocol: 0,
                toolchain: String::new(),
                calibration_ms: 0.0,
            },
            digest: None,
            jobs: 0,
            idle_since: Instant::now(),
            slot,
            input: attached.input,
            output: attached.output,
            buffer: FrameBuffer::default(),
            complaint: String::new(),
            removed: false,
        };
        unfinished.done();
        let hello = tokio::time::timeout(START, container.read())
            .await
            .map_err(|_| SandboxError::container("did not say hello"))??;
        container.hello = serde_json::from_slice(&hello)
            .map_err(|error| SandboxError::container(format!("said nonsense ({error})")))?;
        if container.hello.protocol != PROTOCOL {
            return Err(SandboxError::container(format!(
                "speaks protocol {}, not {PROTOCOL}",
                container.hello.protocol
            )));
        }
        container.digest = engine
            .docker
            .inspect_image(&container.shape.image)
            .await
            .ok()
            .and_then(|image| image.id);
        tracing::debug!(id = %container.id, toolchain = %container.hello.toolchain, "container up");
        Ok(container)
    }

    /// Has one program executed.
    ///
    /// # Errors
    /// [`SandboxError::Container`] when the container ended or does not answer; it is of no use
    /// any more then.
    pub async fn execute(&mut self, request: &Request<'_>) -> Result<Answer, SandboxError> {
        let lost =
            |error: String| SandboxError::container(format!("cannot be spoken to ({error})"));
        let body = serde_json::to_vec(request).map_err(|error| lost(error.to_string()))?;
        let frame = frame::encode(&body).map_err(|error| lost(error.to_string()))?;
        let limits = u64::from(request.limits.wall_ms) + u64::from(request.compile_ms);
        let patience = Duration::from_millis(limits) + GRACE;
        let exchange = async {
            let sent = async {
                self.input.write_all(&frame).await?;
                self.input.flush().await
            };
            if let Err(error) = sent.await {
                // Reading tells better why.
                tracing::debug!(%error, "a program could not be sent");
            }
            self.read().await
        };
        let body = tokio::time::timeout(patience, exchange)
            .await
            .map_err(|_| SandboxError::container("does not answer"))??;
        self.jobs += 1;
        let answer: Answer = serde_json::from_slice(&body)
            .map_err(|error| SandboxError::container(format!("answered nonsense ({error})")))?;
        if answer.id != request.id {
            return Err(SandboxError::container("answered another question"));
        }
        Ok(answer)
    }

    async fn read(&mut self) -> Result<Bytes, SandboxError> {
        loop {
            if let Some(body) = self
                .buffer
                .next()
                .map_err(|error| SandboxError::container(error.to_string()))?
            {
                return Ok(body);
            }
            match self.output.next().await {
                Some(Ok(LogOutput::StdErr { message })) => {
                    let text = String::from_utf8_lossy(&message);
                    tracing::debug!(id = %self.id, "supervisor: {}", text.trim_end());
                    if let Some(line) = text.lines().rfind(|line| !line.trim().is_empty()) {
                        line.trim().clone_into(&mut self.complaint);
                    }
                }
                Some(Ok(output)) => self.buffer.push(&output.into_bytes()),
                Some(Err(error)) => {
                    return Err(SandboxError::container(format!(
                        "is out of reach ({error})"
                    )));
                }
                None if self.complaint.is_empty() => return Err(SandboxError::container("ended")),
                None => {
                    let complaint = &self.complaint;
                    return Err(SandboxError::container(format!("ended ({complaint})")));
                }
            }
        }
    }

    /// Ends the container and waits until the engine has removed it.
    pub async fn remove(mut self) {
        self.removed = true;
        remove(&self.engine, &self.id).await;
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        if !self.removed {
            remove_later(self.engine.clone(), std::mem::take(&mut self.id));
        }
    }
}

/// Removes a container in the background. Where there is no runtime any more, nothing is lost: the
/// closed connection ends the supervisor, and the engine removes what has ended.
fn remove_later(engine: Engine, id: String) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(async move { remove(&engine, &id).await });
    }
}

pub(crate) async fn remove(engine: &Engine, id: &str) {
    let options = RemoveContainerOptionsBuilder::new()
        .force(true)
        .v(true)
        .build();
    match engine.docker.remove_container(id, Some(options)).await {
        Ok(()) => {}
        // Gone already, or the engine is at it.
        Err(bollard::errors::Error::DockerResponseServerError {
            status_code: 404 | 409,
            ..
        }) => {}
        Err(error) => tracing::warn!(%error, id, "a container could not be removed"),
    }
}

#[cfg(test)]
mod tests {
    use assay_core::Limits;

    use super::*;
    use crate::language::load_all;

    /// Whatever is sent to a supervisor as a frame, it answers or it ends; it never leaves us waiting, and what
    /// it answers is a frame.
    #[tokio::test(flavor = "multi_thread")]
    async fn no_request_leaves_anybody_waiting() {
        use rand_chacha::ChaCha8Rng;
        use rand_chacha::rand_core::{RngCore, SeedableRng};

        let engine = Engine::connect(None)
            .await
            .expect("this test needs a container engine");
        let folders = load_all().unwrap();
        let good = serde_json::json!({
            "id": 1, "source": "x", "file": "x", "stdin": null, "compile_ms": 2_000, "tests": null,
            "limits": Limits { wall_ms: 500, ..Limits::default() },
        });
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        for language in ["python", "javascript", "go"] {
            let folder = folders
                .iter()
                .find(|folder| folder.definition.id == language)
                .unwrap();
            for _ in 0..12 {
                let shape = Shape::new(folder, &Limits::default());
                let labels = HashMap::from([("assay".to_owned(), "test".to_owned())]);
                let mut container = Container::start(&engine, folder, shape, labels, 60)
                    .await
                    .expect("the image is built");
                // A good request in which something is not what it should be, or no request at all.
                let mut request = good.clone();
                let keys = [
                    "id",
                    "source",
                    "file",
                    "stdin",
                    "compile_ms",
                    "tests",
                    "limits",
                ];
                let odd = [
                    serde_json::json!(null),
                    serde_json::json!([[]]),
                    serde_json::json!(-1),
                    serde_json::json!("\u{0}\u{fffd}"),
                    serde_json::json!({"source": 1}),
                ];
                let pick = |rng: &mut ChaCha8Rng, count: usize| rng.next_u32() as usize % count;
                let body = if pick(&mut rng, 3) == 0 {
                    let mut bytes = vec![0; pick(&mut rng, 200)];
                    rng.fill_bytes(&mut bytes);
                    bytes
                } else {
                    let key = keys[pick(&mut rng, keys.len())];
                    request[key] = odd[pick(&mut rng, odd.len())].clone();
                    serde_json::to_vec(&request).unwrap()
                };
                let frame = frame::encode(&body).unwrap();
                container.input.write_all(&frame).await.unwrap();
                container.input.flush().await.unwrap();
                let answer = tokio::time::timeout(Duration::from_secs(15), container.read()).await;
                let answer = answer.unwrap_or_else(|_| panic!("{language} hangs on {body:?}"));
                // Nothing that is asked here can pass: `x` is not defined in any of them.
                if let Ok(answer) = answer {
                    let said = String::from_utf8_lossy(&body);
                    let answer: serde_json::Value = serde_json::from_slice(&answer)
                        .unwrap_or_else(|error| panic!("{language} on {said}: {error}"));
                    assert!(
                        answer["verdict"].is_string(),
                        "{language} on {said}: {answer}"
                    );
                    assert_ne!(
                        answer["verdict"], "passed",
                        "{language} on {said}: {answer}"
                    );
                }
                container.remove().await;
            }
        }
    }
}
