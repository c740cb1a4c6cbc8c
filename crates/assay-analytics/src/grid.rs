//! Who solves which problem.

use std::collections::{BTreeMap, BTreeSet};

use assay_core::{DatasetId, Language, ProblemId};
use serde::{Deserialize, Serialize};

use crate::compare::dataset_facts;
use crate::group::{Group, GroupBy, UnitKey, groups};
use crate::score::count;
use crate::{AnalyticsError, DatasetFacts, Evidence};

/// One problem, where groups are compared on it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ProblemAt {
    pub dataset: DatasetId,
    pub version: String,
    pub problem: ProblemId,
    /// `None` where languages are what is compared: the problem is then the source of its translations.
    pub language: Option<Language>,
}

/// What one group's samples to one problem came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridCell {
    pub judged: u32,
    pub passed: u32,
}

impl GridCell {
    /// Share of the judged samples that passed; `None` without any.
    pub fn share(self) -> Option<f64> {
        (self.judged > 0).then(|| f64::from(self.passed) / f64::from(self.judged))
    }

    /// Whether more than half of the judged samples passed.
    pub fn is_solved(self) -> bool {
        2 * u64::from(self.passed) > u64::from(self.judged)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridColumn {
    pub key: String,
    pub label: String,
    /// Models in their text form, for the column's colour.
    pub models: Vec<String>,
}

/// A problem with every column's samples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridRow {
    pub at: ProblemAt,
    /// In the order of the columns; `None` where the group was not asked.
    pub cells: Vec<Option<GridCell>>,
    /// The samples of all groups, shown or not: what the difficulty is told from.
    pub all: GridCell,
}

/// Problems by groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    pub by: GroupBy,
    pub datasets: Vec<DatasetFacts>,
    pub columns: Vec<GridColumn>,
    pub rows: Vec<GridRow>,
    /// Problems before those were left out on which the columns do not differ.
    pub n_problems: u32,
    pub options: GridOptions,
}

/// What a grid shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridOptions {
    /// Keys of the groups that are shown; all when empty.
    pub columns: Vec<String>,
    /// Only problems on which the shown groups differ.
    pub only_differing: bool,
    /// Else the hardest comes first.
    pub easiest_first: bool,
}

/// A problem that one of two groups solves and the other does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flip {
    pub at: ProblemAt,
    pub a: GridCell,
    pub b: GridCell,
    pub all: GridCell,
}

/// Where two groups differ, in both directions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flips {
    pub a: GridColumn,
    pub b: GridColumn,
    /// Problems both have judged samples for.
    pub n: u32,
    pub both: u32,
    pub neither: u32,
    /// Problems that a alone solves, and b alone; the hardest first.
    pub only_a: Vec<Flip>,
    pub only_b: Vec<Flip>,
}

/// Problems by groups, ordered by difficulty: the share of all groups' samples that passed.
///
/// Columns come by their mean share, the best first, or as they are asked for. Problems of which no
/// sample is judged come last.
///
/// # Errors
/// When nothing is selected, a row's run is unknown, or a column is none of the groups.
pub fn grid(
    evidence: &Evidence,
    by: GroupBy,
    options: &GridOptions,
) -> Result<Grid, AnalyticsError> {
    let groups = groups(evidence, by)?;
    if groups.is_empty() {
        return Err(AnalyticsError::NothingSelected);
    }
    let cells: Vec<BTreeMap<ProblemAt, GridCell>> = groups.iter().map(cells_of).collect();
    let mut all: BTreeMap<&ProblemAt, GridCell> = BTreeMap::new();
    for (at, cell) in cells.iter().flatten() {
        let sum = all.entry(at).or_default();
        sum.judged = sum.judged.saturating_add(cell.judged);
        sum.passed = sum.passed.saturating_add(cell.passed);
    }
    let shown = chosen(&groups, &cells, options)?;
    let mut rows: Vec<GridRow> = all
        .into_iter()
        .map(|(at, all)| GridRow {
            cells: shown.iter().map(|&i| cells[i].get(at).copied()).collect(),
            at: at.clone(),
            all,
        })
        .filter(|row| row.cells.iter().any(Option::is_some))
        .collect();
    let n_problems = count(rows.len() as u64);
    if options.only_differing {
        rows.retain(differs);
    }
    // What is equally hard stands in the order of its number, not of its name's letters.
    rows.sort_by_cached_key(|row| {
        let share = row.all.share().map_or(f64::INFINITY, |share| {
            if options.easiest_first { -share } else { share }
        });
        (Total(share), natural(&row.at))
    });
    Ok(Grid {
        by,
        datasets: dataset_facts(evidence),
        columns: shown.iter().map(|&i| column(&groups[i])).collect(),
        rows,
        n_problems,
        options: options.clone(),
    })
}

/// The problems that one of two groups solves (more than half of its samples pass) and the other does not.
///
/// # Errors
/// As [`grid`].
pub fn flips(evidence: &Evidence, by: GroupBy, a: &str, b: &str) -> Result<Flips, AnalyticsError> {
    let grid = grid(
        evidence,
        by,
        &GridOptions {
            columns: vec![a.to_owned(), b.to_owned()],
            ..GridOptions::default()
        },
    )?;
    let [of_a, of_b] = &grid.columns[..] else {
        return Err(AnalyticsError::UnknownGroup { key: b.to_owned() });
    };
    let mut found = Flips {
        a: of_a.clone(),
        b: of_b.clone(),
        n: 0,
        both: 0,
        neither: 0,
        only_a: Vec::new(),
        only_b: Vec::new(),
    };
    for row in grid.rows {
        let [Some(a), Some(b)] = row.cells[..] else {
            continue;
        };
        if a.judged == 0 || b.judged == 0 {
            continue;
        }
        found.n += 1;
        let flip = Flip {
            at: row.at,
            a,
            b,
            all: row.all,
        };
        match (a.is_solved(), b.is_solved()) {
            (true, true) => found.both += 1,
            (false, false) => found.neither += 1,
            (true, false) => found.only_a.push(flip),
            (false, true) => found.only_b.push(flip),
        }
    }
    Ok(found)
}

/// Positions of the groups that are shown.
fn chosen(
    groups: &[Group],
    cells: &[BTreeMap<ProblemAt, GridCell>],
    options: &GridOptions,
) -> Result<Vec<usize>, AnalyticsError> {
    if !options.columns.is_empty() {
        let mut seen = BTreeSet::new();
        return options
            .columns
            .iter()
            .filter(|key| seen.insert(*key))
            .map(|key| {
                groups
                    .iter()
                    .position(|group| group.key == *key || group.label == *key)
                    .ok_or_else(|| AnalyticsError::UnknownGroup { key: key.clone() })
            })
            .collect();
    }
    let mean = |i: usize| {
        let shares: Vec<f64> = cells[i].values().filter_map(|cell| cell.share()).collect();
        shares.iter().sum::<f64>() / shares.len().max(1) as f64
    };
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by(|&i, &j| {
        mean(j)
            .total_cmp(&mean(i))
            .then_with(|| groups[i].label.cmp(&groups[j].label))
    });
    Ok(order)
}

fn column(group: &Group) -> GridColumn {
    GridColumn {
        key: group.key.clone(),
        label: group.label.clone(),
        models: group.models.iter().cloned().collect(),
    }
}

/// A group's samples by problem: those of all its series, and of all models where models are not what
/// is compared, together.
fn cells_of(group: &Group) -> BTreeMap<ProblemAt, GridCell> {
    let mut cells: BTreeMap<ProblemAt, GridCell> = BTreeMap::new();
    for (key, unit) in &group.units {
        let cell = cells.entry(problem_at(key)).or_default();
        for of_series in unit.cells.values() {
            cell.judged = cell.judged.saturating_add(count(of_series.judged));
            cell.passed = cell.passed.saturating_add(count(of_series.passed));
        }
    }
    cells
}

fn problem_at(key: &UnitKey) -> ProblemAt {
    ProblemAt {
        dataset: DatasetId::new(&key.dataset),
        version: key.version.clone(),
        problem: ProblemId::new(key.problem.clone()),
        language: (!key.language.is_empty()).then(|| Language::new(&key.language)),
    }
}

/// Whether two columns with judged samples have another share.
fn differs(row: &GridRow) -> bool {
    let mut shares = row.cells.iter().flatten().filter_map(|cell| cell.share());
    shares
        .next()
        .is_some_and(|first| shares.any(|share| (share - first).abs() > 1e-9))
}

#[derive(PartialEq)]
struct Total(f64);

impl Eq for Total {}

impl PartialOrd for Total {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Total {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

type Natural = (String, Vec<(String, u64)>, Option<Language>, String);

/// What sorts `HumanEval/9` before `HumanEval/10`.
fn natural(at: &ProblemAt) -> Natural {
    let mut parts: Vec<(String, u64)> = Vec::new();
    let mut text = String::new();
    let mut digits = String::new();
    for c in at.problem.as_str().chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            parts.push((
                std::mem::take(&mut text),
                digits.parse().unwrap_or(u64::MAX),
            ));
            digits.clear();
        }
        text.push(c);
    }
    parts.push((text, digits.parse().unwrap_or(0)));
    (
        at.dataset.to_string(),
        parts,
        at.language.clone(),
        at.version.clone(),
    )
}
