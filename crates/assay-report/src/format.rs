//! Numbers as people read them. A narrow no-break space stands before `%`, an en dash between the
//! bounds of an interval, a true minus before what is negative.

/// Between a number and its unit.
const THIN: char = '\u{202f}';

/// `61.6 %` of 0.616.
pub fn percent(value: f64) -> String {
    format!("{}{THIN}%", percent_bare(value))
}

/// `61.6` of 0.616. What is neither none nor all is never rounded to it: `>99.9`, `<0.1`.
pub fn percent_bare(value: f64) -> String {
    let text = format!("{:.1}", value * 100.0);
    match text.as_str() {
        "100.0" if value < 1.0 => ">99.9".to_owned(),
        "0.0" | "-0.0" if value > 0.0 => "<0.1".to_owned(),
        "-0.0" => "0.0".to_owned(),
        _ => minus(text),
    }
}

/// `54.0–68.7`.
pub fn percent_interval(low: f64, high: f64) -> String {
    let bound = |v: f64| minus(format!("{:.1}", v * 100.0)).replace("−0.0", "0.0");
    format!("{}–{}", bound(low), bound(high))
}

/// `+7.9` of 0.079: a difference in percentage points.
pub fn signed_points(value: f64) -> String {
    let text = format!("{:+.1}", value * 100.0);
    if matches!(text.as_str(), "+0.0" | "-0.0") {
        "0.0".to_owned()
    } else {
        minus(text)
    }
}

/// `7.9` of 0.079: a size in percentage points, without a sign.
pub fn points(size: f64) -> String {
    format!("{:.1}", (size * 100.0).abs())
}

/// `+0.2 to +15.6`: a dash would stand beside a minus.
pub fn points_interval(low: f64, high: f64) -> String {
    format!("{} to {}", signed_points(low), signed_points(high))
}

/// `0.031`, `<0.001`, `0.95`: three decimals below 0.1, two above; never 0 and never more digits
/// than a Monte Carlo test is good for.
pub fn p_value(p: f64) -> String {
    if p < 0.001 {
        "<0.001".to_owned()
    } else if p < 0.1 {
        format!("{p:.3}")
    } else {
        format!("{p:.2}")
    }
}

/// `p = 0.031`, `p < 0.001`.
pub fn p_phrase(p: f64) -> String {
    match p_value(p).strip_prefix('<') {
        Some(bound) => format!("p < {bound}"),
        None => format!("p = {}", p_value(p)),
    }
}

/// `12,345`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 problem`, `164 problems`.
pub fn counted(n: u64, singular: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {singular}{s}", thousands(n))
}

/// `$0.42`, `$12.30`; less than ten cents with two digits that count: `$0.0042`.
pub fn dollars(usd: f64) -> String {
    if usd == 0.0 {
        return "$0".to_owned();
    }
    if usd >= 0.1 {
        return format!("${usd:.2}");
    }
    let decimals = (1.0 - usd.log10().floor()).clamp(2.0, 9.0) as usize;
    format!("${usd:.decimals$}")
}

/// `0.42 s`, `4.2 s`, `42 s`.
pub fn seconds(seconds: f64) -> String {
    let decimals = match seconds {
        s if s >= 10.0 => 0,
        s if s >= 1.0 => 1,
        _ => 2,
    };
    format!("{seconds:.decimals$}{THIN}s")
}

/// `95 %` of 0.95, without needless decimals.
pub fn level(level: f64) -> String {
    let text = format!("{:.1}", level * 100.0);
    format!("{}{THIN}%", text.strip_suffix(".0").unwrap_or(&text))
}

fn minus(text: String) -> String {
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_never_claims_none_or_all() {
        assert_eq!(percent(0.6158), "61.6\u{202f}%");
        assert_eq!(percent_bare(1.0), "100.0");
        assert_eq!(percent_bare(0.9999), ">99.9");
        assert_eq!(percent_bare(0.0001), "<0.1");
        assert_eq!(percent_bare(0.0), "0.0");
    }

    #[test]
    fn differences_carry_their_sign() {
        assert_eq!(signed_points(0.0793), "+7.9");
        assert_eq!(signed_points(-0.0793), "−7.9");
        assert_eq!(signed_points(-0.0001), "0.0");
        assert_eq!(points_interval(-0.01, 0.1), "−1.0 to +10.0");
        assert_eq!(percent_interval(0.0, 0.161), "0.0–16.1");
    }

    #[test]
    fn small_p_values_are_bounded_not_zero() {
        assert_eq!(p_phrase(0.000_01), "p < 0.001");
        assert_eq!(p_phrase(0.0312), "p = 0.031");
        assert_eq!(p_value(0.5), "0.50");
    }

    #[test]
    fn costs_and_times_keep_two_digits_that_count() {
        assert_eq!(dollars(0.0), "$0");
        assert_eq!(dollars(0.000_042), "$0.000042");
        assert_eq!(dollars(0.004_2), "$0.0042");
        assert_eq!(dollars(12.3), "$12.30");
        assert_eq!(seconds(0.42), "0.42\u{202f}s");
        assert_eq!(seconds(4.23), "4.2\u{202f}s");
        assert_eq!(seconds(42.3), "42\u{202f}s");
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(counted(1, "problem"), "1 problem");
        assert_eq!(counted(164, "problem"), "164 problems");
        assert_eq!(level(0.95), "95\u{202f}%");
        assert_eq!(level(0.995), "99.5\u{202f}%");
    }
}
