//! What a comparison could have shown, in words.

use assay_analytics::Pair;

use crate::format;

/// What a pair's comparison would have found at its size, and what it would take to find the difference
/// that was seen; `None` where nothing can be said.
pub fn power_in_words(pair: &Pair) -> Option<String> {
    let power = pair.power?;
    let problems = format::counted(u64::from(pair.n), "problem");
    let Some(detectable) = power.detectable else {
        return Some(format!(
            "On these {problems} the difference is the same everywhere: how small a difference would be \
             missed is not known."
        ));
    };
    let mut text = format!(
        "{problems} show a true difference of {} points or more with {} power at a level of {}.",
        format::points(detectable),
        format::level(power.power),
        level_of_one(power.alpha),
    );
    if let Some(needed) = power.problems_needed
        && !pair.significant
    {
        text.push_str(&format!(
            " To show one of {} points, as large as the one seen, it would take {}",
            format::points(pair.diff.abs()),
            format::counted(needed, "problem"),
        ));
        if let Some(samples) = power.samples_needed {
            text.push_str(&format!(
                ", or {} a problem on these",
                format::counted(samples, "sample")
            ));
        }
        text.push('.');
    }
    Some(text)
}

/// `0.05`, `0.0167`: with three digits that count.
fn level_of_one(alpha: f64) -> String {
    let text = format!("{alpha:.4}");
    let trimmed = text.trim_end_matches('0');
    if trimmed.ends_with('.') || trimmed.is_empty() {
        format!("{alpha:.1e}")
    } else {
        trimmed.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_short_and_never_nothing() {
        assert_eq!(level_of_one(0.05), "0.05");
        assert_eq!(level_of_one(0.05 / 3.0), "0.0167");
        assert_eq!(level_of_one(0.1), "0.1");
        assert_eq!(level_of_one(0.000_01), "1.0e-5");
    }
}
