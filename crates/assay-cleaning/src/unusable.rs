//! When no candidate solves the problem: what comes nearest, and what is wrong with it.

use assay_core::{Content, ResponseMode};

use crate::Cleaned;
use crate::chunks::is_talk;
use crate::compose::join;
use crate::fences;
use crate::foreign;
use crate::reply::Reply;
use crate::solution::{Cleaner, before_first_fence};

impl Cleaner<'_> {
    pub(crate) fn nothing(&self, why: &str) -> Cleaned {
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

    /// No candidate solves the problem: what comes nearest, and what is wrong with it.
    pub(crate) fn unusable(&mut self, mode: ResponseMode, reply: &Reply<'_>) -> Cleaned {
        let (text, fenced) = (reply.answer.text.as_str(), reply.fenced());
        let mut codes: Vec<(String, bool, bool)> = fenced
            .fences
            .iter()
            .rev()
            .filter(|f| foreign::may_be_code(&f.tag) && !f.content.trim().is_empty())
            .take(fences::MOST)
            .map(|f| (f.content.clone(), !f.closed, false))
            .collect();
        let rest = if mode == ResponseMode::Completion {
            before_first_fence(text)
        } else {
            fenced.outside.as_str()
        };
        if mode == ResponseMode::Completion && !rest.trim().is_empty() {
            codes.push((join(self.prompt, rest), true, true));
        }
        codes.push((rest.to_owned(), true, false));

        // Python that parses: the entry point is a placeholder, or another program is there.
        let mut best: Option<(Cleaned, u8)> = None;
        for (code, _, joined) in &codes {
            let Some(module) = self.python.parse(code, self.name) else {
                continue;
            };
            let (rank, content, why) = match (&module.entry, joined) {
                // The prompt's own docstring is not an answer.
                (Some(_), true) if is_talk(rest) || !looks_like_code(rest) => continue,
                (Some(_), _) => (
                    2,
                    Content::Placeholder,
                    format!("the body of '{}' does nothing", self.name),
                ),
                (None, true) if self.name.is_empty() => continue,
                // Nothing was asked for by name: a script is as good as a function.
                (None, _) if module.has_code() && self.name.is_empty() => {
                    (2, Content::Ok, String::new())
                }
                (None, _) if module.has_code() => (
                    1,
                    Content::Incomplete,
                    format!("'{}' is not defined", self.name),
                ),
                _ => continue,
            };
            if best.as_ref().is_none_or(|(_, r)| rank > *r) {
                let solution = self.standalone(code.clone(), &module, "nearest_code");
                let mut cleaned = self.finish(solution);
                if content == Content::Ok {
                    cleaned.rule = if code == text { "as_is" } else { "script" }.to_owned();
                } else {
                    cleaned.content = content;
                    cleaned.warnings.push(why);
                }
                best = Some((cleaned, rank));
            }
        }
        if let Some((cleaned, 2)) = best {
            return cleaned;
        }
        let broken = codes
            .iter()
            .find(|(code, _, joined)| !joined && looks_like_code(code))
            .map(|(code, unclosed, _)| (code, *unclosed));
        let foreign = foreign::of_response(text, fenced);
        if let Some((language, code)) = foreign
            && !broken.is_some_and(|(code, _)| mentions_definition(code, self.name))
        {
            return Cleaned {
                program: code.clone(),
                code,
                rule: "other_language".to_owned(),
                changed: true,
                language: Some(foreign::named(language)),
                confidence: 0.0,
                warnings: vec![format!("the code looks like {language}")],
                content: Content::WrongLanguage,
            };
        }
        if let Some((cleaned, _)) = best {
            return cleaned;
        }
        let Some((code, unclosed)) = broken else {
            return self.nothing("no code was found in the response");
        };
        let content = if self.cut_off || (unclosed && !fenced.fences.is_empty()) {
            Content::Incomplete
        } else {
            Content::SyntaxError
        };
        let standalone = mentions_definition(code, self.name) || mode == ResponseMode::Chat;
        let program = if standalone {
            code.clone()
        } else {
            join(self.prompt, code)
        };
        Cleaned {
            changed: true,
            language: None,
            confidence: 0.0,
            program,
            code: code.clone(),
            rule: "nearest_code".to_owned(),
            warnings: vec!["the code does not parse".to_owned()],
            content,
        }
    }
}

fn mentions_definition(code: &str, name: &str) -> bool {
    code.lines().any(|line| {
        line.trim_start()
            .strip_prefix("def ")
            .is_some_and(|rest| rest.trim_start().starts_with(name))
    })
}

/// Whether a line of `text` can hardly be prose.
fn looks_like_code(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim();
        let begins = [
            "def ", "class ", "import ", "return ", "while ", "for ", "if ", "elif ", "print(",
            "assert ", "with ", "try:", "raise ",
        ];
        let statement = begins.iter().any(|word| line.starts_with(word))
            && (line.ends_with([':', ')', ']']) || !line.ends_with('.'))
            && line.split_whitespace().count() < 25;
        statement && !line.ends_with([',', '?', '!'])
            || (line.starts_with("from ") && line.contains(" import "))
            || line.contains(" = ")
            || line.contains(" == ")
    })
}
