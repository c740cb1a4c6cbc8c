//! Python: candidates are made, judged by the grammar, and the best one becomes the program.

use assay_core::{Content, FinishReason, ResponseMode};

use crate::chunks::{Salvage, salvage};
use crate::compose::{
    body_indent, dedent, entry_of_prompt, indent_all, indent_first_line, join, with_preamble,
};
use crate::fences::{self, Fence, Fenced};
use crate::foreign;
use crate::python::{Module, Python, TopKind};
use crate::readings::{self, Found, Reader};
use crate::reply::Reply;
use crate::sections;
use crate::{Cleaned, CleaningInput};

/// A candidate that defines the entry point with a real body.
pub(crate) struct Solution {
    program: String,
    code: String,
    rule: &'static str,
    /// Lines of the solution itself had to be left out.
    lost_code: bool,
    /// Nothing comes after the solution, so a model that was cut off was cut off in it.
    to_end: bool,
    warnings: Vec<String>,
}

/// [`Cleaned::changed`] is left to the caller, who knows it for every language.
pub(crate) fn clean(input: &CleaningInput<'_>, reply: &Reply<'_>, naive: &str) -> Cleaned {
    let mut python = Python::new(naive.len());
    let inferred;
    let mut name = plain_name(input.entry_point);
    if name.is_empty() {
        inferred = entry_of_prompt(&mut python, input.prompt);
        name = &inferred;
    }
    let mut cleaner = Cleaner {
        python,
        prompt: input.prompt,
        name,
        cut_off: input.finish == Some(FinishReason::Length),
    };
    if input.response.trim().is_empty() {
        return cleaner.nothing("the response is empty");
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
        None => cleaner.unusable(input.mode, reply),
    };
    warnings.append(&mut cleaned.warnings);
    cleaned.warnings = warnings;
    cleaned
}

/// `twoSum` of `Solution().twoSum`.
pub(crate) fn plain_name(entry_point: &str) -> &str {
    let name = entry_point.trim().trim_end_matches("()");
    name.rsplit(|c: char| !c.is_alphanumeric() && c != '_')
        .find(|part| !part.is_empty())
        .unwrap_or(name)
}

pub(crate) struct Cleaner<'a> {
    pub(crate) python: Python,
    pub(crate) prompt: &'a str,
    pub(crate) name: &'a str,
    /// The model met its token limit.
    pub(crate) cut_off: bool,
}

impl Found for Solution {
    fn rule(&self) -> &'static str {
        self.rule
    }

    fn set_rule(&mut self, rule: &'static str) {
        self.rule = rule;
    }

    fn is_whole(&self) -> bool {
        !self.lost_code
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
    fn solve(&mut self, text: &str) -> Option<Module> {
        self.python.parse(text, self.name).filter(Module::solves)
    }

    /// A response that is pure code: nothing in it is touched.
    fn as_is(&mut self, input: &CleaningInput<'_>, naive: &str) -> Option<Solution> {
        let module = self.solve(naive)?;
        let to_end = module.entry_end() >= Some(naive.trim_end().len());
        if input.mode == ResponseMode::Completion {
            return Some(Solution {
                program: naive.to_owned(),
                code: input.response.to_owned(),
                rule: "as_is",
                lost_code: false,
                to_end,
                warnings: Vec::new(),
            });
        }
        let mut solution = self.standalone(input.response.to_owned(), &module, "as_is");
        solution.to_end = to_end;
        Some(solution)
    }

    /// The program of code that stands alone but for what the prompt provides.
    pub(crate) fn standalone(
        &mut self,
        code: String,
        module: &Module,
        rule: &'static str,
    ) -> Solution {
        let (program, added) =
            with_preamble(&mut self.python, self.prompt, &code, module, self.name);
        let mut warnings = Vec::new();
        if added > 0 {
            warnings.push(format!(
                "{added} import(s) or definition(s) of the prompt were added"
            ));
        }
        Solution {
            program,
            code,
            rule,
            lost_code: false,
            to_end: false,
            warnings,
        }
    }

    /// The model continued the prompt: a body, perhaps with talk, a repeated signature or fences.
    fn completion(&mut self, text: &str, fenced: &Fenced) -> Option<Solution> {
        let before_fence = before_first_fence(text);
        let rule = if before_fence.len() < text.len() {
            "cut_at_fence"
        } else {
            "prompt_joined"
        };
        if !before_fence.trim().is_empty()
            && let Some(solution) = self.continued(before_fence.to_owned(), rule)
        {
            return Some(solution);
        }
        if let Some(module) = self.solve(before_fence) {
            return Some(self.standalone(before_fence.to_owned(), &module, "repeated_signature"));
        }
        if !before_fence.trim().is_empty()
            && let Some(solution) = self.joined(before_fence, rule)
        {
            return Some(solution);
        }
        if let Some(solution) = self.in_fences(fenced) {
            return Some(solution);
        }
        if before_fence.trim().is_empty() {
            return self.salvage_fences(fenced);
        }
        self.salvage_joined(before_fence, "salvaged")
            .or_else(|| self.salvage_alone(before_fence, "salvaged"))
            .or_else(|| self.salvage_fences(fenced))
    }

    /// The model answered a message: whole code somewhere among prose.
    fn chat(&mut self, text: &str, fenced: &Fenced) -> Option<Solution> {
        if let Some(solution) = self.in_fences(fenced) {
            return Some(solution);
        }
        if fenced.fences.is_empty() {
            if let Some(code) = dedent(text)
                && let Some(module) = self.solve(&code)
            {
                return Some(self.standalone(code, &module, "dedented"));
            }
            return self
                .salvage_alone(text, "unfenced")
                .or_else(|| self.joined(text, "prompt_joined"))
                .or_else(|| self.salvage_joined(text, "salvaged"));
        }
        self.salvage_fences(fenced)
            .or_else(|| self.salvage_alone(&fenced.outside, "unfenced"))
    }

    /// `body` as the continuation of the prompt.
    fn continued(&mut self, body: String, rule: &'static str) -> Option<Solution> {
        let program = join(self.prompt, &body);
        let module = self.solve(&program)?;
        Some(Solution {
            to_end: module.entry_end() >= Some(program.trim_end().len()),
            program,
            code: body,
            rule,
            lost_code: false,
            warnings: Vec::new(),
        })
    }

    /// `body` as the continuation of the prompt, when need be without the prompt it repeats or with the
    /// indentation it lost.
    fn joined(&mut self, body: &str, rule: &'static str) -> Option<Solution> {
        let repeated = body.trim_start().strip_prefix(self.prompt.trim());
        let rule = if repeated.is_some() {
            "repeated_prompt"
        } else {
            rule
        };
        let body = repeated.unwrap_or(body);
        let indent = body_indent(self.prompt);
        let tries = [
            (body.to_owned(), rule),
            (indent_first_line(body, &indent), "indentation_restored"),
            (indent_all(body, &indent), "indentation_restored"),
            (
                dedent(body).map_or(String::new(), |body| indent_all(&body, &indent)),
                "indentation_restored",
            ),
        ];
        // A call of the function, moved into its body, would pass for a solution: only what answers
        // something is indented.
        let answers = body.contains("return") || body.contains("yield");
        tries
            .into_iter()
            .take(if answers { 4 } else { 1 })
            .find_map(|(code, rule)| self.continued(code, rule))
    }

    /// The last fence that solves the problem, with the other fences it needs; else the last one that
    /// continues the prompt.
    fn fenced(&mut self, fenced: &Fenced) -> Option<Solution> {
        let candidates: Vec<&Fence> = fenced
            .fences
            .iter()
            .filter(|fence| foreign::may_be_code(&fence.tag) && !fence.content.trim().is_empty())
            .collect();
        let candidates = &candidates[candidates.len().saturating_sub(fences::MOST)..];
        let order = foreign::order(candidates, "python");
        for &index in &order {
            let fence = candidates[index];
            let dedented = dedent(&fence.content);
            let code = dedented.as_deref().unwrap_or(&fence.content);
            let Some(module) = self.solve(code) else {
                continue;
            };
            let to_end = !fence.closed && module.entry_end() >= Some(code.trim_end().len());
            let (code, cut) = without_self_tests(code, &module, !self.name.is_empty());
            let (code, parts) = self.with_parts(code, &module, candidates, index);
            let module = if cut + parts > 0 {
                self.solve(&code)?
            } else {
                module
            };
            let mut solution = self.standalone(code, &module, "fence");
            solution.to_end = to_end;
            if cut > 0 {
                solution.warnings.push(format!(
                    "{cut} statement(s) that only test or print were left out"
                ));
            }
            if parts > 0 {
                solution.warnings.push(format!(
                    "{parts} more fence(s) that it needs were put before it"
                ));
            }
            return Some(solution);
        }
        order
            .into_iter()
            .find_map(|index| self.joined(&candidates[index].content, "fence_body"))
    }

    /// `code` after the other fences that define what it uses. Only imports, definitions and constants
    /// are taken: an example of use would run before what it uses exists.
    fn with_parts(
        &mut self,
        code: String,
        module: &Module,
        fences: &[&Fence],
        chosen: usize,
    ) -> (String, usize) {
        let mut parts = String::new();
        let mut count = 0;
        for (index, fence) in fences.iter().enumerate() {
            if index == chosen {
                continue;
            }
            let Some(other) = self.python.parse(&fence.content, self.name) else {
                continue;
            };
            let harmless = other.tops.iter().all(|top| match top.kind {
                TopKind::Assignment => top
                    .binds
                    .iter()
                    .all(|name| !name.chars().any(char::is_lowercase)),
                TopKind::Import | TopKind::Definition | TopKind::Comment | TopKind::Text => true,
                _ => false,
            });
            let needed = other
                .bound
                .iter()
                .any(|name| module.used.contains(name) && !module.bound.contains(name));
            if other.entry.is_none() && harmless && needed {
                parts.push_str(fence.content.trim_end());
                parts.push_str("\n\n");
                count += 1;
            }
        }
        if count == 0 {
            return (code, 0);
        }
        let whole = format!("{parts}{code}");
        // `from __future__` in the code would no longer be first.
        if self.solve(&whole).is_some() && !code.contains("__future__") {
            (whole, count)
        } else {
            (code, 0)
        }
    }

    fn salvage_fences(&mut self, fenced: &Fenced) -> Option<Solution> {
        fenced
            .fences
            .iter()
            .rev()
            .filter(|fence| foreign::may_be_code(&fence.tag))
            .take(fences::MOST)
            .find_map(|fence| {
                self.salvage_alone(&fence.content, "fence_salvaged")
                    .or_else(|| self.salvage_joined(&fence.content, "fence_salvaged"))
            })
    }

    fn salvage_alone(&mut self, text: &str, rule: &'static str) -> Option<Solution> {
        let found = salvage(&mut self.python, text, self.name)?;
        let module = self.solve(&found.code)?;
        let solution = self.standalone(found.code.clone(), &module, rule);
        Some(of_salvage(solution, &found))
    }

    fn salvage_joined(&mut self, body: &str, rule: &'static str) -> Option<Solution> {
        let indent = body_indent(self.prompt);
        [body.to_owned(), indent_first_line(body, &indent)]
            .into_iter()
            .find_map(|body| {
                let found = salvage(&mut self.python, &join(self.prompt, &body), self.name)?;
                let module = self.solve(&found.code)?;
                let code = found
                    .code
                    .strip_prefix(self.prompt)
                    .unwrap_or(&found.code)
                    .to_owned();
                let mut solution = self.standalone(found.code.clone(), &module, rule);
                solution.code = code;
                Some(of_salvage(solution, &found))
            })
    }

    pub(crate) fn finish(&self, solution: Solution) -> Cleaned {
        let content = if self.cut_off && (solution.to_end || solution.lost_code) {
            Content::Incomplete
        } else if solution.lost_code {
            Content::SyntaxError
        } else {
            Content::Ok
        };
        let mut warnings = solution.warnings;
        if solution.lost_code {
            warnings.push("the end of the solution does not parse and was left out".to_owned());
        }
        Cleaned {
            changed: true,
            language: None,
            confidence: 0.0,
            program: solution.program,
            code: solution.code,
            rule: solution.rule.to_owned(),
            warnings,
            content,
        }
    }
}

fn of_salvage(mut solution: Solution, found: &Salvage) -> Solution {
    solution.lost_code = found.lost_code;
    solution.to_end = found.to_end;
    let warning = if found.in_part {
        sections::IN_PART
    } else {
        "text that is not code was left out"
    };
    solution.warnings.push(warning.to_owned());
    solution
}

/// The text before the first line that begins with a fence mark.
pub(crate) fn before_first_fence(text: &str) -> &str {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_start();
        if body.starts_with("```") || body.starts_with("~~~") {
            return &text[..at];
        }
        at += line.len();
    }
    text
}

/// `code` without the statements after the entry point that only test or print; and their number.
fn without_self_tests(code: &str, module: &Module, named: bool) -> (String, usize) {
    // Of a program that was not asked for by name, what it prints may be what it is for.
    let Some(entry) = module.entry.as_ref().filter(|_| named) else {
        return (code.to_owned(), 0);
    };
    let mut out = String::with_capacity(code.len());
    let mut at = 0;
    let mut cut = 0;
    for top in module.tops.iter().skip(entry.top + 1) {
        if top.kind == TopKind::SelfTest {
            out.push_str(&code[at..top.range.start]);
            at = top.range.end;
            cut += 1;
        }
    }
    if cut == 0 {
        return (code.to_owned(), 0);
    }
    out.push_str(&code[at..]);
    (format!("{}\n", out.trim_end()), cut)
}
