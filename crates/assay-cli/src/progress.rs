//! Progress on standard error: a bar on a terminal, nothing where nobody looks.

use assay_app::dto::TaskProgress;
use assay_core::{RunEvent, Verdict};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The bar of a run.
#[derive(Clone)]
pub struct RunBar(ProgressBar);

impl RunBar {
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}  {msg}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub fn show(&self, event: &RunEvent) {
        match event {
            RunEvent::Started {
                total, outstanding, ..
            } => {
                self.0.set_length(u64::from(*total));
                self.0.set_position(u64::from(total - outstanding));
            }
            RunEvent::Progress { progress, .. } => {
                self.0.set_position(u64::from(progress.done));
                let mut message = format!("{} passed", progress.passed);
                if let Some(rate) = progress.rate_per_s {
                    message.push_str(&format!("  {rate:.1}/s"));
                }
                if let Some(left) = progress.remaining_s {
                    message.push_str(&format!("  {} left", duration(left)));
                }
                self.0.set_message(message);
            }
            RunEvent::SampleDone {
                problem,
                verdict,
                detail,
                ..
            } => {
                if *verdict == Some(Verdict::Infrastructure) {
                    self.0.println(format!(
                        "{problem}: not judged: {}",
                        detail.as_deref().unwrap_or("the sandbox gave no reason")
                    ));
                }
            }
            RunEvent::Warning { error, .. } => {
                self.0.println(format!("warning: {}", error.message))
            }
            RunEvent::Finished { .. } => self.0.finish_and_clear(),
        }
    }
}

/// The line of a download or a build.
#[derive(Clone)]
pub struct TaskBar(ProgressBar);

impl TaskBar {
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(100), ProgressDrawTarget::stderr_with_hz(10));
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3} %  {wide_msg}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub fn show(&self, progress: &TaskProgress) {
        if let Some(fraction) = progress.fraction {
            // In [0, 1] by the contract of `TaskProgress`.
            self.0.set_position((fraction * 100.0) as u64);
        }
        self.0.set_message(progress.message.clone());
    }

    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// Seconds as people read them: `1 m 20 s`.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} m {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} m", whole / 3600, whole % 3600 / 60),
    }
}
