//! Whether a data set holds what it promises: every problem's own solution must pass its own tests here.

use std::sync::Arc;

use assay_core::{DatasetId, Language, Limits, Problem, ProblemId, Verdict};
use assay_sandbox::{Program, Sandbox};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::dto::{BrokenProblem, DatasetCheck, LanguageCheck, TaskProgress};
use crate::{App, AppError};

/// What `assay datasets check` is asked for.
#[derive(Debug, Clone)]
pub struct CheckRequest {
    pub dataset: String,
    /// All of the data set's when `None`.
    pub language: Option<Language>,
    pub timeout_s: f64,
}

impl App {
    /// Executes the solutions that a data set brings, against its tests.
    ///
    /// # Errors
    /// An unknown or missing data set, a missing engine or image, cancelled. A solution that fails is part
    /// of the answer.
    pub async fn check_dataset(
        &self,
        request: CheckRequest,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<DatasetCheck, AppError> {
        let task = self.begin_task(task);
        let dataset = DatasetId::new(request.dataset);
        let limits = Limits {
            wall_ms: crate::exec::wall_ms(request.timeout_s)?,
            ..Limits::default()
        };
        let languages: Vec<Language> = request.language.into_iter().collect();
        let problems = self.problems(&dataset, &languages).await?;
        let known = self.known_broken(&dataset)?;
        let by_language = by_language(problems);
        let sandbox = self.sandbox().await?;
        for (language, problems) in &by_language {
            // Before anything is executed, and only where something will be.
            if problems.iter().any(|p| p.canonical_solution.is_some()) {
                sandbox.require(language).await?;
            }
        }
        let sandbox: Arc<dyn Sandbox> = sandbox;
        let total: usize = by_language.iter().map(|(_, problems)| problems.len()).sum();
        let mut done = 0_usize;
        let mut checked = Vec::with_capacity(by_language.len());
        for (language, problems) in by_language {
            let tell = |problem: &Problem| {
                done += 1;
                on_progress(TaskProgress {
                    message: format!("{} {}", problem.language.title(), problem.id),
                    fraction: Some(done as f64 / total.max(1) as f64),
                });
            };
            let judged = execute_all(&sandbox, &problems, &limits, &task.cancel, tell).await?;
            checked.push(summary(language, &problems, judged, &known));
        }
        Ok(DatasetCheck {
            dataset,
            languages: checked,
        })
    }
}

/// The problems of each language, in the order in which the languages come.
fn by_language(problems: Vec<Problem>) -> Vec<(Language, Vec<Arc<Problem>>)> {
    let mut groups: Vec<(Language, Vec<Arc<Problem>>)> = Vec::new();
    for problem in problems.into_iter().map(Arc::new) {
        match groups.iter_mut().find(|(l, _)| *l == problem.language) {
            Some((_, group)) => group.push(problem),
            None => groups.push((problem.language.clone(), vec![problem])),
        }
    }
    groups
}

/// Verdict and detail of each problem's solution; `None` for one that brings none.
type Judged = Vec<Option<(Verdict, Option<String>)>>;

/// Keeps all of the sandbox's places at work; `tell` hears of each problem that is done.
async fn execute_all(
    sandbox: &Arc<dyn Sandbox>,
    problems: &[Arc<Problem>],
    limits: &Limits,
    cancel: &CancellationToken,
    mut tell: impl FnMut(&Problem),
) -> Result<Judged, AppError> {
    let places = sandbox.concurrency().max(1);
    let mut judged: Judged = vec![None; problems.len()];
    let mut running = JoinSet::new();
    let mut waiting = problems.iter().enumerate();
    loop {
        while running.len() < places {
            let Some((at, problem)) = waiting.next() else {
                break;
            };
            let Some(solution) = &problem.canonical_solution else {
                tell(problem);
                continue;
            };
            let program = Program::answer(problem, format!("{}{solution}", problem.prompt));
            let (sandbox, limits, cancel) = (Arc::clone(sandbox), limits.clone(), cancel.clone());
            running.spawn(async move { (at, sandbox.execute(&program, &limits, &cancel).await) });
        }
        let Some(joined) = running.join_next().await else {
            return Ok(judged);
        };
        // Dropping what runs ends it.
        if cancel.is_cancelled() {
            return Err(AppError::cancelled("the check was cancelled"));
        }
        let (at, done) =
            joined.map_err(|error| AppError::failed("check-failed", error.to_string()))?;
        if let (Some(place), Some(problem)) = (judged.get_mut(at), problems.get(at)) {
            *place = Some((done.verdict, done.detail));
            tell(problem);
        }
    }
}

fn summary(
    language: Language,
    problems: &[Arc<Problem>],
    judged: Judged,
    known: &[ProblemId],
) -> LanguageCheck {
    let mut check = LanguageCheck {
        language,
        n: u32::try_from(problems.len()).unwrap_or(u32::MAX),
        passed: 0,
        broken: Vec::new(),
        known_broken: Vec::new(),
        without_canonical: 0,
    };
    for (problem, judged) in problems.iter().zip(judged) {
        match judged {
            None => check.without_canonical += 1,
            Some((Verdict::Passed, _)) => check.passed += 1,
            Some((verdict, detail)) => {
                // The machine's trouble is known of no problem.
                if known.contains(&problem.id) && verdict.is_judged() {
                    check.known_broken.push(problem.id.clone());
                }
                check.broken.push(BrokenProblem {
                    id: problem.id.clone(),
                    verdict,
                    detail,
                });
            }
        }
    }
    check
}

#[cfg(test)]
mod tests {
    use assay_core::{Execution, TestForm};
    use assay_sandbox::Health;
    use async_trait::async_trait;

    use super::*;
    use crate::ErrorKind;

    /// Judges by what stands in the program.
    struct Fake;

    #[async_trait]
    impl Sandbox for Fake {
        async fn execute(&self, p: &Program, _: &Limits, _: &CancellationToken) -> Execution {
            tokio::task::yield_now().await;
            let verdict = match p.source.as_str() {
                "ask right" => Verdict::Passed,
                "ask wrong" => Verdict::Failed,
                _ => Verdict::Infrastructure,
            };
            Execution {
                verdict,
                ..Execution::infrastructure("told")
            }
        }

        fn concurrency(&self) -> usize {
            2
        }

        async fn health(&self) -> Health {
            panic!("nobody asks")
        }

        async fn close(&self) {}
    }

    fn problems(solutions: &[Option<&str>]) -> Vec<Arc<Problem>> {
        let problem = |(at, solution): (usize, &Option<&str>)| {
            Arc::new(Problem {
                dataset: DatasetId::new("d"),
                id: ProblemId::new(format!("d/{at}")),
                cluster: String::new(),
                language: Language::python(),
                prompt: "ask ".to_owned(),
                entry_point: "f".to_owned(),
                canonical_solution: solution.map(str::to_owned),
                setup: String::new(),
                tests: String::new(),
                test_form: TestForm::Statements,
            })
        };
        solutions.iter().enumerate().map(problem).collect()
    }

    #[tokio::test]
    async fn what_does_not_pass_is_told_and_what_is_known_is_marked() {
        let problems = problems(&[
            Some("right"),
            Some("wrong"),
            None,
            Some("wrong"),
            Some("lost"),
        ]);
        let sandbox: Arc<dyn Sandbox> = Arc::new(Fake);
        let mut told = 0;
        let judged = execute_all(
            &sandbox,
            &problems,
            &Limits::default(),
            &CancellationToken::new(),
            |_| told += 1,
        )
        .await
        .unwrap();
        assert_eq!(told, problems.len());
        let known = ["d/1", "d/3", "d/4"].map(ProblemId::from);
        let mut check = DatasetCheck {
            dataset: DatasetId::new("d"),
            languages: vec![summary(Language::python(), &problems, judged, &known)],
        };
        assert!(!check.is_as_known(), "the lost one is not");
        let language = &mut check.languages[0];
        assert_eq!(
            (language.n, language.passed, language.without_canonical),
            (5, 1, 1)
        );
        let broken: Vec<&str> = language.broken.iter().map(|b| b.id.as_str()).collect();
        assert_eq!(broken, ["d/1", "d/3", "d/4"]);
        assert_eq!(language.broken[0].detail.as_deref(), Some("told"));
        assert_eq!(language.known_broken, known[..2]);
        language.broken.pop();
        assert!(check.is_as_known());
    }

    #[tokio::test]
    async fn a_cancelled_check_ends() {
        let sandbox: Arc<dyn Sandbox> = Arc::new(Fake);
        let cancel = CancellationToken::new();
        cancel.cancel();
        let problems = problems(&[Some("right"); 9]);
        let error = execute_all(&sandbox, &problems, &Limits::default(), &cancel, |_| {})
            .await
            .unwrap_err();
        assert_eq!(error.kind, ErrorKind::Interrupted);
    }
}
