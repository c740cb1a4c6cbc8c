//! The commands: a line or five each, no logic.

use std::sync::Arc;

use assay_app::App;
use assay_core::ErrorInfo;
use tauri::State;
use tauri::ipc::Channel;

pub mod bandit;
pub mod keys;
pub mod library;
pub mod prompts;
pub mod providers;
pub mod results;
pub mod runs;
pub mod upkeep;
pub mod views;

type AppState<'a> = State<'a, Arc<App>>;
type Answer<T> = Result<T, ErrorInfo>;

/// Forwards what happens to the window. A window that is gone does not stop the work.
fn forward<T: tauri::ipc::IpcResponse + Send + Sync + 'static>(
    channel: Channel<T>,
) -> impl Fn(T) + Send + Sync + 'static {
    move |event| {
        if let Err(error) = channel.send(event) {
            tracing::debug!("the window does not listen any more: {error}");
        }
    }
}
