//! Scores a program.

mod completeness;
mod ends;
mod examined;
mod executability;
mod known;
mod outline;
mod reasons;
mod roles;
pub mod semantic;
mod shape;
mod source;
mod syntactic;

use assay_core::{
    Content, FinishReason, Language, Quality, QualityBasis, QualityPart, QualityWeights,
};

use examined::{Examined, returns, terms};
use outline::{Arity, Callable, Outline};
use source::Source;

#[derive(Debug, Clone, Copy)]
pub struct QualityInput<'a> {
    /// A complete program without the tests.
    pub program: &'a str,
    pub language: &'a Language,
    /// The problem's own code prompt (imports, signature, docstring).
    pub prompt: &'a str,
    /// The function the tests call.
    pub entry_point: &'a str,
    /// A correct program, whole or as what continues `prompt`.
    pub reference: Option<&'a str>,
    /// Why the model stopped.
    pub finish: Option<FinishReason>,
    /// What cleaning said of the response.
    pub content: Option<Content>,
    pub weights: QualityWeights,
}

/// Scores a program from its text alone.
pub fn score(input: &QualityInput<'_>) -> Quality {
    score_with(input).0
}

#[doc(hidden)]
pub fn score_with(input: &QualityInput<'_>) -> (Quality, Vec<f64>) {
    let program = Source::parse(input.program, input.language);
    let outline = Outline::of(&program);
    let prompt = Source::parse(input.prompt, input.language);
    let prompt_outline = Outline::of(&prompt);
    let joined;
    let mut reference = input.reference.map(|text| {
        let source = Source::parse(text, input.language);
        source
    });
    if let (Some(text), Some(source)) = (input.reference, &reference)
        && Outline::of(source).named(input.entry_point).is_none()
        && !input.prompt.is_empty()
    {
        joined = format!("{}{}", input.prompt, text);
        reference = Some(Source::parse(&joined, input.language));
    }
    let reference_outline = reference.as_ref().map(Outline::of);
    let reference_entry = reference_outline.as_ref().and_then(|o| entry(o, input.entry_point));
    let reference_returns = match (&reference, &reference_outline, reference_entry) {
        (Some(source), Some(outline), Some(entry)) => Some(returns(source, outline, entry.node)),
        _ => None,
    };
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
    let features = semantic::features(
        &examined,
        reference.as_ref().zip(reference_outline.as_ref()).map(|(s, o)| (s, o, reference_entry)),
        &prompt,
    );
    let mut reasons = Vec::new();
    let mut quality = Quality {
        syntactic: syntactic.value(),
        completeness: completeness.value(),
        semantic: 0.0,
        executability: executability.value(),
        overall: 0.0,
        basis: QualityBasis::Static,
        reasons: Vec::new(),
    };
    for part in [syntactic, completeness, executability] {
        reasons.extend(part.reasons);
    }
    quality.reasons = reasons;
    quality.overall = overall(&quality, &input.weights);
    (quality, features)
}

/// The callable with this name, or else the last one outside of others: references of another data
/// set may be named otherwise.
fn entry<'a, 'b>(outline: &'b Outline<'a>, name: &str) -> Option<&'b Callable<'a>> {
    outline
        .named(name)
        .or_else(|| outline.callables.iter().rev().find(|c| c.owner.is_none()))
}

/// The weighted geometric mean of the parts.
fn overall(quality: &Quality, weights: &QualityWeights) -> f64 {
    let total: f64 = QualityPart::ALL.iter().map(|p| weights.of(*p)).sum();
    QualityPart::ALL
        .iter()
        .filter(|p| weights.of(**p) > 0.0)
        .map(|p| quality.part(*p).powf(weights.of(*p) / total))
        .product()
}
