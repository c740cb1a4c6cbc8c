//! The features, one by one.

use assay_core::Language;

use super::types::{Kind, Signature};
use super::{ContextInput, size_in_billions, vocabulary};

/// One number of a context.
#[derive(Debug, Clone, Copy)]
pub struct Feature {
    /// Never changes within a version.
    pub name: &'static str,
    /// In a few words, for people: what a high value says.
    pub title: &'static str,
    /// How it comes about.
    pub rule: &'static str,
    pub(super) measure: fn(&Read<'_>) -> f64,
}

/// What the features are made of, read once.
pub(super) struct Read<'a> {
    input: &'a ContextInput<'a>,
    signature: Signature,
    words: Vec<String>,
    language: &'a Language,
}

impl<'a> Read<'a> {
    pub(super) fn of(input: &'a ContextInput<'a>) -> Self {
        let problem = input.problem;
        let said = if problem.docstring.is_empty() {
            &problem.prompt
        } else {
            &problem.docstring
        };
        Self {
            input,
            signature: Signature::of(&problem.signature, problem.language.as_str()),
            words: vocabulary::words(said),
            language: &problem.language,
        }
    }

    fn takes(&self, kind: Kind) -> f64 {
        flag(self.signature.takes.contains(&kind))
    }

    fn returns(&self, kind: Kind) -> f64 {
        flag(self.signature.returns == Some(kind))
    }

    /// Of the first few words of a subject each says less than the one before.
    fn subject(&self, list: &[&str]) -> f64 {
        let hits = vocabulary::hits(&self.words, list) as f64;
        hits / (hits + 2.0)
    }

    fn is_in(&self, languages: &[&str]) -> f64 {
        flag(languages.contains(&self.language.as_str()))
    }

    fn family(&self, ids: &[&str]) -> f64 {
        flag(ids.contains(&self.input.family.id.as_str()))
    }
}

fn flag(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// From 0 to 1 between nothing and `most`, by the logarithm.
fn share_of_log(value: f64, most: f64) -> f64 {
    value.ln_1p() / most.ln_1p()
}

fn share(count: usize, most: f64) -> f64 {
    count as f64 / most
}

const fn feature(
    name: &'static str,
    title: &'static str,
    rule: &'static str,
    measure: fn(&Read<'_>) -> f64,
) -> Feature {
    Feature {
        name,
        title,
        rule,
        measure,
    }
}

/// The features of [`CONTEXT_VERSION`](super::CONTEXT_VERSION), in the order of the vector.
pub const FEATURES: &[Feature] = &[
    feature("bias", "always", "1", |_| 1.0),
    // How much is said.
    feature(
        "prompt_tokens",
        "long prompt",
        "ln(1 + bytes / 4) / ln(1 + 2,048)",
        |r| share_of_log(r.input.problem.prompt.len() as f64 / 4.0, 2_048.0),
    ),
    feature(
        "docstring_words",
        "many words",
        "ln(1 + words) / ln(1 + 400)",
        |r| share_of_log(r.words.len() as f64, 400.0),
    ),
    feature(
        "examples",
        "many examples",
        "examples in the docstring / 5",
        |r| share(r.input.problem.examples.len(), 5.0),
    ),
    feature(
        "no_examples",
        "no example",
        "1 where the docstring gives none",
        |r| flag(r.input.problem.examples.is_empty()),
    ),
    feature(
        "gives_code",
        "prompt has the function's head",
        "1 where the prompt holds a head with arguments",
        |r| flag(r.input.problem.signature.contains('(')),
    ),
    feature(
        "gives_helpers",
        "prompt has other code",
        "lines of the prompt that are neither head nor words / 20",
        |r| {
            let lines = |text: &str| text.lines().filter(|l| !l.trim().is_empty()).count();
            let problem = r.input.problem;
            let own = lines(&problem.signature) + lines(&problem.docstring) + 2;
            share(lines(&problem.prompt).saturating_sub(own), 20.0)
        },
    ),
    // The signature.
    feature("arity", "many arguments", "arguments / 5", |r| {
        share(r.signature.arity, 5.0)
    }),
    feature(
        "typed",
        "types are stated",
        "1 where the head states a type",
        |r| flag(r.signature.typed),
    ),
    feature(
        "takes_list",
        "takes a list",
        "1 where an argument is a list, a set or a map",
        |r| r.takes(Kind::List),
    ),
    feature(
        "takes_text",
        "takes text",
        "1 where an argument is text",
        |r| r.takes(Kind::Text),
    ),
    feature(
        "takes_number",
        "takes a number",
        "1 where an argument is a number",
        |r| r.takes(Kind::Number),
    ),
    feature(
        "returns_list",
        "returns a list",
        "1 where the result is a list, a set or a map",
        |r| r.returns(Kind::List),
    ),
    feature(
        "returns_text",
        "returns text",
        "1 where the result is text",
        |r| r.returns(Kind::Text),
    ),
    feature(
        "returns_number",
        "returns a number",
        "1 where the result is a number",
        |r| r.returns(Kind::Number),
    ),
    feature(
        "returns_boolean",
        "returns true or false",
        "1 where the result is a truth value",
        |r| r.returns(Kind::Boolean),
    ),
    // How involved it is.
    feature(
        "control",
        "many conditions",
        "words of conditions and repetition / 8",
        |r| share(vocabulary::hits(&r.words, vocabulary::CONTROL), 8.0),
    ),
    feature(
        "nesting",
        "nested data",
        "(depth of the deepest type + words of nesting) / 4",
        |r| {
            share(
                r.signature.depth + vocabulary::hits(&r.words, vocabulary::NESTING),
                4.0,
            )
        },
    ),
    // What it is about: hits / (hits + 2).
    feature(
        "strings",
        "about text",
        "words about text: h / (h + 2)",
        |r| r.subject(vocabulary::STRINGS),
    ),
    feature(
        "arithmetic",
        "about numbers",
        "words about numbers: h / (h + 2)",
        |r| r.subject(vocabulary::ARITHMETIC),
    ),
    feature(
        "lists",
        "about lists",
        "words about lists: h / (h + 2)",
        |r| r.subject(vocabulary::LISTS),
    ),
    feature(
        "recursion",
        "about recursion",
        "words about recursion and trees: h / (h + 2)",
        |r| r.subject(vocabulary::RECURSION),
    ),
    feature(
        "parsing",
        "about parsing",
        "words about formats and parsing: h / (h + 2)",
        |r| r.subject(vocabulary::PARSING),
    ),
    feature(
        "order",
        "about order",
        "words about sorting and extremes: h / (h + 2)",
        |r| r.subject(vocabulary::ORDER),
    ),
    feature(
        "collections",
        "about counting and maps",
        "words about maps, sets and counting: h / (h + 2)",
        |r| r.subject(vocabulary::COLLECTIONS),
    ),
    // The language.
    feature("python", "in Python", "1 in Python", |r| {
        r.is_in(&["python"])
    }),
    feature(
        "javascript",
        "in JavaScript or TypeScript",
        "1 in either",
        |r| r.is_in(&["javascript", "typescript"]),
    ),
    feature("java", "in Java", "1 in Java", |r| r.is_in(&["java"])),
    feature("cpp", "in C++", "1 in C++", |r| r.is_in(&["cpp"])),
    feature("go", "in Go", "1 in Go", |r| r.is_in(&["go"])),
    feature("rust", "in Rust", "1 in Rust", |r| r.is_in(&["rust"])),
    feature("php", "in PHP", "1 in PHP", |r| r.is_in(&["php"])),
    // The model.
    feature(
        "chat",
        "model answers messages",
        "1 where it takes messages, by its server or its family's template",
        |r| flag(r.input.facts.chat || r.input.facts.by_template(r.input.family)),
    ),
    feature(
        "size",
        "large model",
        "ln(1 + billions of parameters) / ln(1 + 100), 0 where its names do not tell",
        |r| share_of_log(size_in_billions(&r.input.facts.names).unwrap_or(0.0), 100.0),
    ),
    feature(
        "size_unknown",
        "size unknown",
        "1 where its names do not tell",
        |r| flag(size_in_billions(&r.input.facts.names).is_none()),
    ),
    feature("qwen", "of the Qwen coder family", "1 of it", |r| {
        r.family(&["qwen2.5-coder"])
    }),
    feature(
        "llama",
        "of the Llama family",
        "1 of Llama 3 and Code Llama",
        |r| r.family(&["llama-3", "codellama"]),
    ),
    feature("deepseek", "of the DeepSeek coder family", "1 of it", |r| {
        r.family(&["deepseek-coder"])
    }),
    feature("gemma", "of the Gemma family", "1 of it", |r| {
        r.family(&["gemma-3"])
    }),
    feature("smollm", "of the SmolLM family", "1 of it", |r| {
        r.family(&["smollm2"])
    }),
    feature(
        "other_family",
        "of the Phi, Mistral or StarCoder family",
        "1 of one of them",
        |r| r.family(&["phi-3.5", "mistral", "starcoder2"]),
    ),
    feature(
        "trouble",
        "model failed lately",
        "the share of its last 20 requests that were not answered",
        |r| r.input.trouble,
    ),
];
