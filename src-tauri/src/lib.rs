//! The shell: one window, its commands, nothing else. Every command hands over to `assay-app`.

pub mod commands;
mod memory;

use std::process::ExitCode;
use std::sync::Arc;

use assay_app::{App, AppConfig};
use tauri::{Manager, RunEvent, WindowEvent, Wry};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogButtons};
use tauri_specta::{Builder, collect_commands};

/// The commands with their types: what the window may call, and what `ui/src/bindings` is made of.
pub fn bindings() -> Builder<Wry> {
    Builder::<Wry>::new()
        .disable_serde_phases()
        .commands(collect_commands![
            commands::library::app_status,
            commands::library::list_models,
            commands::library::add_model,
            commands::library::remove_model,
            commands::library::check_model,
            commands::library::pull_model,
            commands::providers::list_providers,
            commands::providers::provider_models,
            commands::providers::test_prompt,
            commands::providers::list_custom_providers,
            commands::providers::save_custom_provider,
            commands::providers::remove_custom_provider,
            commands::prompts::list_strategies,
            commands::prompts::strategy_source,
            commands::prompts::save_strategy,
            commands::prompts::duplicate_strategy,
            commands::prompts::delete_strategy,
            commands::prompts::preview_prompt,
            commands::library::list_datasets,
            commands::library::pull_dataset,
            commands::library::verify_dataset,
            commands::library::import_dataset,
            commands::library::list_problems,
            commands::keys::list_keys,
            commands::keys::set_key,
            commands::keys::forget_key,
            commands::keys::key_variable,
            commands::library::build_sandbox,
            commands::library::sandbox_gauges,
            commands::library::doctor,
            commands::library::cancel_task,
            commands::library::get_settings,
            commands::library::set_settings,
            commands::runs::estimate,
            commands::runs::ensure_models,
            commands::runs::ensure_models_of_run,
            commands::runs::start_run,
            commands::runs::resume_run,
            commands::runs::watch_run,
            commands::runs::cancel_run,
            commands::runs::pause_run,
            commands::runs::set_priority,
            commands::runs::run_failures,
            commands::runs::caches,
            commands::runs::clear_caches,
            commands::runs::set_cache_limit,
            commands::runs::health,
            commands::runs::bench_runs,
            commands::runs::start_bench,
            commands::upkeep::rename_run,
            commands::upkeep::note_run,
            commands::upkeep::tag_runs,
            commands::upkeep::archive_runs,
            commands::upkeep::delete_runs,
            commands::upkeep::restore_runs,
            commands::upkeep::list_deleted_runs,
            commands::upkeep::purge_runs,
            commands::upkeep::plan_merge,
            commands::upkeep::merge_runs,
            commands::upkeep::plan_split,
            commands::upkeep::split_run,
            commands::upkeep::undo_regroup,
            commands::views::list_views,
            commands::views::save_view,
            commands::views::rename_view,
            commands::views::move_view,
            commands::views::delete_view,
            commands::runs::list_runs,
            commands::runs::get_run,
            commands::runs::remove_sample_workspace,
            commands::runs::restore_sample_workspace,
            commands::results::list_samples,
            commands::results::get_sample,
            commands::results::compare,
            commands::results::compare_figure,
            commands::results::flips,
            commands::bandit::list_policies,
            commands::bandit::get_policy,
            commands::bandit::usual_policy_setup,
            commands::bandit::create_policy,
            commands::bandit::reset_policy,
            commands::bandit::freeze_policy,
            commands::bandit::delete_policy,
            commands::bandit::export_policy,
            commands::bandit::import_policy,
            commands::bandit::teach_policy,
            commands::bandit::get_decision,
            commands::bandit::what_if,
            commands::bandit::policy_features,
            commands::bandit::replay_policy,
            commands::bandit::evaluate_grid,
            commands::bandit::family_rules,
            commands::bandit::set_family_rule,
            commands::results::trends,
            commands::results::get_problem,
            commands::results::export_figure,
            commands::results::preview_report,
            commands::results::export_report,
            commands::results::open_path,
            commands::results::reveal_path,
        ])
}

/// Opens the window and runs until it is closed.
pub fn run() -> ExitCode {
    assay_app::logging::init(None);
    memory::share_arenas();
    let started = std::time::Instant::now();
    let app = match tauri::async_runtime::block_on(App::open(AppConfig::from_environment())) {
        Ok(app) => Arc::new(app),
        Err(error) => {
            // There is no window yet to say it in.
            tracing::error!(
                code = error.info.code,
                hint = error.info.hint,
                "{}",
                error.info.message
            );
            return ExitCode::from(1);
        }
    };
    // A store that cannot be opened is told by the first page, which asks for it too.
    if let Err(error) = tauri::async_runtime::block_on(app.welcome()) {
        tracing::warn!(code = error.info.code, "{}", error.info.message);
    }
    let specta = bindings();
    let shell = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(specta.invoke_handler())
        .manage(Arc::clone(&app))
        .setup(move |handle| {
            specta.mount_events(handle);
            Ok(())
        })
        .on_window_event(|window, event| {
            if let WindowEvent::CloseRequested { api, .. } = event
                && window.state::<Arc<App>>().is_running()
            {
                api.prevent_close();
                ask_before_closing(window.clone());
            }
        })
        .on_page_load(move |_, _| {
            tracing::info!(ms = started.elapsed().as_millis() as u64, "page loaded");
        })
        .build(context());
    match shell {
        Ok(shell) => {
            shell.run(|handle, event| {
                if let RunEvent::Exit = event {
                    let app = Arc::clone(&handle.state::<Arc<App>>());
                    tauri::async_runtime::block_on(app.close());
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!("the window could not be opened: {error}");
            ExitCode::from(1)
        }
    }
}

/// The program's configuration and front end, embedded when it was built.
#[allow(
    clippy::disallowed_methods,
    reason = "generated by Tauri, which ends the process on macOS only"
)]
fn context() -> tauri::Context<Wry> {
    tauri::generate_context!()
}

/// A run is on: closing stops it, which can be taken up again, but not without being asked for.
fn ask_before_closing(window: tauri::Window) {
    window
        .dialog()
        .message(
            "A run is on. Closing stops it; what is done is stored, and the run can be resumed.",
        )
        .title("Close Assay?")
        .buttons(MessageDialogButtons::OkCancelCustom(
            "Stop and close".to_owned(),
            "Keep running".to_owned(),
        ))
        .show({
            let window = window.clone();
            move |close| {
                if close && let Err(error) = window.destroy() {
                    tracing::error!("the window could not be closed: {error}");
                }
            }
        });
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use specta_typescript::Typescript;

    /// Writes the bindings when `ASSAY_EXPORT_BINDINGS` is set; otherwise fails when they drifted.
    #[test]
    fn bindings_are_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/bindings/index.ts");
        let folder = tempfile::tempdir().unwrap();
        let made = folder.path().join("index.ts");
        let language = Typescript::default()
            .header("// Generated from the Rust types; do not edit. See docs/ARCHITECTURE.md.\n/* eslint-disable */\n");
        super::bindings().export(language, &made).unwrap();
        let made = std::fs::read_to_string(made).unwrap();
        if std::env::var_os("ASSAY_EXPORT_BINDINGS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, made).unwrap();
            return;
        }
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            stored == made,
            "{} is out of date; run `ASSAY_EXPORT_BINDINGS=1 cargo test -p assay-desktop`",
            path.display()
        );
    }

    /// The build script cannot read the collected commands: this keeps its list equal to them.
    #[test]
    fn every_command_is_declared_and_allowed() {
        let build = include_str!("../build.rs");
        let capability = include_str!("../capabilities/main.json");
        let lib = include_str!("lib.rs");
        let collected: Vec<&str> = lib
            .lines()
            .filter_map(|line| line.trim().strip_prefix("commands::")?.strip_suffix(','))
            .filter_map(|path| path.split("::").nth(1))
            .collect();
        assert!(collected.len() > 20, "{collected:?}");
        for name in collected {
            assert!(
                build.contains(&format!("\"{name}\"")),
                "{name} is missing in build.rs"
            );
            let permission = format!("\"allow-{}\"", name.replace('_', "-"));
            assert!(
                capability.contains(&permission),
                "{permission} is missing in the capability"
            );
        }
    }
}
