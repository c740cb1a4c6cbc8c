//! What each group scores in each language.

use std::collections::{BTreeMap, BTreeSet};

use assay_core::{Language, RunId};
use serde::{Deserialize, Serialize};

use crate::compare::dataset_facts;
use crate::{
    AnalyticsError, DatasetFacts, Evidence, GroupBy, PassAt, Score, ScoreOptions, ScoreRow, scores,
};

/// A table of scores: a row a group, a column a language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ByLanguage {
    pub by: GroupBy,
    pub k: u32,
    pub datasets: Vec<DatasetFacts>,
    pub languages: Vec<Language>,
    /// Best first.
    pub rows: Vec<LanguageRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LanguageRow {
    /// Over all languages.
    pub whole: Score,
    /// In the order of the table's languages; `None` where the group was not asked in one.
    pub cells: Vec<Option<LanguageCell>>,
}

/// A group in one language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LanguageCell {
    /// `None` where no problem has enough judged samples.
    pub pass: Option<PassAt>,
    pub n_samples: u32,
    pub is_complete: bool,
}

/// Scores by group and language, at the first k of the options. Languages stand in the order in which
/// they first come in the rows; where languages are what is compared, the groups are models.
///
/// # Errors
/// As [`scores`].
pub fn by_language(
    evidence: &Evidence,
    by: GroupBy,
    options: &ScoreOptions,
) -> Result<ByLanguage, AnalyticsError> {
    let by = match by {
        GroupBy::Language => GroupBy::Model,
        other => other,
    };
    let k = options.k.first().copied().unwrap_or(1);
    let mut whole = scores(evidence, by, options)?;
    whole.sort_by(|a, b| {
        let value = |score: &Score| score.at(k).map_or(-1.0, |pass| pass.value);
        value(b)
            .total_cmp(&value(a))
            .then_with(|| a.label.cmp(&b.label))
    });
    let mut languages: Vec<Language> = Vec::new();
    let mut rows_of: BTreeMap<&Language, Vec<ScoreRow>> = BTreeMap::new();
    for row in &evidence.rows {
        let rows = rows_of.entry(&row.language).or_default();
        if rows.is_empty() {
            languages.push(row.language.clone());
        }
        rows.push(row.clone());
    }
    let mut columns: Vec<BTreeMap<String, LanguageCell>> = Vec::new();
    for language in &languages {
        let rows = rows_of.remove(language).unwrap_or_default();
        let runs: BTreeSet<&RunId> = rows.iter().map(|row| &row.run).collect();
        let part = Evidence {
            runs: evidence
                .runs
                .iter()
                .filter(|run| runs.contains(&run.id))
                .cloned()
                .collect(),
            rows,
        };
        let scored = scores(&part, by, options)?;
        columns.push(
            scored
                .into_iter()
                .map(|score| {
                    let cell = LanguageCell {
                        pass: score.at(k).cloned(),
                        n_samples: score.n_samples,
                        is_complete: score.incomplete.is_complete(),
                    };
                    (score.key, cell)
                })
                .collect(),
        );
    }
    Ok(ByLanguage {
        by,
        k,
        datasets: dataset_facts(evidence),
        rows: whole
            .into_iter()
            .map(|score| LanguageRow {
                cells: columns
                    .iter_mut()
                    .map(|column| column.remove(&score.key))
                    .collect(),
                whole: score,
            })
            .collect(),
        languages,
    })
}
