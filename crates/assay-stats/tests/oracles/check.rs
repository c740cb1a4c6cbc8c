//! What a comparison with an oracle is, and what it found.

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde_json::Value;

/// One quantity, its functions and the independent implementation they are compared with.
pub struct Check {
    pub quantity: &'static str,
    /// Names of the functions of `assay-stats`.
    pub functions: &'static [&'static str],
    pub oracle: &'static str,
    /// Libraries of the oracle, whose versions are stored with the values.
    pub by: &'static [&'static str],
    pub allowed: Allowed,
    pub run: fn(&mut Found),
}

/// How far ours may be from the oracle's.
#[derive(Clone, Copy)]
pub enum Allowed {
    /// Deterministic values: this much, absolutely.
    UpTo(f64),
    /// Both sides draw at random: what their errors allow, which each case states.
    MonteCarlo,
}

/// What a check found.
pub struct Found {
    allowed: f64,
    pub compared: usize,
    pub largest: f64,
    pub wrong: Vec<String>,
}

impl Check {
    pub fn found(&self) -> Found {
        let mut found = Found {
            allowed: match self.allowed {
                Allowed::UpTo(allowed) => allowed,
                Allowed::MonteCarlo => 0.0,
            },
            compared: 0,
            largest: 0.0,
            wrong: Vec::new(),
        };
        (self.run)(&mut found);
        if found.compared == 0 {
            found.wrong.push("nothing was compared".to_owned());
        }
        found
    }
}

impl Found {
    /// Compares within what the check allows.
    #[track_caller]
    pub fn close(&mut self, ours: f64, oracle: f64) {
        self.within(ours, oracle, self.allowed);
    }

    /// Compares within what chance allows this case.
    #[track_caller]
    pub fn within(&mut self, ours: f64, oracle: f64, allowed: f64) {
        let distance = (ours - oracle).abs();
        self.compared += 1;
        self.largest = self.largest.max(distance);
        // Not a number is not close.
        if distance.is_nan() || distance > allowed {
            let line = std::panic::Location::caller().line();
            self.wrong.push(format!(
                "line {line}: {ours} is not {oracle} within {allowed}"
            ));
        }
    }

    /// Compares what is no number, or must be the same one.
    #[track_caller]
    pub fn same<T: PartialEq + Debug>(&mut self, ours: T, oracle: T) {
        self.compared += 1;
        if ours != oracle {
            let line = std::panic::Location::caller().line();
            self.wrong
                .push(format!("line {line}: {ours:?} is not {oracle:?}"));
        }
    }
}

fn fixture(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn oracles() -> Value {
    fixture(include_str!("../fixtures/oracles.json"))
}

pub fn predictions() -> Value {
    fixture(include_str!("../fixtures/prediction.json"))
}

/// The oracle's values of that name.
pub fn oracle<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_value(oracles()[name].clone()).unwrap()
}

/// `name version` of a library, as it was when the values were computed.
pub fn version(library: &str) -> String {
    let (oracles, predictions) = (oracles(), predictions());
    let found = &oracles["versions"][library];
    let version = found
        .as_str()
        .or(predictions["versions"][library].as_str())
        .unwrap();
    format!("{library} {version}")
}
