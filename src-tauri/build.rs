//! Declares the commands, so that a window may call only what its capability names.

/// Kept equal to the commands collected in `src/lib.rs` by a test there.
const COMMANDS: &[&str] = &[
    "app_status",
    "list_models",
    "add_model",
    "remove_model",
    "check_model",
    "pull_model",
    "list_providers",
    "provider_models",
    "test_prompt",
    "list_custom_providers",
    "save_custom_provider",
    "remove_custom_provider",
    "list_strategies",
    "strategy_source",
    "save_strategy",
    "duplicate_strategy",
    "delete_strategy",
    "preview_prompt",
    "list_datasets",
    "pull_dataset",
    "verify_dataset",
    "import_dataset",
    "list_problems",
    "list_keys",
    "set_key",
    "forget_key",
    "key_variable",
    "build_sandbox",
    "sandbox_gauges",
    "doctor",
    "cancel_task",
    "get_settings",
    "set_settings",
    "estimate",
    "ensure_models",
    "ensure_models_of_run",
    "start_run",
    "resume_run",
    "watch_run",
    "cancel_run",
    "pause_run",
    "set_priority",
    "run_failures",
    "caches",
    "clear_caches",
    "set_cache_limit",
    "health",
    "bench_runs",
    "start_bench",
    "delete_run",
    "rename_run",
    "list_runs",
    "get_run",
    "remove_sample_workspace",
    "restore_sample_workspace",
    "list_samples",
    "get_sample",
    "compare",
    "compare_figure",
    "flips",
    "get_problem",
    "export_figure",
    "preview_report",
    "export_report",
    "open_path",
    "reveal_path",
];

fn main() {
    // Without this line a changed capability would pass unseen until something else changes.
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    // The front end is embedded: a rebuilt one makes another binary.
    println!("cargo:rerun-if-changed=ui/dist");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/*.json")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        // A build script's way to say what is wrong is to fail with it.
        panic!("{error:#}");
    }
}
