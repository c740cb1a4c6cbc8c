//! What the C library keeps of freed memory.

/// Begins the program anew with two of glibc's arenas, where nobody chose another number.
///
/// Some twenty threads read the store for a moment each. glibc gives each of them an arena of its own, up to eight for each
/// processor, and keeps there what they free: a hundred megabytes with a hundred thousand samples (`docs/window.md`). The
/// number is read when a program begins and by no safe call, so it goes by the environment, which the page's processes
/// inherit. Where a program cannot be begun anew, this one goes on with what it has.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn share_arenas() {
    use std::os::unix::process::CommandExt as _;

    const ARENAS: &str = "MALLOC_ARENA_MAX";
    if std::env::var_os(ARENAS).is_some() {
        return;
    }
    let mut arguments = std::env::args_os();
    let mut again = std::process::Command::new("/proc/self/exe");
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    let error = again.args(arguments).env(ARENAS, "2").exec();
    tracing::debug!(%error, "failed to begin anew with fewer arenas");
}

/// Other systems' libraries give back what is freed.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn share_arenas() {}
