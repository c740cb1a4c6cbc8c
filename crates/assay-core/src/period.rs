//! Dates as they are published: a year, a month or a day.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is no date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no date: write 2024, 2024-07 or 2024-07-23")]
pub struct PeriodError(String);

/// A year, a month of it or a day of that: as exactly as somebody said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    year: u16,
    /// From 1.
    month: Option<u8>,
    day: Option<u8>,
}

impl Period {
    /// Whether all of it lies before all of `other`. Of two that overlap, neither is before the other: what is not
    /// known is not guessed.
    pub fn is_before(&self, other: &Self) -> bool {
        self.last() < other.first()
    }

    /// Year, month and day, as numbers that compare.
    fn first(&self) -> (u16, u8, u8) {
        (self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    fn last(&self) -> (u16, u8, u8) {
        // No month is longer, and shorter ones have nothing between their end and the next one's first day.
        (self.year, self.month.unwrap_or(12), self.day.unwrap_or(31))
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let wrong = || PeriodError(text.to_owned());
        let number = |part: &str, digits: usize| {
            (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse::<u16>().ok())
                .flatten()
                .ok_or_else(wrong)
        };
        let mut parts = text.split('-');
        let year = number(parts.next().unwrap_or_default(), 4)?;
        let mut next = |most: u16| match parts.next() {
            None => Ok(None),
            Some(part) => match number(part, 2)? {
                found if (1..=most).contains(&found) => Ok(Some(found as u8)),
                _ => Err(wrong()),
            },
        };
        let (month, day) = (next(12)?, next(31)?);
        if parts.next().is_some() {
            return Err(wrong());
        }
        Ok(Self { year, month, day })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        Ok(())
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_as_exact_as_they_were_written() {
        for text in ["2021", "2021-07", "2021-07-07", "0001-01-31"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "21",
            "2021-",
            "2021-13",
            "2021-00",
            "2021-7",
            "2021-07-32",
            "2021-07-07-1",
            "+021",
            "2021-0é",
            "July",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_overlaps_has_no_order() {
        let before = |a: &str, b: &str| {
            let (a, b): (Period, Period) = (a.parse().unwrap(), b.parse().unwrap());
            a.is_before(&b)
        };
        assert!(before("2021-07-07", "2021-07-08"));
        assert!(before("2021-07-07", "2021-08"));
        assert!(before("2021-06", "2021-07-01"));
        assert!(before("2020", "2021-01-01"));
        assert!(!before("2021-07-07", "2021-07"));
        assert!(!before("2021", "2021-12"));
        assert!(!before("2021-07", "2021"));
        assert!(!before("2021-08", "2021-07-07"));
    }
}
