//! Languages with curly brackets: candidates are made, judged by the language's grammar, and the best one
//! becomes the program. What is peculiar to a language is its line in `grammars.rs`.

mod chunks;
mod compose;
mod fenced;
mod names;
mod scan;
mod syntax;
mod unit;
mod unusable;

use assay_core::{Content, FinishReason, Language, ResponseMode};

use crate::compose::join;
use crate::fences::Fenced;
use crate::grammars::Grammar;
use crate::plain::mentions;
use crate::readings::{self, Found, Reader};
use crate::reply::Reply;
use crate::solution::{before_first_fence, plain_name};
use crate::{Cleaned, CleaningInput};

use compose::{Prompt, with_prompt, without_main};
use fenced::candidates;
use syntax::Syntax;
use unit::Unit;

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
    reply: &Reply<'_>,
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
    let mut warnings = Vec::new();
    if !reply.answer.drafts.is_empty() {
        warnings.push("reasoning was set aside".to_owned());
    }
    let solution = readings::solution(&mut cleaner, input.mode, reply);
    let mut cleaned = match solution {
        Some(solution) => cleaner.finish(solution),
        None => cleaner.unusable(input, reply, language),
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

impl Found for Solution {
    fn rule(&self) -> &'static str {
        self.rule
    }

    fn set_rule(&mut self, rule: &'static str) {
        self.rule = rule;
    }

    fn is_whole(&self) -> bool {
        true
    }

    fn warn(&mut self, warning: &str) {
        self.warnings.push(warning.to_owned());
    }
}

impl Reader for Cleaner<'_> {
    type Solution = Solution;

    fn read(&mut self, mode: ResponseMode, text: &str, fenced: &Fenced) -> Option<Solution> {
        match mode {
            ResponseMode::Completion => self.completion(text, fenced),
            ResponseMode::Chat => self.chat(text, fenced),
        }
    }

    fn in_fences(&mut self, fenced: &Fenced) -> Option<Solution> {
        self.fenced(fenced)
    }
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
            if let Some(mut unit) = unit {
                // The brackets that were added are no part of the text.
                unit.end_at(text.len());
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
