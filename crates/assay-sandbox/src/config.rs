//! How the sandbox is set up.

use std::path::PathBuf;
use std::time::Duration;

/// Whether containers are kept between programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Isolation {
    /// Warm containers, one program at a time in each, cleaned in between.
    #[default]
    Pool,
    /// A fresh container for every program.
    Container,
}

/// Settings of a [`crate::DockerSandbox`].
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    /// The engine's address (`unix://…`, `tcp://…`, `http://…`). `None`: the environment's
    /// `DOCKER_HOST`, else the platform's default socket.
    pub engine: Option<String>,
    /// Where the lock that marks this process' containers as in use is kept: the data folder.
    /// Containers left by a dead process that used the same folder are removed by the next.
    pub state_dir: PathBuf,
    /// Programs executed at once. `None`: the number of processors.
    pub concurrency: Option<usize>,
    pub isolation: Isolation,
    /// A container is replaced after this many programs.
    pub recycle_after: u32,
    /// A container that nobody wanted for this long is given up.
    pub idle_after: Duration,
    /// Whether what a busy machine may have caused (a timeout, the compiler's too, threads that could not be started,
    /// a kill that was not the sandbox's) is confirmed by running the program once more with nothing beside it.
    pub confirm: bool,
    /// The stretch of wall-clock limits; `None`: measured when the first container starts.
    pub timeout_scale: Option<f64>,
}

impl SandboxConfig {
    pub fn new(state_dir: impl Into<PathBuf>) -> Self {
        Self {
            engine: None,
            state_dir: state_dir.into(),
            concurrency: None,
            isolation: Isolation::default(),
            recycle_after: 500,
            idle_after: Duration::from_secs(300),
            confirm: true,
            timeout_scale: None,
        }
    }
}
