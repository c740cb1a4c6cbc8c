//! What a comparison with an oracle is, and what it found.

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde_json::Value;

/// One quantity, its function and the independent implementation it is compared with.
pub struct Check {
    pub quantity: &'static str,
    /// Name of the function or type of `assay-bandit`.
    pub of: &'static str,
    pub oracle: &'static str,
    /// Libraries of the oracle, whose versions are stored with the values.
    pub by: &'static [&'static str],
    /// The largest absolute difference; `None` where both sides draw at random and each case states it.
    pub allowed: Option<f64>,
    pub run: fn(&mut Found),
}

pub struct Found {
    allowed: f64,
    pub compared: usize,
    pub largest: f64,
    pub wrong: Vec<String>,
}

impl Check {
    pub fn found(&self) -> Found {
        let mut found = Found {
            allowed: self.allowed.unwrap_or(0.0),
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

    /// Compares what must be the same.
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

fn oracles() -> Value {
    serde_json::from_str(include_str!("../fixtures/oracles.json")).unwrap()
}

/// The oracle's values of that name.
pub fn oracle<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_value(oracles()[name].clone()).unwrap()
}

/// `name version` of a library, as it was when the values were computed.
pub fn version(library: &str) -> String {
    let oracles = oracles();
    format!(
        "{library} {}",
        oracles["versions"][library].as_str().unwrap()
    )
}
