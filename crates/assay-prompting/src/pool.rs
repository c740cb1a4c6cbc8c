//! Solved problems that may be shown as examples of how to answer another.

use std::collections::{BTreeMap, HashMap, HashSet};

use assay_core::{Language, Problem};
use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};

use crate::error::Place;
use crate::{PromptingError, PublicProblem};

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/examples");

/// A line shorter than this says nothing of the problem it is from: `return result`.
const TELLING: usize = 12;

/// A problem with its solution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The problem's id, or the name of an example that ships with the program.
    pub name: String,
    pub prompt: String,
    /// Continues `prompt` to a whole program.
    pub solution: String,
}

#[derive(Debug, Clone)]
struct Candidate {
    example: Example,
    cluster: String,
}

/// The problems of one data set as examples for each other, and a few of our own for when there are too few.
///
/// This is the one type here that has seen solutions and tests. It keeps them to hold them back: nothing that is chosen
/// contains a telling line of what is hidden of the asked problem.
#[derive(Debug, Clone, Default)]
pub struct ExamplePool {
    by_language: HashMap<Language, Vec<Candidate>>,
    shipped: BTreeMap<String, Vec<Example>>,
    /// By cluster: telling lines of tests and solutions of the problems in it.
    hidden: HashMap<String, HashSet<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleFile {
    examples: Vec<Example>,
}

impl ExamplePool {
    /// Of the problems of one data set; give all of them and not only those that are asked, so that the
    /// choice does not depend on what else is asked.
    ///
    /// # Errors
    /// When a shipped file is wrong, which a test rules out.
    pub fn of<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> Result<Self, PromptingError> {
        let mut pool = Self {
            shipped: shipped()?,
            ..Self::default()
        };
        for problem in problems {
            let solution = problem.canonical_solution.as_deref();
            let texts = [problem.tests.as_str(), solution.unwrap_or_default()];
            let hidden = pool.hidden.entry(problem.cluster.clone()).or_default();
            hidden.extend(
                texts
                    .iter()
                    .flat_map(|text| text.lines())
                    .map(str::trim)
                    .filter(|line| line.len() >= TELLING && !problem.prompt.contains(line))
                    .map(str::to_owned),
            );
            let Some(solution) = solution.filter(|s| !s.trim().is_empty()) else {
                continue;
            };
            pool.by_language
                .entry(problem.language.clone())
                .or_default()
                .push(Candidate {
                    example: Example {
                        name: problem.id.to_string(),
                        prompt: problem.prompt.clone(),
                        solution: solution.to_owned(),
                    },
                    cluster: problem.cluster.clone(),
                });
        }
        Ok(pool)
    }

    /// The examples that ship with the program, in every language they are in.
    pub fn shipped(&self) -> impl Iterator<Item = (Language, &Example)> {
        self.shipped
            .iter()
            .flat_map(|(language, examples)| examples.iter().map(|e| (Language::new(language), e)))
    }

    /// `count` examples in the asked problem's language: never the problem itself nor one of its cluster, and
    /// none with a telling line of its solution or tests. The order is drawn by `seed`, the same for all problems, so
    /// that most of them are shown the same examples. Where the data set has too few, ours fill up.
    pub fn choose(&self, asked: &PublicProblem, count: usize, seed: u64) -> Vec<Example> {
        let nothing = HashSet::new();
        let hidden = self.hidden.get(&asked.cluster).unwrap_or(&nothing);
        let clean = |example: &Example| {
            !hidden.iter().any(|line| {
                example.solution.contains(line.as_str()) || example.prompt.contains(line.as_str())
            })
        };
        let mut candidates: Vec<&Candidate> = self
            .by_language
            .get(&asked.language)
            .into_iter()
            .flatten()
            .filter(|c| c.cluster != asked.cluster && c.example.name != asked.id.as_str())
            .collect();
        candidates.sort_by_key(|c| (rank(seed, &c.example.name), c.example.name.as_str()));
        let ours = self
            .shipped
            .get(asked.language.as_str())
            .into_iter()
            .flatten();
        candidates
            .into_iter()
            .map(|candidate| &candidate.example)
            .chain(ours)
            .filter(|example| clean(example))
            .take(count)
            .cloned()
            .collect()
    }
}

/// FNV-1a over seed and name, then mixed as in `SplitMix64`: a fixed order for every seed, on every machine.
fn rank(seed: u64, name: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in seed.to_be_bytes().iter().chain(name.as_bytes()) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

fn shipped() -> Result<BTreeMap<String, Vec<Example>>, PromptingError> {
    let mut by_language = BTreeMap::new();
    for file in SHIPPED.files() {
        let text = file.contents_utf8().unwrap_or_default();
        let parsed: ExampleFile =
            toml::from_str(text).map_err(|error| PromptingError::BadFile {
                place: Box::new(Place {
                    file: file.path().display().to_string(),
                    line: error.span().map(|s| text[..s.start].lines().count().max(1)),
                    field: None,
                }),
                detail: error.message().to_owned(),
            })?;
        let language = file
            .path()
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy();
        by_language.insert(language.into_owned(), parsed.examples);
    }
    Ok(by_language)
}
