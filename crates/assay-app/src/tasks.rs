//! Downloads and builds by the name their front gave them, so that it can stop them.

use tokio_util::sync::CancellationToken;

use crate::{App, lock};

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
