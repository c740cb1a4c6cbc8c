//! A score after its program was run.

use assay_core::{
    Execution, Quality, QualityBasis, QualityPart, QualityReason, QualityWeights, Verdict,
};

use crate::overall;

/// It raised or crashed on the way.
const RAISED: f64 = 0.5;
/// It used what is not there: no input would have brought it further.
const UNBOUND: f64 = 0.25;
/// It was stopped at a limit.
const STOPPED: f64 = 0.25;
/// A type checker objects to what runs all the same.
const TYPES: f64 = 0.8;

/// The same score with its executability as it was observed. Whether tests held is not in it: a program
/// that ran to its end and answered wrongly has 1.
///
/// The sandbox's own trouble shows nothing of the program, and leaves the score as it is.
pub fn observe(quality: &Quality, execution: &Execution, weights: &QualityWeights) -> Quality {
    let detail = execution.detail.as_deref().unwrap_or_default();
    let first = detail.lines().next().unwrap_or_default();
    let (value, why) = match execution.verdict {
        Verdict::Infrastructure => return quality.clone(),
        Verdict::Passed | Verdict::Failed => (1.0, String::new()),
        Verdict::CompileError => (0.0, "it does not compile".to_owned()),
        Verdict::Exception if is_unbound(first) => {
            (UNBOUND, format!("it stopped with {}", short(first)))
        }
        Verdict::Exception if first.is_empty() => {
            (RAISED, "it ended before its tests had".to_owned())
        }
        Verdict::Exception => (RAISED, format!("it stopped with {}", short(first))),
        Verdict::Timeout => (STOPPED, "it did not end in its time".to_owned()),
        Verdict::Memory => (STOPPED, "it used more memory than it may".to_owned()),
        Verdict::OutputLimit => (STOPPED, "it wrote more than it may".to_owned()),
        Verdict::ProcessLimit => (STOPPED, "it started more processes than it may".to_owned()),
        Verdict::Forbidden => (0.0, "it did what no program may".to_owned()),
    };
    let mut observed = quality.clone();
    observed.basis = QualityBasis::Executed;
    observed
        .reasons
        .retain(|r| r.part != QualityPart::Executability);
    observed.executability = value;
    let mut say = |text: String| {
        observed.reasons.push(QualityReason {
            part: QualityPart::Executability,
            text,
        });
    };
    if !why.is_empty() {
        say(why);
    }
    let objects = execution.compilation.as_ref().is_some_and(|c| !c.ok);
    if objects && value > 0.0 {
        say("the type checker objects".to_owned());
        observed.executability *= TYPES;
    }
    observed.overall = overall(&observed, weights);
    observed
}

/// Whether an exception says that a name or module does not exist.
fn is_unbound(detail: &str) -> bool {
    [
        "NameError",
        "ImportError",
        "ModuleNotFoundError",
        "ReferenceError",
        "SyntaxError",
        "Call to undefined function",
    ]
    .iter()
    .any(|name| detail.contains(name))
}

fn short(text: &str) -> String {
    const MOST: usize = 120;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(MOST).collect();
    cut.push('…');
    cut
}
