//! How well the static score predicts verdicts: measured on exported runs.

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead as _;
use std::path::{Path, PathBuf};

use assay_core::{DatasetId, Language, Problem, QualityWeights, Sample, Verdict};
use assay_report::figures::calibration::{CalibrationFacts, figure};
use assay_stats::{Bootstrap, auc, auc_interval, brier_score, calibration};
use serde::Serialize;

use crate::dto::TaskProgress;
use crate::score::of_problem;
use crate::tasks::Steps;
use crate::{App, AppError};

/// What `assay bench quality` is asked for.
#[derive(Debug, Clone)]
pub struct BenchQualityRequest {
    /// Runs as `assay runs export` writes them, plain.
    pub files: Vec<PathBuf>,
    /// A data set whose solutions stand in for those that a problem lacks, by cluster and language.
    pub references: Option<String>,
    /// Where the calibration plot is written, as SVG.
    pub svg: Option<PathBuf>,
    pub seed: u64,
}

/// An area under the ROC curve with its 95 % interval.
#[derive(Debug, Clone, Serialize)]
pub struct Area {
    pub n: usize,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// One file's row.
#[derive(Debug, Clone, Serialize)]
pub struct PredictedRun {
    pub model: String,
    pub dataset: String,
    pub languages: Vec<String>,
    pub n: usize,
    pub passed: usize,
    /// Samples that had a reference.
    pub with_reference: usize,
    pub auc: Area,
    /// On problems of odd number: no coefficient was fitted on these.
    pub auc_odd: Area,
    /// As if no problem had a reference.
    pub auc_without_reference: Area,
    /// Mean squared distance of the score from the verdict.
    pub brier: f64,
}

#[derive(Debug, Clone, Serialize)]
pub struct QualityBench {
    pub rows: Vec<PredictedRun>,
    pub pooled: Area,
    pub calibration: Vec<BinRow>,
    pub resamples: u32,
    pub seed: u64,
}

#[derive(Debug, Clone, Serialize)]
pub struct BinRow {
    pub low: f64,
    pub high: f64,
    pub n: usize,
    pub predicted: f64,
    pub observed: f64,
    pub observed_low: f64,
    pub observed_high: f64,
}

const BINS: usize = 10;

/// The score of one sample beside its verdict.
struct Scored {
    cluster: String,
    score: f64,
    alone: f64,
    has_reference: bool,
    passed: bool,
}

impl App {
    /// # Errors
    /// A file that is no exported run, a data set that is missing, a plot that cannot be written; when it is
    /// cancelled.
    pub async fn bench_quality(
        &self,
        request: BenchQualityRequest,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<QualityBench, AppError> {
        let task = self.begin_task(task);
        let steps = Steps::new(&task, on_progress);
        let bootstrap = Bootstrap {
            resamples: 2_000,
            seed: request.seed,
            ..Bootstrap::default()
        };
        let mut rows = Vec::new();
        let mut all: Vec<Scored> = Vec::new();
        for file in &request.files {
            let path = file.clone();
            let run = steps.work(move |_| read_export(&path)).await?;
            let problems = self.problems(&run.dataset, &run.languages()).await?;
            let references = match &request.references {
                Some(id) => self.references(id, &run.languages()).await?,
                None => HashMap::new(),
            };
            let (row, scored) = steps
                .work(move |steps| predicted(run, &problems, &references, &bootstrap, steps))
                .await?;
            rows.push(row);
            all.extend(scored);
        }
        steps
            .work(move |_| pooled(&request, rows, &all, &bootstrap))
            .await
    }

    /// Whole reference programs of another data set, by language and cluster. TypeScript reads JavaScript.
    async fn references(
        &self,
        id: &str,
        languages: &[Language],
    ) -> Result<HashMap<(Language, String), String>, AppError> {
        let has = self.library().manifest(id)?.languages;
        let mut found = HashMap::new();
        for language in languages {
            let javascript = Language::new("javascript");
            let source = if has.contains(language) {
                language
            } else if language.as_str() == "typescript" && has.contains(&javascript) {
                &javascript
            } else {
                continue;
            };
            let dataset = DatasetId::new(id);
            for problem in self
                .problems(&dataset, std::slice::from_ref(source))
                .await?
            {
                if let Some(solution) = problem.canonical_solution {
                    let whole = format!("{}{solution}", problem.prompt);
                    found.insert((language.clone(), problem.cluster), whole);
                }
            }
        }
        Ok(found)
    }
}

/// The row of one run, and what it is made of.
fn predicted(
    run: ExportedRun,
    problems: &[Problem],
    references: &HashMap<(Language, String), String>,
    bootstrap: &Bootstrap,
    steps: &Steps,
) -> Result<(PredictedRun, Vec<Scored>), AppError> {
    let scored = score_run(&run, problems, references, steps)?;
    let of = |pick: fn(&Scored) -> f64, keep: fn(&Scored) -> bool| {
        area(scored.iter().filter(|s| keep(s)), pick, bootstrap)
    };
    let passed: Vec<bool> = scored.iter().map(|s| s.passed).collect();
    let scores: Vec<f64> = scored.iter().map(|s| s.score).collect();
    let row = PredictedRun {
        dataset: run.dataset.to_string(),
        languages: run.languages().iter().map(ToString::to_string).collect(),
        model: run.name,
        n: scored.len(),
        passed: passed.iter().filter(|p| **p).count(),
        with_reference: scored.iter().filter(|s| s.has_reference).count(),
        auc: of(|s| s.score, |_| true)?,
        auc_odd: of(|s| s.score, |s| is_odd(&s.cluster))?,
        auc_without_reference: of(|s| s.alone, |_| true)?,
        brier: brier_score(&scores, &passed)?,
    };
    Ok((row, scored))
}

/// All runs together.
fn pooled(
    request: &BenchQualityRequest,
    rows: Vec<PredictedRun>,
    all: &[Scored],
    bootstrap: &Bootstrap,
) -> Result<QualityBench, AppError> {
    let scores: Vec<f64> = all.iter().map(|s| s.score).collect();
    let passed: Vec<bool> = all.iter().map(|s| s.passed).collect();
    let bins = calibration(&scores, &passed, BINS, bootstrap.level)?;
    if let Some(path) = &request.svg {
        let facts = CalibrationFacts {
            runs: rows.len(),
            samples: all.len(),
            brier: brier_score(&scores, &passed)?,
        };
        let svg = assay_report::figure_svg(&figure(&bins, &facts))?;
        crate::export::write_whole(path, svg.as_bytes())?;
    }
    Ok(QualityBench {
        pooled: area(all.iter(), |s| s.score, bootstrap)?,
        rows,
        calibration: bins
            .into_iter()
            .map(|bin| BinRow {
                low: bin.low,
                high: bin.high,
                n: bin.n,
                predicted: bin.predicted,
                observed: bin.observed,
                observed_low: bin.interval.low,
                observed_high: bin.interval.high,
            })
            .collect(),
        resamples: bootstrap.resamples,
        seed: bootstrap.seed,
    })
}

struct ExportedRun {
    name: String,
    dataset: DatasetId,
    /// With the cluster of each.
    samples: Vec<(String, Sample)>,
}

impl ExportedRun {
    fn languages(&self) -> Vec<Language> {
        let mut languages: Vec<Language> = self
            .samples
            .iter()
            .map(|(_, s)| s.key.language.clone())
            .collect();
        languages.sort();
        languages.dedup();
        languages
    }
}

fn read_export(path: &Path) -> Result<ExportedRun, AppError> {
    #[derive(serde::Deserialize)]
    struct Head {
        run: Run,
    }
    #[derive(serde::Deserialize)]
    struct Run {
        dataset: DatasetId,
    }
    #[derive(serde::Deserialize)]
    struct Line {
        cluster: Option<String>,
        sample: Option<Sample>,
    }
    let bad = |line: usize, why: String| {
        AppError::usage(
            "not-an-export",
            format!("{}: line {line}: {why}", path.display()),
            "`assay runs export RUN --out FILE` writes what is read here",
        )
    };
    let file = std::fs::File::open(path).map_err(|e| AppError::file("read", path, &e))?;
    let mut lines = std::io::BufReader::new(file).lines();
    let first = lines
        .next()
        .transpose()
        .map_err(|e| bad(1, e.to_string()))?;
    let head: Head = serde_json::from_str(first.as_deref().unwrap_or_default())
        .map_err(|e| bad(1, e.to_string()))?;
    let mut samples = Vec::new();
    for (i, line) in lines.enumerate() {
        let line = line.map_err(|e| bad(i + 2, e.to_string()))?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&line).map_err(|e| bad(i + 2, e.to_string()))?;
        // What follows the samples (their number, a digest) is of no use here.
        if let (Some(cluster), Some(sample)) = (line.cluster, line.sample) {
            samples.push((cluster, sample));
        }
    }
    let name = samples
        .first()
        .map(|(_, s)| s.key.model.clone())
        .unwrap_or_default();
    Ok(ExportedRun {
        name,
        dataset: head.run.dataset,
        samples,
    })
}

/// Scores every judged sample with a program, with and without its reference.
fn score_run(
    run: &ExportedRun,
    problems: &[Problem],
    references: &HashMap<(Language, String), String>,
    steps: &Steps,
) -> Result<Vec<Scored>, AppError> {
    let known: HashMap<_, &Problem> = problems.iter().map(|p| ((&p.language, &p.id), p)).collect();
    let weights = QualityWeights::default();
    let all = run.samples.len();
    let what = format!("samples of {}", run.name);
    let mut scored = Vec::with_capacity(all);
    for (at, (cluster, sample)) in run.samples.iter().enumerate() {
        steps.done(at, all, &what)?;
        let problem = known.get(&(&sample.key.language, &sample.key.problem));
        let verdict = sample.execution.as_ref().map(|e| e.verdict);
        let (Some(problem), Some(verdict)) = (problem, verdict.filter(|v| v.is_judged())) else {
            continue;
        };
        let program = sample.cleaned.as_deref().unwrap_or_default();
        let reference = references
            .get(&(problem.language.clone(), cluster.clone()))
            .map(String::as_str);
        let score = |problem: &Problem, reference| {
            of_problem(
                problem,
                program,
                sample.content,
                sample.finish,
                reference,
                weights,
            )
            .overall
        };
        let bare = Problem {
            canonical_solution: None,
            ..(*problem).clone()
        };
        scored.push(Scored {
            cluster: cluster.clone(),
            score: score(problem, reference),
            alone: score(&bare, None),
            has_reference: problem.canonical_solution.is_some() || reference.is_some(),
            passed: verdict == Verdict::Passed,
        });
    }
    steps.done(all, all, &what)?;
    Ok(scored)
}

fn area<'a>(
    scored: impl Iterator<Item = &'a Scored>,
    pick: fn(&Scored) -> f64,
    bootstrap: &Bootstrap,
) -> Result<Area, AppError> {
    let mut labels: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut scores, mut passed, mut clusters) = (Vec::new(), Vec::new(), Vec::new());
    for one in scored {
        let next = labels.len();
        clusters.push(*labels.entry(&one.cluster).or_insert(next));
        scores.push(pick(one));
        passed.push(one.passed);
    }
    let n = scores.len();
    let both = passed.contains(&true) && passed.contains(&false);
    if !both {
        return Ok(Area {
            n,
            value: None,
            low: None,
            high: None,
        });
    }
    let value = auc(&scores, &passed)?;
    let interval = auc_interval(&scores, &passed, Some(&clusters), bootstrap)?;
    Ok(Area {
        n,
        value: Some(value),
        low: interval.map(|i| i.low),
        high: interval.map(|i| i.high),
    })
}

/// Whether the last number in a cluster's name is odd (`HumanEval/23`).
fn is_odd(cluster: &str) -> bool {
    cluster
        .bytes()
        .rfind(u8::is_ascii_digit)
        .is_some_and(|digit| digit % 2 == 1)
}
