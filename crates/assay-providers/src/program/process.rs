//! One started program: its pipes, its last words, and its end.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;

use super::lines::{Line, Lines};
use crate::custom::{ProgramDefinition, looks_secret};
use crate::key::without_keys;
use crate::{ApiKey, ApiKeys, Failure};

/// Of one line of output no more is taken, and of one answer in all.
pub(super) const MAX_OUTPUT: usize = 16 << 20;
/// Of its standard error, what goes into errors.
const LAST_LINES: usize = 8;
const MAX_LOG_LINE: usize = 2 << 10;
/// How long a program that has closed its output may take to end.
const ENDING: Duration = Duration::from_secs(2);

/// How the program is started.
#[derive(Debug)]
pub(super) struct Launch {
    pub(super) name: String,
    program: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
    environment: Vec<(String, String)>,
    keys: Vec<(String, ApiKey)>,
}

impl Launch {
    /// # Errors
    /// A key that is not set.
    pub(super) fn new(
        name: &str,
        definition: &ProgramDefinition,
        data_dir: &Path,
        keys: &ApiKeys,
    ) -> Result<Self, Failure> {
        let folder = data_dir.join(definition.cwd.as_deref().unwrap_or_default());
        let (program, arguments) =
            definition
                .command
                .split_first()
                .ok_or_else(|| Failure::Definition {
                    detail: format!("program.{name}.command names no program"),
                })?;
        let program = if Path::new(program).components().count() > 1 {
            folder.join(program)
        } else {
            PathBuf::from(program)
        };
        let keys = definition
            .env_keys
            .iter()
            .map(|variable| match keys.get(variable) {
                Some(key) => Ok((variable.clone(), key)),
                None => Err(Failure::NotStarted {
                    program: name.to_owned(),
                    detail: format!("the environment variable {variable} is not set"),
                }),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            name: name.to_owned(),
            program,
            arguments: arguments.to_vec(),
            folder,
            environment: definition.env.clone().into_iter().collect(),
            keys,
        })
    }

    /// The program and its arguments, for people.
    pub(super) fn command(&self) -> String {
        let mut words = vec![self.program.display().to_string()];
        words.extend(self.arguments.iter().cloned());
        self.without_keys(&words.join(" "))
    }

    pub(super) fn failed(&self, detail: impl Into<String>) -> Failure {
        Failure::Program {
            program: self.name.clone(),
            detail: self.without_keys(&detail.into()),
        }
    }

    pub(super) fn not_started(&self, detail: impl Into<String>) -> Failure {
        Failure::NotStarted {
            program: self.name.clone(),
            detail: self.without_keys(&detail.into()),
        }
    }

    /// The text without the program's keys, which it may well repeat.
    pub(super) fn without_keys(&self, text: &str) -> String {
        hide(&self.keys, text)
    }

    /// # Errors
    /// [`Failure::NotStarted`].
    pub(super) fn start(&self) -> Result<Process, Failure> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for (variable, _) in std::env::vars_os() {
            if variable.to_str().is_some_and(looks_secret) {
                command.env_remove(variable);
            }
        }
        command.envs(self.environment.iter().cloned());
        command.envs(self.keys.iter().map(|(name, key)| (name, key.reveal())));
        // A group of its own: what it starts ends with it, and a Ctrl-C at the terminal is ours to handle.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(|error| {
            let what = if self.folder.is_dir() {
                self.program.display()
            } else {
                self.folder.display()
            };
            self.not_started(format!("{what}: {error}"))
        })?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(self.not_started("it has no pipes"));
        };
        let last_words = LastWords::default();
        tracing::debug!(program = %self.name, pid = child.id(), "started");
        Ok(Process {
            group: child.id(),
            child,
            stdin,
            lines: Lines::new(stdout, MAX_OUTPUT),
            listener: tokio::spawn(listen(
                self.name.clone(),
                self.keys.clone(),
                stderr,
                last_words.clone(),
            )),
            last_words,
            in_step: true,
            asked: false,
        })
    }
}

fn hide(keys: &[(String, ApiKey)], text: &str) -> String {
    without_keys(keys.iter().map(|(_, key)| key), text)
}

/// The end of what the program wrote to standard error.
#[derive(Debug, Clone, Default)]
struct LastWords(Arc<Mutex<VecDeque<String>>>);

impl LastWords {
    fn push(&self, line: String) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == LAST_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    fn text(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().cloned().collect::<Vec<_>>().join(" | ")
    }
}

async fn listen(
    name: String,
    keys: Vec<(String, ApiKey)>,
    stderr: ChildStderr,
    last_words: LastWords,
) {
    let mut lines = Lines::new(stderr, MAX_OUTPUT);
    loop {
        let (line, more) = match lines.next().await {
            Ok(Line::Whole(line)) => (line, true),
            Ok(Line::End(line)) => (line, false),
            Ok(Line::TooLong) => {
                tracing::debug!(program = %name, "it writes lines without end to standard error");
                lines.skip();
                continue;
            }
            Err(_) => return,
        };
        let text = hide(&keys, &String::from_utf8_lossy(&line));
        let text: String = text.trim_end().chars().take(MAX_LOG_LINE).collect();
        if !text.is_empty() {
            tracing::debug!(program = %name, "{text}");
            last_words.push(text);
        }
        if !more {
            return;
        }
    }
}

/// A program that runs. Dropping it ends it, with all it has started.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    group: Option<u32>,
    stdin: ChildStdin,
    pub(super) lines: Lines<ChildStdout>,
    listener: JoinHandle<()>,
    last_words: LastWords,
    /// Every line sent to it was sent whole.
    pub(super) in_step: bool,
    /// It was sent a request once.
    pub(super) asked: bool,
}

impl Process {
    /// Sends one line. A line that is not sent to its end leaves the program out of step.
    pub(super) async fn send(&mut self, line: &[u8]) -> std::io::Result<()> {
        self.in_step = false;
        self.stdin.write_all(line).await?;
        self.stdin.flush().await?;
        self.in_step = true;
        Ok(())
    }

    /// Sends a line and waits for one, whichever comes first; for programs that write before they read.
    pub(super) async fn send_or_hear(&mut self, line: &mut &[u8]) -> std::io::Result<Option<Line>> {
        self.in_step = line.is_empty();
        self.asked = true;
        tokio::select! {
            biased;
            sent = self.stdin.write(line), if !line.is_empty() => {
                *line = &line[sent?..];
                self.in_step = line.is_empty();
                Ok(None)
            }
            heard = self.lines.next() => heard.map(Some),
        }
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    pub(super) async fn ends_within(&mut self, time: Duration) -> bool {
        tokio::time::timeout(time, self.child.wait()).await.is_ok()
    }

    /// Waits for the end of a program that has closed a pipe: its status and its last words.
    pub(super) async fn epitaph(&mut self) -> String {
        let how = match tokio::time::timeout(ENDING, self.child.wait()).await {
            Ok(Ok(status)) => format!("it ended with {}", describe(status)),
            Ok(Err(error)) => format!("it is lost ({error})"),
            Err(_) => "it closed its output without ending".to_owned(),
        };
        self.end_group();
        // What it started may hold the pipe open.
        let _ = tokio::time::timeout(ENDING, &mut self.listener).await;
        let words = self.last_words.text();
        if words.is_empty() {
            format!("{how} and said nothing on standard error")
        } else {
            format!("{how}; its last words: {words}")
        }
    }

    #[cfg(unix)]
    fn end_group(&mut self) {
        use rustix::process::{Pid, Signal, kill_process_group};
        let group = self.group.take().and_then(|id| i32::try_from(id).ok());
        if let Some(group) = group.and_then(Pid::from_raw)
            && let Err(error) = kill_process_group(group, Signal::KILL)
            && error != rustix::io::Errno::SRCH
        {
            tracing::warn!(%error, "a program's processes could not be ended");
        }
    }

    #[cfg(not(unix))]
    fn end_group(&mut self) {
        self.group = None;
        let _ = self.child.start_kill();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end_group();
        self.listener.abort();
    }
}

fn describe(status: ExitStatus) -> String {
    // "exit status: 3" reads on as "ended with exit status 3".
    status.to_string().replacen(": ", " ", 1)
}
