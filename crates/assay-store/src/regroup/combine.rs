//! The settings of a run that is made of others, and in what those differ.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use assay_core::{
    Cleaning, Environment, Language, ProblemId, ProblemSelection, RunOrigin, RunSpec, StrategyId,
};

use super::plan::{Difference, Source, SplitBy};
use crate::StoreError;
use crate::records::{RunRecord, RunSource};

/// Refuses runs that are not of one version of one data set.
pub(super) fn same_dataset(records: &[&RunRecord]) -> Result<(), StoreError> {
    let Some((first, rest)) = records.split_first() else {
        return Ok(());
    };
    for other in rest {
        let named = |run: &RunRecord| {
            format!(
                "'{}' is of {} {}",
                run.name, run.dataset, run.dataset_version
            )
        };
        if (&first.dataset, &first.dataset_version) != (&other.dataset, &other.dataset_version) {
            return Err(StoreError::RunsDiffer(format!(
                "{}, {}",
                named(first),
                named(other)
            )));
        }
        let digests = [
            &first.environment.dataset_sha256,
            &other.environment.dataset_sha256,
        ];
        if digests[0] != digests[1] {
            return Err(StoreError::RunsDiffer(format!(
                "'{}' and '{}' are of different files of {} {}",
                first.name, other.name, first.dataset, first.dataset_version
            )));
        }
    }
    Ok(())
}

/// What decides the results of a run besides its data set.
#[derive(Clone, Copy)]
pub(super) struct Conditions<'a> {
    origin: RunOrigin,
    spec: &'a RunSpec,
    environment: &'a Environment,
}

impl<'a> From<&'a RunRecord> for Conditions<'a> {
    fn from(run: &'a RunRecord) -> Self {
        Self {
            origin: run.origin,
            spec: &run.spec,
            environment: &run.environment,
        }
    }
}

impl<'a> From<&'a RunSource> for Conditions<'a> {
    fn from(run: &'a RunSource) -> Self {
        Self {
            origin: run.origin,
            spec: &run.spec,
            environment: &run.environment,
        }
    }
}

type Look = fn(Conditions<'_>) -> Option<String>;

/// What decides results and is the same for all samples of a run. Nobody chose a strategy or a temperature for answers
/// that were made elsewhere.
const CONDITIONS: &[(&str, Look)] = &[
    ("answers", |r| {
        Some(match (r.origin, r.environment.replayed) {
            (RunOrigin::Graded, _) => "made elsewhere".to_owned(),
            (_, true) => "from a recording".to_owned(),
            _ => "asked for".to_owned(),
        })
    }),
    ("strategy", |r| chosen(r, r.spec.strategy.to_string())),
    ("strategy's file", |r| {
        chosen(r, r.environment.strategy_sha256.clone()?)
    }),
    ("temperature", |r| {
        chosen(r, r.spec.sampling.temperature.to_string())
    }),
    ("top-p", |r| chosen(r, r.spec.sampling.top_p?.to_string())),
    ("longest answer, tokens", |r| {
        chosen(r, r.spec.sampling.max_tokens.to_string())
    }),
    ("stop words", |r| {
        chosen(r, format!("{:?}", r.spec.sampling.stop))
    }),
    ("early stopping", |r| {
        let rule = r.spec.early_stop.map(|e| {
            format!(
                "between {} and {}, error {}, {} samples at least",
                e.low, e.high, e.error, e.at_least
            )
        });
        chosen(r, rule.unwrap_or_else(|| "none".to_owned()))
    }),
    ("cleaning", |r| {
        Some(match r.spec.cleaning {
            Cleaning::Full => "the program is taken out".to_owned(),
            Cleaning::Off => "answers as they came".to_owned(),
        })
    }),
    ("quality's weights", |r| {
        serde_json::to_string(&r.spec.quality_weights).ok()
    }),
    ("limits of a program", |r| {
        let limits = &r.spec.limits;
        Some(format!(
            "{} ms, {} MiB, {} processes, {} KiB output, {} MiB disk",
            limits.wall_ms,
            limits.memory_mb,
            limits.processes,
            limits.output_bytes / 1_024,
            limits.disk_mb
        ))
    }),
    ("version of Assay", |r| {
        Some(r.environment.assay_version.clone())
    }),
    ("platform", |r| Some(r.environment.platform.clone())),
    ("container engine", |r| r.environment.engine.clone()),
];

fn chosen(run: Conditions<'_>, value: String) -> Option<String> {
    (run.origin != RunOrigin::Graded).then_some(value)
}

/// In what the conditions of runs differ.
pub(super) fn differences(runs: &[Conditions<'_>]) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut look = |what: String, values: Vec<Option<String>>| {
        let known: BTreeSet<&String> = values.iter().flatten().collect();
        if known.len() > 1 {
            found.push(Difference { what, values });
        }
    };
    for (what, of) in CONDITIONS {
        look((*what).to_owned(), runs.iter().map(|r| of(*r)).collect());
    }
    type Map = fn(&Environment) -> &BTreeMap<String, String>;
    type Named<'a> = (&'a str, Map, &'a dyn Fn(&str) -> String);
    let title = |key: &str| Language::new(key).title().to_owned();
    let same = |key: &str| key.to_owned();
    let maps: [Named<'_>; 3] = [
        ("toolchain", |e| &e.toolchains, &title),
        ("image", |e| &e.images, &title),
        ("file of", |e| &e.models, &same),
    ];
    for (what, map, name) in maps {
        let keys: BTreeSet<&String> = runs
            .iter()
            .flat_map(|r| map(r.environment).keys())
            .collect();
        for key in keys {
            let values = runs
                .iter()
                .map(|r| map(r.environment).get(key).cloned())
                .collect();
            look(format!("{what} {}", name(key)), values);
        }
    }
    found
}

/// Stands for the strategies of a merged run that has more than one.
const SEVERAL: &str = "several";

/// The settings of a merged run: where the sources differ, those of the first; each source's own are kept beside it,
/// and [`RunRecord::differences`] tells them.
pub(super) fn spec(first: &RunSpec, sources: &[Source]) -> RunSpec {
    let mut most: HashMap<(&str, &str, &str), u32> = HashMap::new();
    for block in sources.iter().flat_map(|s| &s.blocks) {
        *most
            .entry((&block.model, &block.language, &block.problem))
            .or_default() += block.samples;
    }
    let specs: Vec<&RunSpec> = sources.iter().map(|s| &s.record.spec).collect();
    let mut spec = first.clone();
    spec.name = None;
    spec.samples = most.into_values().max().unwrap_or(spec.samples);
    for other in &specs {
        for model in &other.models {
            if !spec.models.contains(model) {
                spec.models.push(model.clone());
            }
        }
        for language in &other.languages {
            if !spec.languages.contains(language) {
                spec.languages.push(language.clone());
            }
        }
        if spec.strategy != other.strategy {
            spec.strategy = StrategyId::new(SEVERAL);
        }
        if spec.early_stop != other.early_stop {
            spec.early_stop = None;
        }
        spec.concurrency = spec.concurrency.max(other.concurrency);
    }
    if specs.iter().any(|other| other.problems != first.problems) {
        let any_is_all = specs.iter().any(|s| s.problems == ProblemSelection::All);
        spec.problems = if any_is_all {
            ProblemSelection::All
        } else {
            ProblemSelection::Ids {
                ids: problems(sources),
            }
        };
    }
    spec
}

impl RunRecord {
    /// In what the runs differ that it was merged of: its own settings are then those of the first alone.
    pub fn differences(&self) -> Vec<Difference> {
        let sources: Vec<Conditions<'_>> = self.sources.iter().map(Conditions::from).collect();
        differences(&sources)
    }

    /// In which of the conditions that decide results an earlier run and this one differ; values in that order.
    pub fn differences_from(&self, earlier: &RunRecord) -> Vec<Difference> {
        differences(&[earlier, self].map(Conditions::from))
    }
}

/// The problems that were asked, in the data set's order.
fn problems(sources: &[Source]) -> Vec<ProblemId> {
    let places: BTreeSet<(u32, &str)> = sources
        .iter()
        .flat_map(|s| &s.blocks)
        .map(|b| (b.position, b.problem.as_str()))
        .collect();
    let mut ids: Vec<ProblemId> = Vec::with_capacity(places.len());
    for (_, problem) in places {
        // Translations of a problem may stand in several places.
        if ids.iter().all(|id| id.as_str() != problem) {
            ids.push(ProblemId::new(problem));
        }
    }
    ids
}

/// What all sources that know a thing agree on; the rest stays with the sources.
pub(super) fn environment(records: &[&RunRecord]) -> Environment {
    let all: Vec<&Environment> = records.iter().map(|r| &r.environment).collect();
    let Some(first) = all.first() else {
        return Environment::default();
    };
    let agreed = |of: fn(&Environment) -> Option<&String>| {
        let values: BTreeSet<&String> = all.iter().filter_map(|e| of(e)).collect();
        match values.len() {
            1 => values.first().map(|v| (*v).clone()),
            _ => None,
        }
    };
    let several = |of: fn(&Environment) -> &String| {
        let values: BTreeSet<&str> = all.iter().map(|e| of(e).as_str()).collect();
        values.into_iter().collect::<Vec<_>>().join(", ")
    };
    Environment {
        assay_version: several(|e| &e.assay_version),
        platform: several(|e| &e.platform),
        dataset_version: first.dataset_version.clone(),
        dataset_sha256: first.dataset_sha256.clone(),
        engine: agreed(|e| e.engine.as_ref()),
        images: united(all.iter().map(|e| &e.images)),
        toolchains: united(all.iter().map(|e| &e.toolchains)),
        models: united(all.iter().map(|e| &e.models)),
        strategy_sha256: agreed(|e| e.strategy_sha256.as_ref()),
        replayed: all.iter().any(|e| e.replayed),
        prices: united(all.iter().map(|e| &e.prices)),
        timeout_scale: all.iter().filter_map(|e| e.timeout_scale).reduce(f64::max),
    }
}

/// All keys on which nobody says something else.
fn united<'a, V: Clone + PartialEq + 'a>(
    maps: impl Iterator<Item = &'a BTreeMap<String, V>>,
) -> BTreeMap<String, V> {
    let mut found: BTreeMap<String, Option<V>> = BTreeMap::new();
    for (key, value) in maps.flatten() {
        found
            .entry(key.clone())
            .and_modify(|known| {
                if known.as_ref() != Some(value) {
                    *known = None;
                }
            })
            .or_insert_with(|| Some(value.clone()));
    }
    found
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect()
}

/// The settings of one part of a run; of a merged one those of the runs the part came from, as far as they go.
pub(super) fn part_spec(record: &RunRecord, by: SplitBy, key: &str) -> RunSpec {
    let mut spec = record.spec.clone();
    spec.name = None;
    let asked = |source: &&RunSource| match by {
        SplitBy::Model => source.spec.models.iter().any(|m| m.to_string() == key),
        SplitBy::Language => source.spec.languages.iter().any(|l| l.as_str() == key),
    };
    let merged: &[RunSource] = match record.origin {
        RunOrigin::Merged => &record.sources,
        _ => &[],
    };
    let mut from = merged.iter().filter(asked);
    if let Some(first) = from.next() {
        let own = first.spec.clone();
        spec.strategy = if from.all(|other| other.spec.strategy == own.strategy) {
            own.strategy
        } else {
            StrategyId::new(SEVERAL)
        };
        spec.sampling = own.sampling;
        spec.seed = own.seed;
        spec.limits = own.limits;
        spec.cleaning = own.cleaning;
        spec.quality_weights = own.quality_weights;
        spec.early_stop = own.early_stop;
    }
    match by {
        SplitBy::Model => spec.models.retain(|model| model.to_string() == key),
        SplitBy::Language => spec.languages.retain(|language| language.as_str() == key),
    }
    spec
}

pub(super) fn part_environment(record: &RunRecord, by: SplitBy, key: &str) -> Environment {
    let mut environment = record.environment.clone();
    match by {
        SplitBy::Model => {
            environment.models.retain(|of, _| of == key);
            environment.prices.retain(|of, _| of == key);
        }
        SplitBy::Language => {
            environment.images.retain(|of, _| of == key);
            environment.toolchains.retain(|of, _| of == key);
        }
    }
    environment
}
