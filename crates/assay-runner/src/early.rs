//! Which problems have enough samples, where a run stops early.

use std::collections::HashMap;

use assay_core::{EarlyStop, Language, ProblemId, SampleId};
use assay_stats::{Sequential, sequential_share};
use assay_store::{OutstandingSample, ScoreRow};

/// One problem asked of one model.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    pub model: String,
    pub language: Language,
    pub problem: ProblemId,
}

impl From<&OutstandingSample> for Question {
    fn from(sample: &OutstandingSample) -> Self {
        Self {
            model: sample.model.clone(),
            language: sample.language.clone(),
            problem: sample.problem.clone(),
        }
    }
}

#[derive(Debug, Default)]
struct Count {
    judged: u32,
    passed: u32,
    under_way: Vec<SampleId>,
    decided: bool,
}

/// The counts of every question, and the rule.
#[derive(Debug)]
pub(crate) struct Early {
    rule: EarlyStop,
    counts: HashMap<Question, Count>,
}

impl Early {
    /// From what earlier attempts have judged.
    pub(crate) fn new(rule: EarlyStop, rows: &[ScoreRow]) -> Self {
        let mut counts: HashMap<Question, Count> = HashMap::new();
        for row in rows {
            let question = Question {
                model: row.model.clone(),
                language: row.language.clone(),
                problem: row.problem.clone(),
            };
            let count = counts.entry(question).or_default();
            count.judged += row.judged;
            count.passed += row.passed;
        }
        Self { rule, counts }
    }

    /// Whether another sample of its question may be begun: as many at once as are needed in any case, then one after
    /// another.
    pub(crate) fn may_begin(&self, sample: &OutstandingSample) -> bool {
        self.counts.get(&sample.into()).is_none_or(|count| {
            let under_way = u32::try_from(count.under_way.len()).unwrap_or(u32::MAX);
            !count.decided && (count.judged + under_way < self.rule.at_least || under_way == 0)
        })
    }

    pub(crate) fn begun(&mut self, sample: &OutstandingSample) {
        let count = self.counts.entry(sample.into()).or_default();
        count.under_way.push(sample.id);
    }

    /// Counts an outcome in; `passed` is nothing where there is no judgement. Answers the samples of the question that are
    /// under way when it needs no more than those.
    pub(crate) fn ended(
        &mut self,
        sample: &OutstandingSample,
        passed: Option<bool>,
    ) -> Option<(Question, Vec<SampleId>)> {
        let question = Question::from(sample);
        let count = self.counts.get_mut(&question)?;
        count.under_way.retain(|id| *id != sample.id);
        let Some(passed) = passed else {
            // What was given back after the decision is needless, too.
            return count.decided.then(|| (question, count.under_way.clone()));
        };
        count.judged += 1;
        count.passed += u32::from(passed);
        if count.decided || count.judged < self.rule.at_least {
            return None;
        }
        let EarlyStop {
            low, high, error, ..
        } = self.rule;
        let said = sequential_share(count.passed.into(), count.judged.into(), low, high, error);
        // A rule that is refused (it is checked before a run is made) never stops anything.
        if matches!(said, Ok(Sequential::GoOn) | Err(_)) {
            return None;
        }
        count.decided = true;
        let under_way = count.under_way.clone();
        Some((question, under_way))
    }
}

#[cfg(test)]
mod tests {
    use assay_core::{SampleStage, StrategyId};

    use super::*;

    fn sample(index: u32) -> OutstandingSample {
        OutstandingSample {
            id: SampleId(index.into()),
            cursor: assay_store::OutstandingCursor::default(),
            model: "m".to_owned(),
            language: Language::python(),
            problem: "p".into(),
            index,
            strategy: StrategyId::new("completion"),
            stage: SampleStage::Pending,
            seed: None,
        }
    }

    #[test]
    fn what_is_given_back_after_the_decision_is_needless_too() {
        let mut early = Early::new(EarlyStop::default(), &[]);
        // More than are needed, all under way from an attempt that stopped at nothing.
        let all: Vec<_> = (0..12).map(sample).collect();
        for one in &all {
            early.begun(one);
        }
        let mut ended = all.iter();
        let (question, under_way) = ended
            .by_ref()
            .find_map(|one| early.ended(one, Some(false)))
            .expect("none of twelve passes: decided");
        let rest: Vec<_> = ended.collect();
        assert!(!rest.is_empty(), "decided only at the end");
        assert_eq!(under_way, rest.iter().map(|one| one.id).collect::<Vec<_>>());
        // One that was under way comes back undone.
        let left = under_way[1..].to_vec();
        assert_eq!(early.ended(rest[0], None), Some((question, left)));
        assert!(!early.may_begin(&sample(99)));
    }

    #[test]
    fn what_is_given_back_before_is_begun_again() {
        let mut early = Early::new(EarlyStop::default(), &[]);
        early.begun(&sample(0));
        assert_eq!(early.ended(&sample(0), None), None);
        assert!(early.may_begin(&sample(0)));
    }
}
