//! A strategy as it is written in its file.

use std::collections::BTreeMap;

use assay_core::{Language, Role, StrategyId};
use serde::Deserialize;
use toml::Spanned;

use crate::docstring::PublicExample;
use crate::error::Place;
use crate::plan::{Feedback, FeedbackKind, TurnReply};
use crate::pool::Example;
use crate::render::{environment, known_names, unknown_name};
use crate::strategy::{MessageTemplate, Template, TurnTemplate};
use crate::{Join, PromptingError, PublicProblem, Strategy, StrategyKind};

/// Requests one sample may take.
const MOST_TURNS: usize = 8;
/// Solved problems a prompt may show.
const MOST_EXAMPLES: u32 = 16;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StrategyFile {
    id: Spanned<String>,
    title: Spanned<String>,
    description: Spanned<String>,
    kind: StrategyKind,
    #[serde(default)]
    examples: Option<Spanned<u32>>,
    /// Of the only turn: a strategy with several has `turns`.
    #[serde(default)]
    template: Option<Spanned<String>>,
    #[serde(default)]
    suffix: Option<Spanned<String>>,
    #[serde(default)]
    messages: Vec<MessageFile>,
    #[serde(default)]
    turns: Vec<Spanned<TurnFile>>,
    #[serde(default)]
    post: Option<Spanned<PostFile>>,
    /// Stop sequences by language.
    #[serde(default)]
    stops: BTreeMap<String, Spanned<Vec<String>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TurnFile {
    #[serde(default)]
    when: When,
    #[serde(default)]
    repeat: Option<Spanned<u32>>,
    #[serde(default)]
    template: Option<Spanned<String>>,
    #[serde(default)]
    suffix: Option<Spanned<String>>,
    #[serde(default)]
    messages: Vec<MessageFile>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum When {
    #[default]
    Always,
    /// A check of the answer before found something.
    Feedback,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageFile {
    role: Role,
    #[serde(default)]
    each: Option<Each>,
    content: Spanned<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Each {
    Example,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PostFile {
    join: Join,
}

/// Makes errors that say where in the file something is wrong.
struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn bad(
        &self,
        at: Option<usize>,
        field: Option<String>,
        detail: impl Into<String>,
    ) -> PromptingError {
        PromptingError::BadFile {
            place: Box::new(Place {
                file: self.file.to_owned(),
                line: at.map(|at| self.line(at)),
                field,
            }),
            detail: detail.into(),
        }
    }

    fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or(self.text);
        1 + before.matches('\n').count()
    }

    fn wrong<T>(
        &self,
        value: &Spanned<T>,
        field: &str,
        detail: impl Into<String>,
    ) -> PromptingError {
        self.bad(Some(value.span().start), Some(field.to_owned()), detail)
    }

    /// A template that names only what there is.
    fn template(
        &self,
        value: &Spanned<String>,
        field: String,
        first: bool,
        each: bool,
    ) -> Result<Template, PromptingError> {
        let environment = environment();
        let start = value.span().start;
        let parsed = environment
            .template_from_str(value.get_ref())
            .map_err(|error| {
                // Text in three quotes begins on the next line when a line break follows them.
                let opened = self.text.get(start..).is_some_and(|t| {
                    let t = t.trim_start_matches(['"', '\'']);
                    t.starts_with('\n') || t.starts_with("\r\n")
                });
                let place = Place {
                    file: self.file.to_owned(),
                    line: Some(
                        self.line(start) + error.line().unwrap_or(1) - 1 + usize::from(opened),
                    ),
                    field: Some(field.clone()),
                };
                let detail = error
                    .detail()
                    .map_or_else(|| error.kind().to_string(), str::to_owned);
                PromptingError::BadFile {
                    place: Box::new(place),
                    detail: format!("the template is wrong: {detail}"),
                }
            })?;
        if let Some(name) = unknown_name(&parsed, first, each) {
            let known = known_names(first, each);
            let detail =
                format!("the template names '{name}', which it is not given; it may name {known}");
            return Err(self.wrong(value, &field, detail));
        }
        Ok(Template {
            field,
            text: value.get_ref().clone(),
        })
    }
}

impl Strategy {
    /// Reads a strategy file; `file` names it in errors.
    ///
    /// # Errors
    /// [`PromptingError::BadFile`] with line and field for bad TOML, missing, unknown or contradicting fields, a bad id, an empty
    /// stop, a template that is not valid, names something that no template is given, or fails on an example.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, PromptingError> {
        let reader = Reader { file, text };
        let parsed: StrategyFile = toml::from_str(text).map_err(|error| {
            let at = error.span().map(|span| span.start);
            reader.bad(at, at.and_then(|at| key_at(text, at)), error.message())
        })?;
        reader.heading(&parsed)?;
        let examples = reader.examples(&parsed)?;
        let join = reader.join(&parsed)?;
        for (language, stops) in &parsed.stops {
            if stops.get_ref().iter().any(String::is_empty) {
                let detail = "an empty stop sequence would end every answer at once";
                return Err(reader.wrong(stops, &format!("stops.{language}"), detail));
            }
        }
        let turns = reader.turns(&parsed, examples)?;
        let strategy = Self {
            id: StrategyId::new(parsed.id.into_inner()),
            title: parsed.title.into_inner(),
            description: parsed.description.into_inner(),
            kind: parsed.kind,
            examples,
            join,
            builtin: false,
            source: text.to_owned(),
            turns,
            stops: parsed
                .stops
                .into_iter()
                .map(|(language, stops)| (Language::new(&language), stops.into_inner()))
                .collect(),
        };
        strategy.try_out().map_err(|error| match error {
            PromptingError::Template { field, source, .. } => {
                let detail = source
                    .detail()
                    .map_or_else(|| source.kind().to_string(), str::to_owned);
                reader.bad(None, Some(field), format!("the template fails: {detail}"))
            }
            other => other,
        })?;
        Ok(strategy)
    }

    /// Fills every template in, so that what only shows then is told when the file is read.
    fn try_out(&self) -> Result<(), PromptingError> {
        let problem = PublicProblem {
            id: "example/0".into(),
            cluster: "example/0".to_owned(),
            language: Language::python(),
            prompt: "def total(values):\n    \"\"\"Sums up.\"\"\"\n".to_owned(),
            entry_point: "total".to_owned(),
            signature: "def total(values)".to_owned(),
            docstring: "Sums up.".to_owned(),
            examples: vec![PublicExample {
                call: "total([1])".to_owned(),
                expected: "1".to_owned(),
            }],
        };
        let example = Example {
            name: "example/1".to_owned(),
            prompt: "def one():\n".to_owned(),
            solution: "    return 1\n".to_owned(),
        };
        let examples = vec![example; self.examples];
        let mut history = Vec::new();
        for turn in 0..self.turns.len() {
            self.text(&problem, &examples, &history)?;
            self.suffix(&problem, &examples, &history)?;
            self.messages(&problem, &examples, &history)?;
            let on_feedback = self
                .turns
                .get(turn + 1)
                .is_some_and(|next| next.on_feedback);
            history.push(TurnReply {
                reply: "answer".to_owned(),
                feedback: on_feedback.then(|| Feedback {
                    kind: FeedbackKind::Example,
                    message: "wrong".to_owned(),
                }),
            });
        }
        Ok(())
    }
}

impl Reader<'_> {
    fn heading(&self, parsed: &StrategyFile) -> Result<(), PromptingError> {
        let id = parsed.id.get_ref();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || id.len() > 64 || !id.chars().all(plain) {
            let detail = "an id holds only lower-case letters, digits and hyphens, at most 64";
            return Err(self.wrong(&parsed.id, "id", detail));
        }
        // `provided` marks answers made elsewhere.
        if [crate::AUTO, crate::ADAPTIVE, "provided"].contains(&id.as_str()) {
            return Err(self.wrong(&parsed.id, "id", format!("the id '{id}' is taken")));
        }
        for (field, value) in [
            ("title", &parsed.title),
            ("description", &parsed.description),
        ] {
            if value.get_ref().trim().is_empty() {
                return Err(self.wrong(value, field, "it is empty"));
            }
        }
        Ok(())
    }

    fn examples(&self, parsed: &StrategyFile) -> Result<usize, PromptingError> {
        match &parsed.examples {
            Some(count) if *count.get_ref() > MOST_EXAMPLES => {
                let detail = format!("at most {MOST_EXAMPLES} examples can be shown");
                Err(self.wrong(count, "examples", detail))
            }
            Some(count) => Ok(*count.get_ref() as usize),
            None => Ok(0),
        }
    }

    fn join(&self, parsed: &StrategyFile) -> Result<Join, PromptingError> {
        let kind = parsed.kind;
        let Some(post) = &parsed.post else {
            return Ok(if kind == StrategyKind::Prefill {
                Join::Prefill
            } else {
                Join::Reply
            });
        };
        match post.get_ref().join {
            Join::Prefill if kind != StrategyKind::Prefill => {
                let detail = "only the kind 'prefill' has a prefill to put before the reply";
                Err(self.wrong(post, "post.join", detail))
            }
            Join::All if !kind.sends_messages() => {
                let detail =
                    "only replies to messages can be joined: a completion continues the prompt";
                Err(self.wrong(post, "post.join", detail))
            }
            join => Ok(join),
        }
    }

    fn turns(
        &self,
        parsed: &StrategyFile,
        examples: usize,
    ) -> Result<Vec<TurnTemplate>, PromptingError> {
        let at_top =
            parsed.template.is_some() || parsed.suffix.is_some() || !parsed.messages.is_empty();
        if let Some(first) = parsed.turns.first()
            && at_top
        {
            let detail =
                "a strategy has either 'turns', or one turn's template or messages at the top";
            return Err(self.wrong(first, "turns", detail));
        }
        if parsed.turns.is_empty() {
            let parts = TurnParts {
                template: parsed.template.as_ref(),
                suffix: parsed.suffix.as_ref(),
                messages: &parsed.messages,
                at: 0,
                path: String::new(),
            };
            return Ok(vec![self.turn(
                parsed.kind,
                &parts,
                true,
                false,
                examples,
            )?]);
        }
        let mut turns: Vec<TurnTemplate> = Vec::new();
        for (number, turn) in parsed.turns.iter().enumerate() {
            let path = format!("turns[{number}].");
            let file = turn.get_ref();
            let on_feedback = file.when == When::Feedback;
            if on_feedback && number == 0 {
                let detail = "the first turn has nothing to get feedback on";
                return Err(self.wrong(turn, &format!("{path}when"), detail));
            }
            if !on_feedback && turns.last().is_some_and(|before| before.on_feedback) {
                let detail =
                    "after a turn on feedback only such turns can follow: it may not be asked";
                return Err(self.wrong(turn, &format!("{path}when"), detail));
            }
            let times = match &file.repeat {
                None => 1,
                Some(repeat) if on_feedback && (1..=3).contains(repeat.get_ref()) => {
                    *repeat.get_ref()
                }
                Some(repeat) => {
                    let detail = "1 to 3, and only with when = \"feedback\"";
                    return Err(self.wrong(repeat, &format!("{path}repeat"), detail));
                }
            };
            let parts = TurnParts {
                template: file.template.as_ref(),
                suffix: file.suffix.as_ref(),
                messages: &file.messages,
                at: turn.span().start,
                path,
            };
            let made = self.turn(parsed.kind, &parts, number == 0, on_feedback, examples)?;
            turns.extend((0..times).map(|_| made.clone()));
            if turns.len() > MOST_TURNS {
                let detail = format!("a sample may take at most {MOST_TURNS} requests");
                return Err(self.wrong(turn, "turns", detail));
            }
        }
        Ok(turns)
    }

    fn turn(
        &self,
        kind: StrategyKind,
        parts: &TurnParts<'_>,
        first: bool,
        on_feedback: bool,
        examples: usize,
    ) -> Result<TurnTemplate, PromptingError> {
        let path = &parts.path;
        let name = kind.as_str();
        let at = Some(parts.at);
        let missing = |field: &str| {
            self.bad(
                at,
                Some(format!("{path}{field}")),
                format!("the kind '{name}' needs it"),
            )
        };
        let surplus = |at: usize, field: &str| {
            self.bad(
                Some(at),
                Some(format!("{path}{field}")),
                format!("the kind '{name}' has none"),
            )
        };
        let mut turn = TurnTemplate {
            on_feedback,
            text: None,
            suffix: None,
            messages: Vec::new(),
        };
        if let Some(suffix) = parts.suffix {
            if kind != StrategyKind::FillInTheMiddle {
                return Err(surplus(suffix.span().start, "suffix"));
            }
            turn.suffix = Some(self.template(suffix, format!("{path}suffix"), first, false)?);
        }
        if !kind.sends_messages() {
            if let Some(message) = parts.messages.first() {
                return Err(surplus(message.content.span().start, "messages"));
            }
            let template = parts.template.ok_or_else(|| missing("template"))?;
            turn.text = Some(self.template(template, format!("{path}template"), first, false)?);
            return Ok(turn);
        }
        if let Some(template) = parts.template {
            return Err(surplus(template.span().start, "template"));
        }
        let Some(last) = parts.messages.last() else {
            return Err(missing("messages"));
        };
        let (wanted, why) = match kind {
            StrategyKind::Prefill => (
                Role::Assistant,
                "the last message of the kind 'prefill' is the assistant's, to be continued",
            ),
            _ => (
                Role::User,
                "the last message of the kind 'chat' is the user's",
            ),
        };
        if last.role != wanted || (last.each.is_some() && kind == StrategyKind::Prefill) {
            let field = format!("{path}messages[{}].role", parts.messages.len() - 1);
            return Err(self.wrong(&last.content, &field, why));
        }
        for (number, message) in parts.messages.iter().enumerate() {
            let each = message.each.is_some();
            let field = format!("{path}messages[{number}]");
            if each && examples == 0 {
                let detail = "the strategy shows no examples: set 'examples' at the top";
                return Err(self.wrong(&message.content, &format!("{field}.each"), detail));
            }
            turn.messages.push(MessageTemplate {
                role: message.role,
                each_example: each,
                content: self.template(
                    &message.content,
                    format!("{field}.content"),
                    first,
                    each,
                )?,
            });
        }
        Ok(turn)
    }
}

/// One turn's texts, wherever they stand.
struct TurnParts<'a> {
    template: Option<&'a Spanned<String>>,
    suffix: Option<&'a Spanned<String>>,
    messages: &'a [MessageFile],
    at: usize,
    path: String,
}

/// The key of the line at `at`, when it has one.
fn key_at(text: &str, at: usize) -> Option<String> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |n| n + 1);
    let line = text[start..].lines().next()?;
    let (key, _) = line.split_once('=')?;
    let key = key.trim();
    let plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    (!key.is_empty() && key.chars().all(plain)).then(|| key.to_owned())
}
