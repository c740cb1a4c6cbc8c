//! Downloads and builds by the name their front gave them, so that it can stop them.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::dto::TaskProgress;
use crate::{App, AppError, lock};

/// A task under way; forgotten when dropped.
pub(crate) struct Task<'a> {
    app: &'a App,
    name: String,
    pub cancel: CancellationToken,
}

impl App {
    pub(crate) fn begin_task(&self, name: &str) -> Task<'_> {
        let cancel = CancellationToken::new();
        lock(&self.tasks).insert(name.to_owned(), cancel.clone());
        Task {
            app: self,
            name: name.to_owned(),
            cancel,
        }
    }

    /// Stops the task of this name; whether there was one.
    pub fn cancel_task(&self, name: &str) -> bool {
        let token = lock(&self.tasks).get(name).cloned();
        if let Some(token) = &token {
            token.cancel();
        }
        token.is_some()
    }
}

impl Drop for Task<'_> {
    fn drop(&mut self) {
        lock(&self.app.tasks).remove(&self.name);
    }
}

/// Computation that tells how far it is, and that is stopped between two of its steps.
#[derive(Clone)]
pub(crate) struct Steps {
    cancel: CancellationToken,
    tell: Arc<dyn Fn(TaskProgress) + Send + Sync>,
}

impl Steps {
    pub(crate) fn new(
        task: &Task<'_>,
        tell: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Self {
        Self {
            cancel: task.cancel.clone(),
            tell: Arc::new(tell),
        }
    }

    /// Runs `work` beside the tasks. Cancelling is answered at once, even while a step takes its time or standard
    /// input says nothing; the thread ends by itself at its next step.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let steps = self.clone();
        let working = tokio::task::spawn_blocking(move || work(&steps));
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(stopped()),
            done = working => done.map_err(|e| AppError::failed("internal", e.to_string()))?,
        }
    }

    /// After each step: `done` of `all` that `what` counts.
    pub(crate) fn done(&self, done: usize, all: usize, what: &str) -> Result<(), AppError> {
        if self.cancel.is_cancelled() {
            return Err(stopped());
        }
        (self.tell)(TaskProgress {
            message: format!("{done} of {all} {what}"),
            fraction: (all > 0).then(|| done as f64 / all as f64),
        });
        Ok(())
    }
}

fn stopped() -> AppError {
    AppError::cancelled("it was cancelled")
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::{AppConfig, ErrorKind};

    #[tokio::test]
    async fn steps_are_told_and_the_work_ends_between_two_of_them() {
        let app = App::open(AppConfig::new("/nonexistent")).await.unwrap();
        let task = app.begin_task("work");
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let steps = Steps::new(&task, move |progress| heard.lock().unwrap().push(progress));
        let halves = steps.work(|steps| {
            for done in 1..=2 {
                steps.done(done, 2, "halves")?;
            }
            Ok("whole")
        });
        assert_eq!(halves.await.unwrap(), "whole");
        let last = told.lock().unwrap().pop().unwrap();
        assert_eq!(
            (last.message.as_str(), last.fraction),
            ("2 of 2 halves", Some(1.0))
        );

        // Endless work ends by the task's name, and its thread with it.
        let (ended, end) = std::sync::mpsc::channel();
        let work = steps.work(move |steps| {
            let mut at = 0;
            let result: Result<(), AppError> = loop {
                at += 1;
                if let Err(error) = steps.done(at, 0, "steps") {
                    break Err(error);
                }
            };
            ended.send(()).unwrap();
            result
        });
        let stop = async {
            tokio::task::yield_now().await;
            assert!(app.cancel_task("work"));
        };
        let (result, ()) = tokio::join!(work, stop);
        assert_eq!(result.unwrap_err().kind, ErrorKind::Interrupted);
        end.recv_timeout(std::time::Duration::from_secs(60))
            .unwrap();
    }
}
