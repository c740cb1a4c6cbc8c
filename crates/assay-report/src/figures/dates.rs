//! An axis of time: dates of the calendar in UTC, so that screen and paper say the same everywhere.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::figure::{Axis, NumberFormat, Tick};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// No axis has more ticks.
const MOST: i64 = 8;

/// `2026-11-26` of milliseconds since 1970.
pub(crate) fn day(at_ms: i64) -> String {
    civil(at_ms).date().to_string()
}

/// `2026-11-26 15:54`.
pub(crate) fn minute(at_ms: i64) -> String {
    let at = civil(at_ms);
    format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
}

/// An axis with a little room on both sides of all that is on it.
pub(crate) fn axis(label: &str, first: i64, last: i64) -> Axis {
    let room = ((last - first) / 25).max(if first == last { 12 * HOUR } else { 3 * MINUTE });
    let (min, max) = (first - room, last + room);
    Axis {
        label: label.to_owned(),
        unit: None,
        min: min as f64,
        max: max as f64,
        ticks: ticks(min, max),
        format: NumberFormat::Date,
    }
}

fn civil(at_ms: i64) -> DateTime {
    Timestamp::from_millisecond(at_ms)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(TimeZone::UTC)
        .datetime()
}

fn ms(date: Date) -> Option<i64> {
    let at = date.to_zoned(TimeZone::UTC).ok()?;
    Some(at.timestamp().as_millisecond())
}

fn ticks(min: i64, max: i64) -> Vec<Tick> {
    let span = (max - min).max(1);
    let fits = |step: &i64| span / step < MOST;
    let hours = [
        5 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
    ];
    if let Some(step) = hours.into_iter().find(fits) {
        return even(min, max, step, |at| {
            let at = civil(at);
            format!(
                "{} {}, {:02}:{:02}",
                at.day(),
                month(at.month()),
                at.hour(),
                at.minute()
            )
        });
    }
    let days = [DAY, 2 * DAY, 7 * DAY, 14 * DAY];
    if let Some(step) = days.into_iter().find(fits) {
        return even(min, max, step, |at| {
            let at = civil(at);
            format!("{} {}", at.day(), month(at.month()))
        });
    }
    let months = [1_i32, 2, 3, 6, 12, 24, 60, 120]
        .into_iter()
        .find(|step| span / (i64::from(*step) * 30 * DAY) < MOST)
        .unwrap_or(600);
    calendar(min, max, months)
}

/// Whole multiples of a step.
fn even(min: i64, max: i64, step: i64, label: impl Fn(i64) -> String) -> Vec<Tick> {
    let first = min.div_euclid(step) + 1;
    (first..=max.div_euclid(step))
        .map(|n| Tick {
            value: (n * step) as f64,
            label: label(n * step),
        })
        .collect()
}

/// Beginnings of months, so many apart, counted from January.
fn calendar(min: i64, max: i64, months: i32) -> Vec<Tick> {
    let from = civil(min).date();
    let Ok(mut date) = Date::new(from.year() - from.year().rem_euclid(10), 1, 1) else {
        return Vec::new();
    };
    let mut ticks = Vec::new();
    while let Some(at) = ms(date) {
        if at > max {
            break;
        }
        if at >= min {
            let label = if months % 12 == 0 {
                date.year().to_string()
            } else {
                format!("{} {}", month(date.month()), date.year())
            };
            ticks.push(Tick {
                value: at as f64,
                label,
            });
        }
        match date.checked_add(Span::new().months(months)) {
            Ok(next) => date = next,
            Err(_) => break,
        }
    }
    ticks
}

fn month(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    NAMES[(month.clamp(1, 12) - 1) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(first: &str, last: &str) -> Vec<String> {
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        let axis = axis("", at(first), at(last));
        axis.ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_are_those_of_the_calendar() {
        assert_eq!(
            labels("2026-03-01T08:10:00Z", "2026-03-01T16:00:00Z"),
            ["1 Mar, 09:00", "1 Mar, 12:00", "1 Mar, 15:00"]
        );
        assert_eq!(
            labels("2026-03-01T08:00:00Z", "2026-03-05T08:00:00Z"),
            ["2 Mar", "3 Mar", "4 Mar", "5 Mar"]
        );
        assert_eq!(
            labels("2025-11-10T00:00:00Z", "2026-03-05T00:00:00Z"),
            ["Dec 2025", "Jan 2026", "Feb 2026", "Mar 2026"]
        );
        assert_eq!(
            labels("2019-06-01T00:00:00Z", "2023-03-05T00:00:00Z"),
            ["2020", "2021", "2022", "2023"]
        );
    }

    #[test]
    fn one_moment_has_a_day_around_it() {
        let moment = "2026-03-01T08:00:00Z";
        assert!(!labels(moment, moment).is_empty());
        let at = moment.parse::<Timestamp>().unwrap().as_millisecond();
        assert_eq!(
            (day(at), minute(at)),
            ("2026-03-01".to_owned(), "2026-03-01 08:00".to_owned())
        );
    }

    proptest! {
        #[test]
        fn there_are_some_ticks_and_never_many(first in 0_i64..4_000_000_000_000, span in 0_i64..400_000_000_000) {
            let axis = axis("", first, first + span);
            prop_assert!(axis.ticks.len() <= 12, "{:?}", axis.ticks);
            prop_assert!(!axis.ticks.is_empty());
            prop_assert!(axis.ticks.iter().all(|t| axis.min <= t.value && t.value <= axis.max));
            prop_assert!(axis.ticks.is_sorted_by(|a, b| a.value < b.value));
        }
    }
}
