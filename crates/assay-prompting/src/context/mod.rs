//! What a policy that chooses between strategies sees of a problem and a model: a vector of bounded numbers.
//!
//! Every value comes from what may be shown ([`PublicProblem`]) and from what is known of the model, by fixed rules: the same
//! problem and model have the same vector on every machine. The scales are fixed, too (they are the ranges of the common
//! benchmarks), so that a vector does not depend on what else was seen. A change of any rule is a new [`CONTEXT_VERSION`]: what
//! was learned of one version says nothing of another.

mod features;
mod types;
mod vocabulary;

use serde::{Deserialize, Serialize};

use crate::{Family, ModelFacts, PublicProblem};

pub use features::{FEATURES, Feature};

/// Which rules made a vector.
pub const CONTEXT_VERSION: u32 = 2;

/// What is told of one problem that is to be asked of one model.
#[derive(Debug, Clone, Copy)]
pub struct ContextInput<'a> {
    pub problem: &'a PublicProblem,
    pub family: &'a Family,
    pub facts: &'a ModelFacts,
    /// The share of the model's latest requests that were not answered, in [0, 1].
    pub trouble: f64,
}

/// A vector of [`FEATURES`]' length, in their order; each value in [0, 1].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Context {
    pub version: u32,
    pub values: Vec<f64>,
}

impl Context {
    /// Of a text only the first 1,024 words are read. What is left to do in proportion to the prompt's length is to count it.
    pub fn of(input: &ContextInput<'_>) -> Self {
        let read = features::Read::of(input);
        Self {
            version: CONTEXT_VERSION,
            values: FEATURES
                .iter()
                .map(|feature| {
                    let value = (feature.measure)(&read);
                    if value.is_finite() {
                        value.clamp(0.0, 1.0)
                    } else {
                        0.0
                    }
                })
                .collect(),
        }
    }
}

/// The parameters of a model in billions, as its names tell: `smollm2-135m` is 0.135, `qwen2.5-coder-7b-instruct` is 7.
/// Of mixtures (`8x7b`) all experts count.
pub fn size_in_billions(names: &[String]) -> Option<f64> {
    names.iter().find_map(|name| size_of(&name.to_lowercase()))
}

fn size_of(name: &str) -> Option<f64> {
    name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
        .find_map(|word| {
            let (number, scale) = match word.strip_suffix('b') {
                Some(number) => (number, 1.0),
                None => (word.strip_suffix('m')?, 1e-3),
            };
            // `e2b` and `a3b` are counts of parameters in use.
            let number = number.strip_prefix(['e', 'a']).unwrap_or(number);
            let size = match number.split_once('x') {
                Some((experts, each)) => experts.parse::<f64>().ok()? * each.parse::<f64>().ok()?,
                None => number.parse().ok()?,
            };
            (size > 0.0 && size.is_finite()).then_some(size * scale)
        })
}

#[cfg(test)]
mod tests {
    use assay_core::{Language, Problem, TestForm};

    use super::*;
    use crate::Families;

    fn problem(language: &str, prompt: &str, entry_point: &str) -> PublicProblem {
        PublicProblem::of(&Problem {
            dataset: "fake".into(),
            id: "Fake/0".into(),
            cluster: "Fake/0".into(),
            language: Language::new(language),
            prompt: prompt.to_owned(),
            entry_point: entry_point.to_owned(),
            canonical_solution: Some("secret".to_owned()),
            setup: String::new(),
            tests: "assert secret".to_owned(),
            test_form: TestForm::Statements,
        })
    }

    fn vector(model: &str, chat: bool, problem: &PublicProblem) -> Vec<(&'static str, f64)> {
        let families = Families::builtin().unwrap();
        let facts = ModelFacts::new(model, chat, true);
        let context = Context::of(&ContextInput {
            problem,
            family: families.of(&facts.names),
            facts: &facts,
            trouble: 0.25,
        });
        FEATURES
            .iter()
            .map(|f| f.name)
            .zip(context.values)
            .filter(|(_, value)| *value != 0.0)
            .collect()
    }

    const SORTED: &str = "from typing import List\n\n\ndef sort_words(words: List[str], limit: int) -> List[str]:\n    \"\"\" Sort the words of each list by length; if two are equally long, keep their order.\n    >>> sort_words(['bb', 'a'], 2)\n    ['a', 'bb']\n    >>> sort_words([], 1)\n    []\n    \"\"\"\n";

    #[test]
    fn a_problem_in_words() {
        insta::assert_debug_snapshot!(vector(
            "smollm2-135m",
            true,
            &problem("python", SORTED, "sort_words")
        ));
    }

    #[test]
    fn another_language_and_a_base_model() {
        let prompt = "import java.util.*;\n\nclass Solution {\n    /**\n     * The nth number of a recurrence: f(n) = f(n - 1) + f(n - 2), computed recursively.\n     */\n    static long recurrence(int n) {\n";
        insta::assert_debug_snapshot!(vector(
            "gemma-3-270m",
            false,
            &problem("java", prompt, "recurrence")
        ));
    }

    #[test]
    fn words_without_code() {
        insta::assert_debug_snapshot!(vector(
            "somebody/some-model",
            true,
            &problem(
                "python",
                "Write a function to parse a nested json string and count its keys.",
                "f"
            )
        ));
    }

    #[test]
    fn of_a_long_text_the_beginning_is_read() {
        let said = |count: usize, more: &str| {
            let prompt = format!("Sort. {}{more}", "whatever ".repeat(count - 1));
            vector("m", true, &problem("python", &prompt, "f"))
                .into_iter()
                .filter(|(name, _)| *name != "prompt_tokens")
                .collect::<Vec<_>>()
        };
        let read = vocabulary::READ;
        assert_eq!(said(read, "sort sort sort"), said(read, ""));
        assert_ne!(said(read - 1, "sort"), said(read, ""));
    }

    #[test]
    fn sizes_are_read_from_names() {
        for (name, size) in [
            ("smollm2-135m", Some(0.135)),
            ("gemma-3-270m", Some(0.27)),
            ("Qwen2.5-Coder-7B-Instruct", Some(7.0)),
            ("Mixtral-8x7B-v0.1", Some(56.0)),
            ("gemma-3n-e2b", Some(2.0)),
            ("codellama:13b", Some(13.0)),
            ("qwen2.5-coder:1.5b", Some(1.5)),
            ("gpt-4o", None),
            ("vitamin-b", None),
            ("4m", Some(0.004)),
        ] {
            let found = size_in_billions(&[name.to_owned()]);
            match (found, size) {
                (Some(found), Some(size)) => assert!((found - size).abs() < 1e-12, "{name}"),
                (found, size) => assert_eq!(found, size, "{name}"),
            }
        }
    }

    #[test]
    fn names_are_one_each_and_every_value_has_words() {
        let mut names: Vec<_> = FEATURES.iter().map(|f| f.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FEATURES.len());
        assert!(
            FEATURES
                .iter()
                .all(|f| !f.title.is_empty() && !f.rule.is_empty())
        );
    }

    proptest::proptest! {
        #[test]
        fn values_are_bounded_and_the_same_every_time(
            prompt in "(def f|\\(|\\)|->|: List\\[int\\]|\"\"\"|if |each |>>> f\\(1\\)\n1\n|//|[a-zé{}<> \n]){0,60}",
            model in "[a-z0-9.:/-]{0,20}", chat: bool, trouble in -1.0_f64..2.0,
        ) {
            let families = Families::builtin().unwrap();
            for language in ["python", "go", "brainfuck"] {
                let problem = problem(language, &prompt, "f");
                let facts = ModelFacts::new(model.clone(), chat, !chat);
                let input = ContextInput { problem: &problem, family: families.of(&facts.names), facts: &facts, trouble };
                let context = Context::of(&input);
                proptest::prop_assert_eq!(context.values.len(), FEATURES.len());
                proptest::prop_assert!(context.values.iter().all(|v| (0.0..=1.0).contains(v)));
                proptest::prop_assert_eq!(&context, &Context::of(&input));
            }
        }
    }
}
