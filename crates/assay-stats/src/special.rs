//! Quantiles and tails, on statrs' special functions.

use statrs::function::beta::beta_reg;
use statrs::function::erf::{erfc, erfc_inv};
use statrs::function::factorial::ln_binomial;
use statrs::function::gamma::gamma_ur;

/// Standard normal distribution function.
pub(crate) fn normal_cdf(x: f64) -> f64 {
    0.5 * erfc(-x / std::f64::consts::SQRT_2)
}

/// Standard normal quantile; infinite at 0 and 1.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    if p <= 0.0 {
        f64::NEG_INFINITY
    } else if p >= 1.0 {
        f64::INFINITY
    } else {
        -std::f64::consts::SQRT_2 * erfc_inv(2.0 * p)
    }
}

/// The two-sided critical value of the standard normal: 1.96 for 0.95.
pub(crate) fn critical_value(level: f64) -> f64 {
    -normal_quantile((1.0 - level) / 2.0)
}

/// Quantile of Beta(a, b) by bisection of the distribution function: slower than Newton's method,
/// but it cannot leave the bracket where the density is all but zero (0 or n passed).
pub(crate) fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..1_100 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high || high - low < 1e-17 {
            break;
        }
        if beta_reg(a, b, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    low + (high - low) / 2.0
}

/// Probability that a fair coin shows exactly `k` heads in `n` throws.
pub(crate) fn coin_pmf(n: u64, k: u64) -> f64 {
    (ln_binomial(n, k) - n as f64 * std::f64::consts::LN_2).exp()
}

/// Probability of at most `k` heads in `n` throws of a fair coin.
pub(crate) fn coin_cdf(n: u64, k: u64) -> f64 {
    if k >= n {
        1.0
    } else {
        beta_reg((n - k) as f64, k as f64 + 1.0, 0.5)
    }
}

/// Probability that chi-squared with `df` degrees of freedom is above `x`.
pub(crate) fn chi_squared_tail(x: f64, df: f64) -> f64 {
    if x <= 0.0 {
        1.0
    } else {
        gamma_ur(df / 2.0, x / 2.0)
    }
}

/// Probability that Student's t with `df` degrees of freedom is above `t`.
pub(crate) fn student_t_tail(t: f64, df: f64) -> f64 {
    let beyond = 0.5 * beta_reg(df / 2.0, 0.5, df / (df + t * t));
    if t >= 0.0 { beyond } else { 1.0 - beyond }
}
