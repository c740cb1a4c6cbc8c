//! How often the same question is answered right: what pass^k is computed from.

use serde::{Deserialize, Serialize};

use crate::group::groups;
use crate::{AnalyticsError, Evidence, GroupBy};

/// What a group's questions came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consistency {
    /// The key and the label of the group, as [`Score`](crate::Score) has them.
    pub key: String,
    pub label: String,
    /// Judged samples of each question and those of them that passed, question by question: the n and the c of
    /// pass^k, whose mean over them is the group's. A question asked in two series is there twice.
    pub questions: Vec<(u32, u32)>,
}

/// The n and c of every question, group by group, in the order in which groups first come in the rows.
///
/// # Errors
/// When a row's run is unknown.
pub fn consistency(evidence: &Evidence, by: GroupBy) -> Result<Vec<Consistency>, AnalyticsError> {
    let count = crate::score::count;
    Ok(groups(evidence, by)?
        .into_iter()
        .map(|group| Consistency {
            questions: group
                .units
                .values()
                .flat_map(|unit| unit.cells.values())
                .map(|cell| (count(cell.judged), count(cell.passed)))
                .collect(),
            key: group.key,
            label: group.label,
        })
        .collect())
}
