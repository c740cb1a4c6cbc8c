//! Reaching the container engine.

use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error as EngineError;
use bollard::models::SystemVersion;

use crate::{EngineInfo, SandboxError};

/// A local engine answers in milliseconds; a remote one behind a slow line within this.
const ANSWER: Duration = Duration::from_secs(10);

#[derive(Debug, Clone)]
pub(crate) struct Engine {
    pub docker: Docker,
    pub endpoint: String,
    pub podman: bool,
}

impl Engine {
    /// Connects to `address`, else `DOCKER_HOST`, else the platform's default socket.
    pub async fn connect(address: Option<&str>) -> Result<Self, SandboxError> {
        let endpoint = address
            .map(str::to_owned)
            .or_else(|| std::env::var("DOCKER_HOST").ok())
            .filter(|address| !address.trim().is_empty())
            .unwrap_or_else(default_endpoint);
        let docker =
            Docker::connect_with_host(&endpoint).map_err(|error| unreachable(&endpoint, error))?;
        let answer = tokio::time::timeout(ANSWER, async {
            let docker = docker.negotiate_version().await?;
            let version = docker.version().await?;
            Ok::<_, EngineError>((docker, version))
        });
        let (docker, version) = answer
            .await
            .map_err(|error| SandboxError::EngineUnreachable {
                endpoint: endpoint.clone(),
                source: error.into(),
            })?
            .map_err(|error| unreachable(&endpoint, error))?;
        Ok(Self {
            podman: is_podman(&version),
            docker,
            endpoint,
        })
    }

    pub async fn info(&self) -> Result<EngineInfo, SandboxError> {
        let answer = tokio::time::timeout(ANSWER, async {
            let version = self.docker.version().await?;
            let info = self.docker.info().await?;
            Ok::<_, EngineError>((version, info))
        });
        let (version, info) = answer
            .await
            .map_err(|error| SandboxError::EngineUnreachable {
                endpoint: self.endpoint.clone(),
                source: error.into(),
            })?
            .map_err(|error| unreachable(&self.endpoint, error))?;
        Ok(EngineInfo {
            name: if self.podman { "Podman" } else { "Docker" }.to_owned(),
            version: version.version.unwrap_or_default(),
            api_version: version.api_version.unwrap_or_default(),
            endpoint: self.endpoint.clone(),
            platform: format!(
                "{} {}",
                version.os.unwrap_or_default(),
                version.arch.unwrap_or_default()
            ),
            cgroup_version: info
                .cgroup_version
                .and_then(|version| version.to_string().parse().ok()),
            storage_driver: info.driver,
            rootless: info
                .security_options
                .iter()
                .flatten()
                .any(|option| option.contains("rootless")),
            processors: info.ncpu.and_then(|count| u32::try_from(count).ok()),
            memory_bytes: info.mem_total.and_then(|bytes| u64::try_from(bytes).ok()),
        })
    }
}

fn is_podman(version: &SystemVersion) -> bool {
    let first = version.components.iter().flatten().next();
    first.is_some_and(|component| component.name.contains("Podman"))
}

/// The first socket that is there: the system's engine, then the usual places of rootless Docker,
/// Podman and Docker Desktop.
#[cfg(unix)]
fn default_endpoint() -> String {
    let system = "/var/run/docker.sock".to_owned();
    let runtime = std::env::var("XDG_RUNTIME_DIR").ok().into_iter();
    let runtime = runtime.flat_map(|at| {
        [
            format!("{at}/docker.sock"),
            format!("{at}/podman/podman.sock"),
        ]
    });
    let home = std::env::var("HOME").ok().into_iter();
    let desktop = home.map(|at| format!("{at}/.docker/run/docker.sock"));
    let path = std::iter::once(system.clone())
        .chain(runtime)
        .chain(desktop)
        .find(|path| std::path::Path::new(path).exists())
        .unwrap_or(system);
    format!("unix://{path}")
}

#[cfg(not(unix))]
fn default_endpoint() -> String {
    "npipe:////./pipe/docker_engine".to_owned()
}

/// What a failure to connect means to a person.
fn unreachable(endpoint: &str, error: EngineError) -> SandboxError {
    if let EngineError::UnsupportedURISchemeError { .. } = error {
        return SandboxError::EngineAddress {
            value: endpoint.to_owned(),
        };
    }
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    let mut forbidden = false;
    while let Some(at) = cause {
        forbidden |= at
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::PermissionDenied);
        cause = at.source();
    }
    let endpoint = endpoint.to_owned();
    let source = error.into();
    if forbidden {
        SandboxError::EngineForbidden { endpoint, source }
    } else {
        SandboxError::EngineUnreachable { endpoint, source }
    }
}

/// Whether the engine said that the thing is not there.
pub(crate) fn is_absent(error: &EngineError) -> bool {
    matches!(
        error,
        EngineError::DockerResponseServerError {
            status_code: 404,
            ..
        }
    )
}
