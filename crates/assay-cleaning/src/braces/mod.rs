//! Languages with curly brackets: candidates are made, judged by the language's grammar, and the best one
//! becomes the program. What is peculiar to a language is its line in `grammars.rs`.

mod chunks;
mod compose;
mod names;
mod scan;
mod unit;
mod unusable;

use std::collections::HashSet;

use assay_core::{Content, FinishReason, Language, ResponseMode};

use crate::compose::join;
use crate::fences::{self, Fence, Fenced};
use crate::foreign::{self, may_be_code};
use crate::grammars::Grammar;
use crate::plain::mentions;
use crate::solution::{before_first_fence, plain_name};
use crate::{Cleaned, CleaningInput};
use crate::{reasoning, undress};

use compose::{Prompt, with_prompt, without_main, words};
use unit::{Syntax, TopKind, Unit};

/// A candidate that defines the entry point with a real body.
struct Solution {
    program: String,
    code: String,
    rule: &'static str,
    /// Brackets that the program leaves open.
    open: usize,
    /// The model was stopped, if at its limit, inside the solution: nothing comes after it.
    to_end: bool,
    /// Part of the solution is missing, whatever stopped the model.
    incomplete: bool,
    warnings: Vec<String>,
}

/// A text that solves the problem once `open` more brackets are closed.
struct Solved {
    unit: Unit,
    open: usize,
}

/// [`Cleaned::changed`] is left to the caller, who knows it for every language.
pub(crate) fn clean(
    input: &CleaningInput<'_>,
    language: &Language,
    naive: &str,
    grammar: &'static Grammar,
) -> Cleaned {
    let mut syntax = Syntax::new(grammar, naive.len());
    let mut name = plain_name(input.entry_point);
    let mut completed = Prompt::new(&mut syntax, input.prompt, name);
    let inferred;
    if name.is_empty()
        && let Some(found) = completed.as_ref().and_then(Prompt::entry_name)
    {
        inferred = found.to_owned();
        name = &inferred;
        completed = Prompt::new(&mut syntax, input.prompt, name);
    }
    let mut cleaner = Cleaner {
        completed,
        prompt_depth: scan::depth(input.prompt, grammar).open,
        syntax,
        prompt: input.prompt,
        name,
        cut_off: input.finish == Some(FinishReason::Length),
    };
    if input.response.trim().is_empty() {
        return nothing("the response is empty");
    }
    if let Some(solution) = cleaner.as_is(input, naive) {
        return cleaner.finish(solution);
    }
    let answer = reasoning::set_aside(input.response);
    let mut warnings = Vec::new();
    if !answer.drafts.is_empty() {
        warnings.push("reasoning was set aside".to_owned());
    }
    let fenced = fences::find(&answer.text);
    let mut solution = match input.mode {
        ResponseMode::Completion => cleaner.completion(&answer.text, &fenced),
        ResponseMode::Chat => cleaner.chat(&answer.text, &fenced),
    };
    if solution.is_none() {
        solution = cleaner.second_reading(input.mode, &answer.text, &fenced);
    }
    if solution.is_none() && answer.unclosed {
        // The answer was never separated from the thinking: its last draft is all there is.
        solution = answer.drafts.last().and_then(|draft| {
            let mut solution = cleaner.chat(draft, &fences::find(draft))?;
            solution.rule = "reasoning_draft";
            solution
                .warnings
                .push("the code stands inside reasoning that never ends".to_owned());
            Some(solution)
        });
    }
    let mut cleaned = match solution {
        Some(solution) => cleaner.finish(solution),
        None => cleaner.unusable(input, language, &answer.text, &fenced),
    };
    warnings.append(&mut cleaned.warnings);
    cleaned.warnings = warnings;
    cleaned
}

fn nothing(why: &str) -> Cleaned {
    Cleaned {
        program: String::new(),
        code: String::new(),
        rule: "no_code".to_owned(),
        changed: true,
        language: None,
        confidence: 0.0,
        warnings: vec![why.to_owned()],
        content: Content::NoCode,
    }
}

struct Cleaner<'a> {
    syntax: Syntax,
    prompt: &'a str,
    completed: Option<Prompt>,
    /// Brackets that the prompt leaves open: the function's, and the class's around it.
    prompt_depth: usize,
    name: &'a str,
    /// The model met its token limit.
    cut_off: bool,
}

impl Cleaner<'_> {
    /// `text` when it defines the entry point for real, at most `most_open` brackets being open at its end.
    fn solve(&mut self, text: &str, most_open: usize) -> Option<Solved> {
        let counted = scan::depth(text, self.syntax.grammar).open;
        // The count may err, where the grammar does not; a long text is not parsed so often.
        const SHORT: usize = 65_536;
        let most_tried = if text.len() <= SHORT {
            most_open + 1
        } else {
            0
        };
        let others = (0..most_tried).filter(|n| *n != counted);
        let tries = (counted <= most_open)
            .then_some(counted)
            .into_iter()
            .chain(others);
        for open in tries {
            let unit = if open == 0 {
                self.syntax.parse(text, self.name)
            } else {
                let closed = format!("{text}\n{}", "}".repeat(open));
                self.syntax.parse(&closed, self.name)
            };
            if let Some(unit) = unit {
                return unit.solves().then_some(Solved { unit, open });
            }
        }
        None
    }

    /// How many brackets a completion may leave open: those that its prompt opened.
    fn most_open(&self) -> usize {
        self.prompt_depth.clamp(1, 4)
    }

    /// A response that is pure code.
    fn as_is(&mut self, input: &CleaningInput<'_>, naive: &str) -> Option<Solution> {
        let code = self.syntax.opened(input.response).into_owned();
        if input.mode == ResponseMode::Chat {
            let solved = self.solve(&code, 0)?;
            return Some(self.standalone(code, &solved, "as_is"));
        }
        // A function inside the function is a repetition, though grammars take it.
        let most = self.most_open();
        if let Some(solved) = self.solve(&code, most) {
            return Some(self.standalone(code, &solved, "repeated_signature"));
        }
        let solved = self.solve(naive, most)?;
        Some(self.continued(
            naive.to_owned(),
            input.response.to_owned(),
            &solved,
            "as_is",
        ))
    }

    /// The program of code that stands alone but for what the prompt provides.
    fn standalone(&self, code: String, solved: &Solved, rule: &'static str) -> Solution {
        let (program, added) =
            with_prompt(self.completed.as_ref(), self.prompt, &code, &solved.unit);
        let mut warnings = Vec::new();
        if added > 0 {
            warnings.push(format!(
                "{added} import(s) or definition(s) of the prompt were added"
            ));
        }
        Solution {
            to_end: self.reaches_end(&code, solved),
            program,
            code,
            rule,
            open: solved.open,
            incomplete: false,
            warnings,
        }
    }

    /// The program of the prompt and what follows it.
    fn continued(
        &self,
        program: String,
        code: String,
        solved: &Solved,
        rule: &'static str,
    ) -> Solution {
        Solution {
            to_end: self.reaches_end(&program, solved),
            program,
            code,
            rule,
            open: solved.open,
            incomplete: false,
            warnings: Vec::new(),
        }
    }

    fn reaches_end(&self, text: &str, solved: &Solved) -> bool {
        let entry = solved.unit.entry.as_ref();
        entry.is_none_or(|e| e.range.end >= text.trim_end().len())
    }

    /// The model continued the prompt: a body, perhaps with talk, a repeated signature or fences.
    fn completion(&mut self, text: &str, fenced: &Fenced) -> Option<Solution> {
        let most = self.most_open();
        let before = before_first_fence(text);
        if before.trim().is_empty() {
            return self.in_fences(fenced);
        }
        let rule = if before.len() < text.len() {
            "cut_at_fence"
        } else {
            "prompt_joined"
        };
        let code = self.syntax.opened(before).into_owned();
        if let Some(solved) = self.solve(&code, most) {
            return Some(self.standalone(code, &solved, "repeated_signature"));
        }
        self.joined(before, rule)
            .or_else(|| self.cut(&code, 0, 1, "repeated_signature"))
            .or_else(|| self.in_fences(fenced))
    }

    /// `body` as the continuation of the prompt, up to where it is code.
    fn joined(&mut self, body: &str, rule: &'static str) -> Option<Solution> {
        let program = format!("{}{body}", self.prompt);
        let program = match self.solve(&program, self.most_open()) {
            Some(solved) => return Some(self.continued(program, body.to_owned(), &solved, rule)),
            None => join(self.prompt, body),
        };
        self.cut(&program, self.prompt.len(), self.prompt_depth.max(1), rule)
    }

    /// `text` up to the last place after `from` where fewer than `below` brackets are open and all before
    /// it is code.
    fn cut(
        &mut self,
        text: &str,
        from: usize,
        below: usize,
        rule: &'static str,
    ) -> Option<Solution> {
        // Bounded, so that the time stays linear: a run-on's last function is cut, or all of it is talk.
        const LAST: usize = 6;
        const FIRST: usize = 3;
        let ends = scan::ends(text, self.syntax.grammar, from, below);
        let first = ends.iter().take(FIRST).rev();
        let last = ends.iter().skip(FIRST).rev().take(LAST);
        let tries: Vec<usize> = last.chain(first).copied().collect();
        for end in tries {
            let Some(program) = text.get(..end) else {
                continue;
            };
            let Some(solved) = self.solve(program, below.saturating_sub(1)) else {
                continue;
            };
            let program = format!("{program}\n");
            let mut solution = if from == 0 {
                self.standalone(program, &solved, rule)
            } else {
                let body = program.get(from..).unwrap_or_default().to_owned();
                self.continued(program, body, &solved, rule)
            };
            solution.to_end = false;
            if !text[end..].trim().is_empty() {
                solution
                    .warnings
                    .push("text after the solution was cut".to_owned());
            }
            return Some(solution);
        }
        None
    }

    /// The model answered a message: whole code somewhere among prose.
    fn chat(&mut self, text: &str, fenced: &Fenced) -> Option<Solution> {
        if let Some(solution) = self.in_fences(fenced) {
            return Some(solution);
        }
        if fenced.fences.is_empty() {
            return self
                .salvage(text, "unfenced")
                .or_else(|| self.joined(text, "prompt_joined").map(closed));
        }
        let candidates = candidates(fenced);
        candidates
            .iter()
            .rev()
            .find_map(|fence| self.salvage(&fence.content, "fence_salvaged"))
            .or_else(|| self.salvage(&fenced.outside, "unfenced"))
    }

    /// What is found when marks inside a fence are taken for text, or when what dresses the code up is
    /// taken off.
    fn second_reading(
        &mut self,
        mode: ResponseMode,
        text: &str,
        fenced: &Fenced,
    ) -> Option<Solution> {
        let longer = Fenced {
            fences: fences::longer(text),
            outside: String::new(),
        };
        let whole = self
            .in_fences(&longer)
            .filter(|found| found.rule == "fence");
        whole.or_else(|| {
            let variants = undress::variants(text, fenced);
            variants.into_iter().find_map(|(rule, text)| {
                let fenced = fences::find(&text);
                let mut solution = match mode {
                    ResponseMode::Completion => self.completion(&text, &fenced),
                    ResponseMode::Chat => self.chat(&text, &fenced),
                }?;
                if ["fence_body", "prompt_joined"].contains(&solution.rule) && rule != "unescaped" {
                    return None;
                }
                solution.rule = rule;
                Some(solution)
            })
        })
    }

    /// The last fence that solves the problem, with the other fences it needs; else the last one that
    /// continues the prompt; else the last one that lacks nothing but closing brackets.
    fn in_fences(&mut self, fenced: &Fenced) -> Option<Solution> {
        let candidates = candidates(fenced);
        let order = foreign::order(&candidates, self.syntax.grammar.id);
        for &index in &order {
            let fence = candidates[index];
            let code = self.code_of(&fence.content);
            let Some(solved) = self.solve(&code, 0) else {
                continue;
            };
            let (code, parts) = self.with_parts(code, &solved.unit, &candidates, index);
            let solved = if parts > 0 {
                self.solve(&code, 0)?
            } else {
                solved
            };
            let mut solution = self.standalone(code, &solved, "fence");
            solution.to_end &= !fence.closed;
            if parts > 0 {
                solution.warnings.push(format!(
                    "{parts} more fence(s) that it needs were put before it"
                ));
            }
            return Some(solution);
        }
        let ordered = || order.iter().map(|index| candidates[*index]);
        for fence in ordered() {
            if let Some(mut solution) = self.joined(&fence.content, "fence_body").map(closed) {
                solution.to_end &= !fence.closed;
                return Some(solution);
            }
        }
        for fence in ordered() {
            let code = self.code_of(&fence.content);
            let most = self.most_open();
            if let Some(solved) = self.solve(&code, most) {
                let code = format!("{}\n{}\n", code.trim_end(), "}".repeat(solved.open));
                let closed = self.solve(&code, 0)?;
                let mut solution = self.standalone(code, &closed, "fence");
                solution.to_end = !fence.closed;
                solution.incomplete = !fence.closed;
                solution
                    .warnings
                    .push(format!("{} closing bracket(s) were added", solved.open));
                return Some(solution);
            }
        }
        None
    }

    /// The content of a fence as code: with its opening mark, without its closing one, after which tests
    /// would be text.
    fn code_of(&self, content: &str) -> String {
        let code = self.syntax.opened(content).into_owned();
        match self.syntax.grammar.marks {
            Some((_, closing)) => match code.trim_end().strip_suffix(closing) {
                Some(inner) => format!("{}\n", inner.trim_end()),
                None => code,
            },
            None => code,
        }
    }

    /// `code` after the other fences that define what it uses.
    fn with_parts(
        &mut self,
        code: String,
        unit: &Unit,
        fences: &[&Fence],
        chosen: usize,
    ) -> (String, usize) {
        let mut parts = String::new();
        let mut count = 0;
        let used = words([code.as_str()].into_iter());
        let own: HashSet<&str> = unit.names().collect();
        for (index, fence) in fences.iter().enumerate() {
            if index == chosen || self.syntax.grammar.marks.is_some() {
                continue;
            }
            let Some(other) = self.syntax.parse(&fence.content, self.name) else {
                continue;
            };
            let harmless = other
                .tops
                .iter()
                .all(|t| !matches!(t.kind, TopKind::Opening | TopKind::Other));
            let needed = other
                .names()
                .any(|name| name != "main" && used.contains(name) && !own.contains(name));
            let again = other.names().any(|name| own.contains(name));
            if other.entry.is_none() && harmless && needed && !again {
                parts.push_str(fence.content.trim_end());
                parts.push_str("\n\n");
                count += 1;
            }
        }
        if count == 0 {
            return (code, 0);
        }
        let whole = format!("{parts}{code}");
        if self.solve(&whole, 0).is_some() {
            (whole, count)
        } else {
            (code, 0)
        }
    }

    fn finish(&mut self, mut solution: Solution) -> Cleaned {
        self.leave_out_main(&mut solution);
        let content = if solution.incomplete || (self.cut_off && solution.to_end) {
            Content::Incomplete
        } else {
            Content::Ok
        };
        Cleaned {
            changed: true,
            language: None,
            confidence: 0.0,
            program: solution.program,
            code: solution.code,
            rule: solution.rule.to_owned(),
            warnings: solution.warnings,
            content,
        }
    }

    fn leave_out_main(&mut self, solution: &mut Solution) {
        if self.name.is_empty()
            || !mentions(&solution.program, "main") && !solution.program.contains("Main")
        {
            return;
        }
        if let Some(unit) = self.syntax.parse(&solution.program, self.name)
            && let Some((program, mut warnings)) =
                without_main(&mut self.syntax, &solution.program, &unit, self.name)
        {
            solution.program = program;
            solution.warnings.append(&mut warnings);
        }
    }
}

/// A body out of a reply has no tests that would close its brackets.
fn closed(mut solution: Solution) -> Solution {
    if solution.open > 0 {
        let brackets = "}".repeat(solution.open);
        solution.program = format!("{}\n{brackets}\n", solution.program.trim_end());
        solution.open = 0;
    }
    solution
}

/// The fences that may hold a program.
fn candidates(fenced: &Fenced) -> Vec<&Fence> {
    let mut found: Vec<&Fence> = fenced
        .fences
        .iter()
        .rev()
        .filter(|fence| may_be_code(&fence.tag) && !fence.content.trim().is_empty())
        .take(fences::MOST)
        .collect();
    found.reverse();
    found
}
