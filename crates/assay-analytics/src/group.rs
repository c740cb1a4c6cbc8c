//! Grouping rows by what is compared.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use assay_core::{Language, RunId, StrategyId};
use serde::{Deserialize, Serialize};

use crate::label::{Names, series_labels, short_model_name};
use crate::{AnalyticsError, Evidence, RunFacts, ScoreRow};

/// What is scored and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// One model with one strategy in one run (`docs/adr/0005-series-are-what-is-compared.md`).
    #[default]
    Series,
    /// A model over all its runs and strategies.
    Model,
    /// A strategy over all models; paired model by model.
    Strategy,
    /// A language over all models and strategies; paired by source problem, model and strategy.
    Language,
}

/// What has one score and is paired with its like in another group: a problem, or a problem as one
/// model solved it where models are not what is compared.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct UnitName {
    pub dataset: String,
    pub version: String,
    pub language: String,
    pub problem: String,
    pub solver: String,
}

/// Names a unit among those of one [`Evidence`], by its place in the order of all their names: there are many, they are
/// compared often, and names are long.
#[derive(Debug, Clone)]
pub(crate) struct UnitKey {
    place: u32,
    name: Arc<UnitName>,
}

impl Deref for UnitKey {
    type Target = UnitName;

    fn deref(&self) -> &UnitName {
        &self.name
    }
}

impl PartialEq for UnitKey {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place
    }
}

impl Eq for UnitKey {}

impl Hash for UnitKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.place.hash(state);
    }
}

impl PartialOrd for UnitKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for UnitKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.place.cmp(&other.place)
    }
}

/// Counts of one series on one unit.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cell {
    pub judged: u64,
    pub passed: u64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Unit {
    /// The source problem, the same for all translations of a problem.
    pub cluster: String,
    /// Cells by series. Series are not pooled: the unit's value is the mean of theirs.
    pub cells: BTreeMap<Arc<str>, Cell>,
}

#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub key: String,
    pub label: String,
    pub runs: BTreeSet<RunId>,
    pub models: BTreeSet<String>,
    pub strategies: BTreeSet<StrategyId>,
    pub languages: BTreeSet<Language>,
    pub datasets: BTreeSet<(String, String)>,
    pub units: BTreeMap<UnitKey, Unit>,
    pub judged: u64,
    pub passed: u64,
    pub infrastructure: u64,
    pub unanswered: u64,
    pub outstanding: u64,
}

impl Group {
    fn new(key: String) -> Self {
        Self {
            key,
            label: String::new(),
            runs: BTreeSet::new(),
            models: BTreeSet::new(),
            strategies: BTreeSet::new(),
            languages: BTreeSet::new(),
            datasets: BTreeSet::new(),
            units: BTreeMap::new(),
            judged: 0,
            passed: 0,
            infrastructure: 0,
            unanswered: 0,
            outstanding: 0,
        }
    }
}

fn series_key(row: &ScoreRow) -> String {
    group_key(row, GroupBy::Series)
}

fn group_key(row: &ScoreRow, by: GroupBy) -> String {
    key_of(&row.run, &row.model, &row.strategy, &row.language, by)
}

/// The key of the group that samples of a model, a strategy and a language in a run belong to.
pub(crate) fn key_of(
    run: &RunId,
    model: &str,
    strategy: &StrategyId,
    language: &Language,
    by: GroupBy,
) -> String {
    match by {
        // The model comes last: it alone may hold a slash.
        GroupBy::Series => format!("{run}/{strategy}/{model}"),
        GroupBy::Model => model.to_owned(),
        GroupBy::Strategy => strategy.to_string(),
        GroupBy::Language => language.to_string(),
    }
}

/// The name of a row's unit, borrowed but for the solver, which is the same for all rows of a series.
type BorrowedName<'a> = (&'a str, &'a str, &'a str, &'a str, u32);

/// Rows of one model with one strategy in one run.
struct Series<'a> {
    run: &'a RunFacts,
    key: Arc<str>,
    /// Its place among the solvers.
    solver: u32,
    /// The group of all its rows, where there is one and its first row was met.
    group: Option<usize>,
}

/// The series of each row, and their units by name.
struct Rows<'a> {
    series: Vec<Series<'a>>,
    /// Of each row: the places of its series and of its unit.
    places: Vec<(usize, usize)>,
    units: Vec<UnitKey>,
}

impl<'a> Rows<'a> {
    fn of(evidence: &'a Evidence, by: GroupBy) -> Result<Self, AnalyticsError> {
        let runs: HashMap<&RunId, &RunFacts> =
            evidence.runs.iter().map(|run| (&run.id, run)).collect();
        let mut series: Vec<Series<'a>> = Vec::new();
        let mut known: HashMap<(&RunId, &StrategyId, &str), usize> = HashMap::new();
        let mut solvers: Vec<String> = Vec::new();
        let mut names: Vec<BorrowedName<'a>> = Vec::new();
        let mut units: HashMap<BorrowedName<'a>, usize> = HashMap::new();
        let mut places = Vec::with_capacity(evidence.rows.len());
        for row in &evidence.rows {
            let of_row = (&row.run, &row.strategy, row.model.as_str());
            let place = match known.get(&of_row) {
                Some(place) => *place,
                None => {
                    let run = runs
                        .get(&row.run)
                        .ok_or_else(|| AnalyticsError::UnknownRun {
                            run: row.run.to_string(),
                        })?;
                    let solver = match by {
                        GroupBy::Series | GroupBy::Model => String::new(),
                        GroupBy::Strategy => row.model.clone(),
                        GroupBy::Language => format!("{}/{}", row.strategy, row.model),
                    };
                    let solver = match solvers.iter().position(|known| *known == solver) {
                        Some(place) => place,
                        None => {
                            solvers.push(solver);
                            solvers.len() - 1
                        }
                    };
                    series.push(Series {
                        run,
                        key: series_key(row).into(),
                        solver: solver as u32,
                        group: None,
                    });
                    known.insert(of_row, series.len() - 1);
                    series.len() - 1
                }
            };
            let Series { run, solver, .. } = &series[place];
            let (language, problem) = match by {
                GroupBy::Language => ("", row.cluster.as_str()),
                _ => (row.language.as_str(), row.problem.as_str()),
            };
            let name = (
                run.dataset.as_str(),
                run.dataset_version.as_str(),
                language,
                problem,
                *solver,
            );
            let unit = *units.entry(name).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            });
            places.push((place, unit));
        }
        Ok(Self {
            series,
            places,
            units: unit_keys(&names, &solvers),
        })
    }
}

/// Keys of these names, as they are given, that compare as the names do.
fn unit_keys(names: &[BorrowedName<'_>], solvers: &[String]) -> Vec<UnitKey> {
    let name = |(dataset, version, language, problem, solver): &BorrowedName<'_>| UnitName {
        dataset: (*dataset).to_owned(),
        version: (*version).to_owned(),
        language: (*language).to_owned(),
        problem: (*problem).to_owned(),
        solver: solvers[*solver as usize].clone(),
    };
    let mut sorted: Vec<(UnitName, usize)> = names.iter().map(name).zip(0..).collect();
    sorted.sort();
    let mut keys: Vec<(usize, UnitKey)> = (0..)
        .zip(sorted)
        .map(|(place, (name, given))| {
            let name = Arc::new(name);
            (given, UnitKey { place, name })
        })
        .collect();
    keys.sort_by_key(|(given, _)| *given);
    keys.into_iter().map(|(_, key)| key).collect()
}

/// The groups of the evidence, in the order in which their first rows come.
pub(crate) fn groups(evidence: &Evidence, by: GroupBy) -> Result<Vec<Group>, AnalyticsError> {
    let mut rows = Rows::of(evidence, by)?;
    let mut positions: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut names: Vec<Names> = Vec::new();
    for (row, &(series, unit)) in evidence.rows.iter().zip(&rows.places) {
        let series = &mut rows.series[series];
        let run = series.run;
        let is_first = series.group.is_none();
        let position = match series.group {
            Some(position) => position,
            None => {
                let key = group_key(row, by);
                let position = *positions.entry(key.clone()).or_insert_with(|| {
                    names.push(Names {
                        model: row.model.clone(),
                        strategy: row.strategy.to_string(),
                        run_name: run.name.clone(),
                        run_id: run.id.to_string(),
                    });
                    groups.push(Group::new(key));
                    groups.len() - 1
                });
                // Languages alone differ within a series.
                series.group = (by != GroupBy::Language).then_some(position);
                position
            }
        };
        let group = &mut groups[position];
        add(&mut group.runs, &row.run);
        add(&mut group.models, &row.model);
        add(&mut group.strategies, &row.strategy);
        add(&mut group.languages, &row.language);
        if is_first {
            group
                .datasets
                .insert((run.dataset.to_string(), run.dataset_version.clone()));
        }
        group.judged += u64::from(row.judged);
        group.passed += u64::from(row.passed);
        group.infrastructure += u64::from(row.infrastructure);
        group.unanswered += u64::from(row.unanswered);
        group.outstanding += u64::from(row.outstanding);
        let unit = group.units.entry(rows.units[unit].clone()).or_default();
        unit.cluster = format!("{}\u{1f}{}", run.dataset, row.cluster);
        let cell = unit.cells.entry(Arc::clone(&series.key)).or_default();
        cell.judged += u64::from(row.judged);
        cell.passed += u64::from(row.passed);
    }
    label(&mut groups, &names, by);
    Ok(groups)
}

fn add<T: Ord + Clone>(set: &mut BTreeSet<T>, member: &T) {
    if !set.contains(member) {
        set.insert(member.clone());
    }
}

fn label(groups: &mut [Group], names: &[Names], by: GroupBy) {
    let labels: Vec<String> = match by {
        GroupBy::Series => series_labels(names),
        GroupBy::Model => groups
            .iter()
            .map(|group| {
                let short = short_model_name(&group.key);
                let alike = groups
                    .iter()
                    .filter(|other| short_model_name(&other.key) == short)
                    .count();
                if alike > 1 {
                    group.key.clone()
                } else {
                    short.to_owned()
                }
            })
            .collect(),
        GroupBy::Strategy => groups.iter().map(|group| group.key.clone()).collect(),
        GroupBy::Language => groups
            .iter()
            .map(|group| Language::new(&group.key).title().to_owned())
            .collect(),
    };
    for (group, label) in groups.iter_mut().zip(labels) {
        group.label = label;
    }
}
