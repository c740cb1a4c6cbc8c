//! The program in the fences of a reply.

use std::collections::HashSet;

use super::compose::words;
use super::unit::{TopKind, Unit};
use super::{Cleaner, Solution, closed};
use crate::fences::{self, Fence, Fenced};
use crate::foreign::{self, may_be_code};

impl Cleaner<'_> {
    /// The last fence that solves the problem, with the other fences it needs; else the last one that
    /// continues the prompt; else the last one that lacks nothing but closing brackets.
    pub(super) fn fenced(&mut self, fenced: &Fenced) -> Option<Solution> {
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
    pub(super) fn code_of(&self, content: &str) -> String {
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
}

/// The fences that may hold a program.
pub(super) fn candidates(fenced: &Fenced) -> Vec<&Fence> {
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
