//! Likeness to what was asked for, as a chance: how probably a program does what it should.
//!
//! Every difference from a correct program is a chance to be wrong, and so is every thing that is asked.
//! The part is a logistic function of counts of those, each through `ln(1 + n)`: the second missing
//! operator says less than the first. With a reference, what is counted are the things that only one of
//! the two has; without one, the things the program consists of. The idea of comparing trees and data
//! flow rather than text is CodeBLEU's (Ren et al. 2020, arXiv:2009.10297); its trees here are the
//! subtrees of Weisfeiler and Lehman's test (Shervashidze et al. 2011).
//!
//! The coefficients come from real verdicts; `docs/quality.md` says which, and what they are worth on
//! others.

use std::collections::HashSet;

use assay_core::QualityPart;

use crate::examined::{Examined, terms};
use crate::outline::{Callable, Outline};
use crate::reasons::Part;
use crate::roles::Role;
use crate::shape::{Bag, Shape, shape};
use crate::source::Source;

/// Coefficients with a reference: of what is too much, and of what is missing.
mod with_reference {
    pub(super) const CONSTANT: f64 = 2.75;
    pub(super) const OPERATORS: (f64, f64) = (-0.19, -0.31);
    pub(super) const CALLS: (f64, f64) = (-0.17, -0.27);
    pub(super) const LITERALS: (f64, f64) = (-0.21, -0.27);
    /// The mean over control flow, three depths of subtrees, and data flow.
    pub(super) const STRUCTURE: (f64, f64) = (-0.02, -0.10);
    /// The mean over what is returned, its kind, and what is branched on.
    pub(super) const DECISIONS: (f64, f64) = (-0.03, 0.0);
    pub(super) const TERMS_ASKED: f64 = -0.32;
    pub(super) const UNUSED_PARAMETER: f64 = -0.79;
}

/// Coefficients without a reference.
mod alone {
    pub(super) const CONSTANT: f64 = 3.31;
    pub(super) const SIZE: f64 = -0.25;
    pub(super) const CONTROL: f64 = -0.28;
    pub(super) const CALLS: f64 = -0.08;
    pub(super) const TERMS_ASKED: f64 = -0.48;
    /// Of the share of the prompt's terms that the program uses, comments left out.
    pub(super) const TERMS_USED: f64 = 0.08;
    pub(super) const UNUSED_PARAMETER: f64 = -0.92;
}

/// A reference program, taken apart, and its function.
#[derive(Clone, Copy)]
pub(crate) struct Reference<'a> {
    pub source: &'a Source<'a>,
    pub outline: &'a Outline<'a>,
    pub entry: Option<&'a Callable<'a>>,
}

pub(crate) fn semantic(examined: &Examined<'_>, reference: Option<Reference<'_>>) -> Part {
    let mut part = Part::full(QualityPart::Semantic);
    let source = examined.program;
    if source.text.trim().is_empty() {
        part.lower(0.0, "there is no code");
        return part;
    }
    if !source.known {
        part.lower(
            0.5,
            format!("{} is not judged: it has no grammar here", source.language),
        );
        return part;
    }
    let roots = roots(source, examined.outline, examined.entry);
    let mine = shape(
        source,
        examined.outline,
        &roots,
        examined.entry.map(|e| e.node),
    );
    let unused = unused_parameters(examined);
    let mut why = Vec::new();
    let odds = match reference.map(|r| {
        let roots = self::roots(r.source, r.outline, r.entry);
        shape(r.source, r.outline, &roots, r.entry.map(|e| e.node))
    }) {
        Some(theirs) if theirs.size > 0 => {
            why.extend(differences(&mine, &theirs));
            against(&mine, &theirs, examined, unused.len())
        }
        _ => {
            why.push(format!(
                "without a reference: {} names and values, {} branches, loops and returns",
                mine.size,
                total(&mine.control) / 2
            ));
            by_itself(&mine, examined, &roots, unused.len())
        }
    };
    if !unused.is_empty() {
        let names: Vec<String> = unused.iter().take(3).map(|n| format!("'{n}'")).collect();
        why.push(format!("not used: {}", names.join(", ")));
    }
    part.lower(1.0 / (1.0 + (-odds).exp()), why.join("; "));
    part
}

fn against(mine: &Shape, theirs: &Shape, examined: &Examined<'_>, unused: usize) -> f64 {
    use with_reference::*;
    let of = |(extra, missing): (f64, f64), pairs: &[(&Bag, &Bag)]| {
        let n = pairs.len() as f64;
        pairs
            .iter()
            .map(|(a, b)| {
                let (e, m) = (beyond(a, b), beyond(b, a));
                extra * f64::from(e).ln_1p() + missing * f64::from(m).ln_1p()
            })
            .sum::<f64>()
            / n
    };
    let [one, two, three] = &mine.trees;
    let [their_one, their_two, their_three] = &theirs.trees;
    CONSTANT
        + of(OPERATORS, &[(&mine.operators, &theirs.operators)])
        + of(CALLS, &[(&mine.calls, &theirs.calls)])
        + of(LITERALS, &[(&mine.literals, &theirs.literals)])
        + of(
            STRUCTURE,
            &[
                (&mine.control, &theirs.control),
                (one, their_one),
                (two, their_two),
                (three, their_three),
                (&mine.flow, &theirs.flow),
            ],
        )
        + of(
            DECISIONS,
            &[
                (&mine.returns, &theirs.returns),
                (&mine.conditions, &theirs.conditions),
                (&mine.kinds, &theirs.kinds),
            ],
        )
        + TERMS_ASKED * (examined.prompt_terms.len() as f64).ln_1p()
        + UNUSED_PARAMETER * unused as f64
}

fn by_itself(mine: &Shape, examined: &Examined<'_>, roots: &[usize], unused: usize) -> f64 {
    use alone::*;
    let asked = &examined.prompt_terms;
    let used = used_terms(examined.program, roots);
    let share =
        asked.iter().filter(|t| used.contains(*t)).count() as f64 / asked.len().max(1) as f64;
    let log = |n: u32| f64::from(n).ln_1p();
    CONSTANT
        + SIZE * (mine.size as f64).ln_1p()
        + CONTROL * log(total(&mine.control))
        + CALLS * log(total(&mine.calls))
        + TERMS_ASKED * (asked.len() as f64).ln_1p()
        + TERMS_USED * share
        + UNUSED_PARAMETER * unused as f64
}

/// The entry point and what it calls; the whole text when it has no such function.
fn roots(source: &Source<'_>, outline: &Outline<'_>, entry: Option<&Callable<'_>>) -> Vec<usize> {
    match entry {
        Some(entry) => outline.reached(source, entry.node),
        None if source.nodes.is_empty() => Vec::new(),
        None => vec![0],
    }
}

fn total(bag: &Bag) -> u32 {
    bag.values().sum()
}

/// How many things of `a` are not in `b`.
fn beyond(a: &Bag, b: &Bag) -> u32 {
    a.iter()
        .map(|(key, n)| n.saturating_sub(b.get(key).copied().unwrap_or(0)))
        .sum()
}

/// The entry point's parameters that it never uses.
fn unused_parameters<'a>(examined: &Examined<'a>) -> Vec<&'a str> {
    let Some(entry) = examined.entry else {
        return Vec::new();
    };
    let range = examined.program.below(entry.node);
    let used: HashSet<&str> = examined
        .outline
        .uses
        .iter()
        .filter(|u| range.contains(&u.node))
        .map(|u| u.name)
        .collect();
    entry
        .parameters
        .iter()
        .copied()
        .filter(|p| !used.contains(p))
        .collect()
}

fn used_terms(source: &Source<'_>, roots: &[usize]) -> HashSet<String> {
    let mut code = String::new();
    for root in roots {
        for n in source.below(*root) {
            if source.is_leaf(n) && source.role(n) != Role::Comment {
                code.push_str(source.text_of(n));
                code.push(' ');
            }
        }
    }
    terms(&code)
}

/// What sets a program apart from its reference, in a line.
fn differences(mine: &Shape, theirs: &Shape) -> Vec<String> {
    let mut said = Vec::new();
    let counted = |word: &str, a: &Bag, b: &Bag| {
        let (extra, missing) = (beyond(a, b), beyond(b, a));
        (extra + missing > 0).then(|| format!("{word} {missing} fewer, {extra} more"))
    };
    let all = [
        counted("operators", &mine.operators, &theirs.operators),
        counted("literals", &mine.literals, &theirs.literals),
        counted(
            "branches, loops and returns",
            &mine.control,
            &theirs.control,
        ),
        counted("data flow", &mine.flow, &theirs.flow),
    ];
    let all: Vec<String> = all.into_iter().flatten().collect();
    if !all.is_empty() {
        said.push(format!("than the reference: {}", all.join("; ")));
    }
    let mut missing: Vec<&str> = theirs
        .calls
        .keys()
        .filter(|key| !mine.calls.contains_key(*key))
        .filter_map(|key| theirs.names.get(key).map(String::as_str))
        .collect();
    missing.sort_unstable();
    if !missing.is_empty() {
        let named: Vec<String> = missing.iter().take(4).map(|n| format!("'{n}'")).collect();
        said.push(format!(
            "calls of the reference that are missing: {}",
            named.join(", ")
        ));
    }
    if said.is_empty() {
        said.push("like the reference".to_owned());
    }
    said
}
