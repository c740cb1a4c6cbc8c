//! What a server turned out not to take.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use serde_json::{Map, Value};

use super::complaint::Complaint;
use super::protocol::Call;

/// Fields without which a request still asks the same, as far as this server can; of two that exclude
/// each other, the first goes.
const OPTIONAL: &[&str] = &[
    "stream_options",
    "seed",
    "random_seed",
    "top_p",
    "temperature",
];

/// How servers say that a field is not taken at all. A value that is out of range is another matter.
const REFUSALS: &[&str] = &[
    "support",
    "deprecat",
    "extra",
    "unknown",
    "unrecogni",
    "unexpected",
    "permitted",
    "not allowed",
    "both",
];

/// The fields a server does not take: learnt from its complaints, kept for later requests.
#[derive(Debug, Default)]
pub(crate) struct Dialect {
    without: RwLock<BTreeSet<&'static str>>,
}

impl Dialect {
    /// One that is known not to take some.
    pub(crate) fn without(fields: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            without: RwLock::new(fields.into_iter().collect()),
        }
    }

    /// Takes the fields out of a body, and names those that were in it.
    pub(crate) fn apply(&self, body: &mut Map<String, Value>) -> Vec<&'static str> {
        let taken_out = |field: &&&str| body.remove(**field).is_some();
        self.left_out().iter().filter(taken_out).copied().collect()
    }

    /// The fields that are left out.
    pub(crate) fn left_out(&self) -> RwLockReadGuard<'_, BTreeSet<&'static str>> {
        self.without.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether `sent` has a field that the complaint is about; it is left out from now on.
    pub(crate) fn learn(&self, complaint: &Complaint, sent: &Call) -> bool {
        let body = sent.body.tree();
        let refused = OPTIONAL.iter().find(|field| {
            body.get(field).is_some()
                && complaint.mentions(&[field])
                && (**field == "stream_options" || complaint.mentions(REFUSALS))
        });
        let Some(field) = refused else {
            return false;
        };
        if matches!(*field, "temperature" | "top_p") {
            // That changes what is measured, so it is said.
            tracing::warn!(field, model = %body["model"], "the model does not take this: it is left to the server");
        }
        let mut without = self.without.write().unwrap_or_else(PoisonError::into_inner);
        without.insert(field);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn learnt(complaints: &[&str]) -> (Vec<bool>, Value) {
        let dialect = Dialect::default();
        let mut body = json!({"temperature": 0.2, "top_p": 0.9, "seed": 1, "stream_options": {}, "model": "m"});
        let mut learnt = Vec::new();
        for message in complaints {
            let complaint = Complaint {
                message: (*message).to_owned(),
                ..Complaint::default()
            };
            let sent = Call {
                path: String::new(),
                body: body.clone().into(),
                cut: Vec::new(),
                prefill: String::new(),
                left_out: Vec::new(),
            };
            learnt.push(dialect.learn(&complaint, &sent));
            dialect.apply(body.as_object_mut().unwrap());
        }
        (learnt, body)
    }

    #[test]
    fn what_a_server_does_not_take_is_left_out_and_nothing_else() {
        for (message, gone) in [
            ("unknown field stream_options", "stream_options"),
            (
                r#"[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted"}]"#,
                "seed",
            ),
            (
                "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
                "top_p",
            ),
            ("`temperature` is deprecated for this model.", "temperature"),
            (
                "Unsupported value: 'temperature' does not support 0 with this model.",
                "temperature",
            ),
        ] {
            let (learnt, body) = learnt(&[message]);
            assert_eq!(learnt, [true], "{message}");
            assert_eq!(body.get(gone), None, "{message}");
            assert_eq!(body.as_object().unwrap().len(), 4, "{message}");
        }
    }

    #[test]
    fn a_value_out_of_range_and_what_was_learnt_already_are_not_learnt() {
        let (none, body) = learnt(&["`temperature` must be strictly positive", "no"]);
        assert_eq!(none, [false, false]);
        assert_eq!(body["temperature"], 0.2);
        let again = "temperature and top_p cannot both be specified";
        assert_eq!(
            learnt(&[again, again, again]).0,
            [true, true, false],
            "it comes to an end"
        );
    }
}
