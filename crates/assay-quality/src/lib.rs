//! Scores a program: from its text alone with [`score`], and again with [`observe`] once it was run.
//!
//! Four parts in `[0, 1]`, each with its reasons, are told by the language's tree-sitter grammar; nothing is
//! executed, and tests are not looked at. `docs/quality.md` has the method and what it is worth: how
//! well the static score predicts real verdicts. Time is linear in the length of the program, no walk
//! recurses, and any text gets a score.

mod completeness;
mod ends;
mod examined;
mod executability;
mod fingerprint;
mod known;
mod observe;
mod outline;
mod reasons;
mod roles;
mod semantic;
mod shape;
mod source;
mod spelling;
mod syntactic;

use assay_core::{
    Content, FinishReason, Language, Quality, QualityBasis, QualityPart, QualityWeights,
};

use examined::{Examined, returns, terms};
use outline::{Callable, Outline};
use semantic::Reference;
use source::Source;

pub use fingerprint::fingerprint;
pub use observe::observe;

/// One program and what is known of the question.
#[derive(Debug, Clone, Copy)]
pub struct QualityInput<'a> {
    /// A complete program without the tests, as cleaning makes it. A last bracket that tests close
    /// may be missing.
    pub program: &'a str,
    /// The language that was asked for. One without a grammar is judged by what was said of the answer
    /// alone, and its semantic part is 0.5.
    pub language: &'a Language,
    /// The problem's own code prompt (imports, signature, docstring). May be empty.
    pub prompt: &'a str,
    /// The function the tests call. Empty: any program will do.
    pub entry_point: &'a str,
    /// A correct program in the same language, whole or as what continues `prompt`.
    pub reference: Option<&'a str>,
    /// Why the model stopped, when it is known.
    pub finish: Option<FinishReason>,
    /// What cleaning said of the answer, when it was cleaned.
    pub content: Option<Content>,
    pub weights: QualityWeights,
}

/// Scores a program from its text alone.
pub fn score(input: &QualityInput<'_>) -> Quality {
    let program = Source::parse(input.program, input.language);
    let outline = Outline::of(&program);
    let prompt = Source::parse(input.prompt, input.language);
    let prompt_outline = Outline::of(&prompt);

    let whole = input.reference.map(|text| whole(text, input));
    let reference = whole
        .as_deref()
        .map(|text| Source::parse(text, input.language));
    let reference_outline = reference.as_ref().map(Outline::of);
    let reference = reference.as_ref().zip(reference_outline.as_ref());
    let reference = reference.map(|(source, outline)| Reference {
        source,
        outline,
        entry: function(outline, input.entry_point),
    });
    let reference_returns =
        reference.and_then(|r| Some(returns(r.source, r.outline, r.entry?.node)));

    let examined = Examined {
        ends: ends::terminating(&program),
        entry_point: input.entry_point,
        entry: (!input.entry_point.is_empty())
            .then(|| outline.named(input.entry_point))
            .flatten(),
        prompt_arity: prompt_outline.named(input.entry_point).map(|c| c.arity),
        prompt_terms: terms(input.prompt),
        reference_returns: reference_returns.map(|r| r.0),
        reference_always_returns: reference_returns.is_none_or(|r| r.1),
        program: &program,
        outline: &outline,
    };
    let syntactic = syntactic::syntactic(&program);
    let completeness = completeness::completeness(&examined, input.finish, input.content);
    let executability = executability::executability(&examined, syntactic.value(), input.content);
    let semantic = semantic::semantic(&examined, reference);
    let mut quality = Quality {
        syntactic: syntactic.value(),
        completeness: completeness.value(),
        semantic: semantic.value(),
        executability: executability.value(),
        overall: 0.0,
        basis: QualityBasis::Static,
        reasons: [syntactic, completeness, semantic, executability]
            .into_iter()
            .flat_map(|part| part.reasons)
            .collect(),
    };
    quality.overall = overall(&quality, &input.weights);
    quality
}

/// The reference as a program of its own: with the prompt before it, if it only continues that.
fn whole(reference: &str, input: &QualityInput<'_>) -> String {
    let source = Source::parse(reference, input.language);
    if input.prompt.is_empty() || Outline::of(&source).named(input.entry_point).is_some() {
        return reference.to_owned();
    }
    let joined = format!("{}{reference}", input.prompt);
    let source = Source::parse(&joined, input.language);
    if Outline::of(&source).named(input.entry_point).is_some() {
        joined
    } else {
        reference.to_owned()
    }
}

/// The function of this name, or else the last one outside of others: a reference of another data set
/// may be named otherwise.
fn function<'a, 'b>(outline: &'b Outline<'a>, name: &str) -> Option<&'b Callable<'a>> {
    outline
        .named(name)
        .or_else(|| outline.callables.iter().rev().find(|c| c.owner.is_none()))
}

/// All parts must hold, so their numbers are multiplied, each raised to its weight relative to the
/// heaviest: the heaviest counts in full, one with half its weight by its root, one without weight not at all.
/// Weights that are none ([`QualityWeights::defect`]) count as the default ones.
pub(crate) fn overall(quality: &Quality, weights: &QualityWeights) -> f64 {
    let fallback = QualityWeights::default();
    let weights = if weights.defect().is_some() {
        &fallback
    } else {
        weights
    };
    let heaviest = QualityPart::ALL
        .map(|p| weights.of(p))
        .into_iter()
        .fold(0.0, f64::max);
    QualityPart::ALL
        .into_iter()
        .filter(|part| weights.of(*part) > 0.0)
        .map(|part| {
            quality
                .part(part)
                .clamp(0.0, 1.0)
                .powf(weights.of(part) / heaviest)
        })
        .product()
}
