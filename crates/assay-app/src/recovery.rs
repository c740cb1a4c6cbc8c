//! How many recorded replies give a program that passes: as cleaned, and by simpler ways to get at the code.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use assay_cleaning::{CleaningInput, ResponseMode};
use assay_core::{DatasetId, Language, Limits, Problem, Verdict};
use assay_datasets::{GivenReply, read_replies_file};
use assay_sandbox::{DockerSandbox, Program, Sandbox as _};
use serde::Serialize;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::dto::TaskProgress;
use crate::{App, AppError, BenchAnswer};

/// What `assay bench recovery` is asked for.
#[derive(Debug, Clone)]
pub struct RecoveryRequest {
    pub dataset: String,
    pub language: Language,
    /// JSON lines with `task_id` and `response`, `generation` or `completion`.
    pub files: Vec<PathBuf>,
    /// Take every text as this, whatever its field is called.
    pub mode: Option<ResponseMode>,
}

/// Ways to make programs of a reply.
const WAYS: [&str; 5] = [
    "as_is",
    "first_fence",
    "last_fence",
    "stop_words",
    "cleaned",
];
const CLEANED: usize = 4;

#[derive(Debug, Serialize)]
struct FileRecovery {
    file: String,
    dataset: String,
    language: Language,
    replies: usize,
    /// Replies that pass, by way.
    passed: BTreeMap<&'static str, usize>,
    /// Replies of which any way makes a program that passes.
    any: usize,
    /// Replies that pass by another way and not as cleaned.
    lost: Vec<Lost>,
    /// Programs that the machine failed to judge.
    unjudged: usize,
}

#[derive(Debug, Serialize)]
struct Lost {
    id: String,
    by: Vec<&'static str>,
    rule: String,
    content: &'static str,
}

struct Reply<'a> {
    problem: &'a Problem,
    /// The programs of each way; it passes when one of them does.
    programs: [Vec<String>; 5],
    rule: String,
    content: &'static str,
}

impl App {
    /// Executes what each way makes of each reply; equal programs once.
    ///
    /// The simpler ways get every benefit: what they find passes when it does so alone or after the prompt.
    ///
    /// # Errors
    /// A bad line, an unknown task, a missing data set, engine or image.
    pub async fn bench_recovery(
        &self,
        request: RecoveryRequest,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<BenchAnswer, AppError> {
        let task = self.begin_task(task);
        let dataset = DatasetId::new(request.dataset.clone());
        let languages = [request.language.clone()];
        let problems = self.problems(&dataset, &languages).await?;
        let sandbox = self.sandbox().await?;
        sandbox.require(&request.language).await?;
        let mut found = Vec::new();
        for file in &request.files {
            let mut given = Vec::new();
            read_replies_file(file, |reply| {
                given.push(reply);
                true
            })?;
            let replies = given
                .iter()
                .map(|reply| ways(reply, &problems, request.mode))
                .collect::<Result<Vec<Reply<'_>>, AppError>>()?;
            let name = file.file_name().map_or_else(
                || file.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            );
            let verdicts = judge(&replies, &sandbox, &task.cancel, |done, all| {
                on_progress(TaskProgress {
                    message: format!("{name}: {done} of {all} programs"),
                    fraction: None,
                });
            })
            .await?;
            found.push(summed(name, &request, &replies, &verdicts));
        }
        let json = serde_json::to_value(&found)
            .map_err(|e| AppError::failed("bench-failed", e.to_string()))?;
        Ok(BenchAnswer {
            text: text(&found),
            json: serde_json::json!({ "files": json }),
        })
    }
}

/// The programs that each way makes of `reply`.
fn ways<'a>(
    reply: &GivenReply,
    problems: &'a [Problem],
    mode: Option<ResponseMode>,
) -> Result<Reply<'a>, AppError> {
    let id = match &reply.id {
        serde_json::Value::String(id) => id.clone(),
        other => other.to_string(),
    };
    let problem = problems
        .iter()
        .find(|p| p.id.as_str() == id)
        .ok_or_else(|| {
            AppError::usage(
                "unknown-problem",
                format!(
                    "line {}: field task_id: the data set has no problem {id}",
                    reply.line
                ),
                "the replies must be to problems of the data set",
            )
        })?;
    let text = reply.response.as_str();
    let cleaned = assay_cleaning::clean(&CleaningInput {
        response: text,
        languages: std::slice::from_ref(&problem.language),
        prompt: &problem.prompt,
        entry_point: &problem.entry_point,
        mode: mode.unwrap_or(reply.mode),
        finish: None,
    });
    let fences = plain_fences(text);
    let both = |code: &str| vec![code.to_owned(), format!("{}{code}", problem.prompt)];
    Ok(Reply {
        problem,
        programs: [
            both(text),
            both(fences.first().copied().unwrap_or(text)),
            both(fences.last().copied().unwrap_or(text)),
            both(before_stop_word(text, problem.language.as_str())),
            vec![cleaned.program],
        ],
        rule: cleaned.rule,
        content: cleaned.content.as_str(),
    })
}

/// The contents of the fences as the usual expression finds them: three back quotes and the rest of the
/// line, up to the next three back quotes, or to the end.
fn plain_fences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("```") {
        let body = after.split_once('\n').map_or("", |(_, body)| body);
        let end = body.find("```").unwrap_or(body.len());
        found.push(&body[..end]);
        rest = body.get(end + 3..).unwrap_or("");
    }
    found
}

/// `text` up to the first of the stop words that HumanEval's and MultiPL-E's authors give for `language`.
fn before_stop_word<'a>(text: &'a str, language: &str) -> &'a str {
    let words: &[&str] = match language {
        "python" => &["\nclass", "\ndef", "\n#", "\nif", "\nprint", "\n```"],
        "javascript" | "typescript" => &[
            "\nfunction ",
            "\n/*",
            "\n//",
            "\nconsole.log",
            "\nclass",
            "\n```",
        ],
        "java" => &["\n    }\n"],
        "go" => &["\nfunc", "struct", "\n// "],
        "php" => &["\nfunction", "\n?>", "\n//", "\n#"],
        _ => &["\n}"],
    };
    let end = words.iter().filter_map(|word| text.find(word)).min();
    &text[..end.unwrap_or(text.len())]
}

/// Verdicts by problem and program.
type Verdicts = HashMap<(String, String), Verdict>;

async fn judge(
    replies: &[Reply<'_>],
    sandbox: &Arc<DockerSandbox>,
    cancel: &CancellationToken,
    tell: impl Fn(usize, usize),
) -> Result<Verdicts, AppError> {
    let mut waiting: HashMap<(String, String), Program> = HashMap::new();
    for reply in replies {
        for program in reply.programs.iter().flatten() {
            if !program.trim().is_empty() {
                waiting
                    .entry((reply.problem.id.to_string(), program.clone()))
                    .or_insert_with(|| Program::answer(reply.problem, program.clone()));
            }
        }
    }
    let all = waiting.len();
    let mut waiting = waiting.into_iter();
    let mut running = JoinSet::new();
    let mut verdicts = Verdicts::new();
    loop {
        while running.len() < sandbox.concurrency() * 2
            && let Some((key, program)) = waiting.next()
        {
            let (sandbox, cancel) = (Arc::clone(sandbox), cancel.clone());
            running.spawn(async move {
                let done = sandbox.execute(&program, &Limits::default(), &cancel).await;
                (key, done.verdict)
            });
        }
        let Some(done) = running.join_next().await else {
            return Ok(verdicts);
        };
        let (key, verdict) = done.map_err(|e| AppError::failed("bench-failed", e.to_string()))?;
        if cancel.is_cancelled() {
            return Err(AppError::failed("cancelled", "cancelled"));
        }
        verdicts.insert(key, verdict);
        tell(verdicts.len(), all);
    }
}

fn summed(
    file: String,
    request: &RecoveryRequest,
    replies: &[Reply<'_>],
    verdicts: &Verdicts,
) -> FileRecovery {
    let mut passed: BTreeMap<&'static str, usize> = WAYS.iter().map(|way| (*way, 0)).collect();
    let (mut any, mut lost) = (0, Vec::new());
    for reply in replies {
        let id = reply.problem.id.to_string();
        let passes = |program: &String| {
            verdicts.get(&(id.clone(), program.clone())) == Some(&Verdict::Passed)
        };
        let by: Vec<bool> = reply
            .programs
            .iter()
            .map(|p| p.iter().any(passes))
            .collect();
        let names: Vec<&'static str> = WAYS
            .iter()
            .zip(&by)
            .filter(|(_, p)| **p)
            .map(|(w, _)| *w)
            .collect();
        for way in &names {
            *passed.entry(way).or_default() += 1;
        }
        any += usize::from(!names.is_empty());
        if !names.is_empty() && !by[CLEANED] {
            lost.push(Lost {
                id: id.clone(),
                by: names,
                rule: reply.rule.clone(),
                content: reply.content,
            });
        }
    }
    FileRecovery {
        file,
        dataset: request.dataset.clone(),
        language: request.language.clone(),
        replies: replies.len(),
        passed,
        any,
        lost,
        unjudged: verdicts
            .values()
            .filter(|v| **v == Verdict::Infrastructure)
            .count(),
    }
}

fn text(found: &[FileRecovery]) -> String {
    let mut lines = vec![format!(
        "{:<52} {:>7} {:>7} {:>7} {:>7} {:>7} {:>8} {:>7}",
        "file", "replies", "as is", "first", "last", "stops", "cleaned", "any"
    )];
    for f in found {
        let n = |way: &str| f.passed.get(way).copied().unwrap_or(0);
        lines.push(format!(
            "{:<52} {:>7} {:>7} {:>7} {:>7} {:>7} {:>8} {:>7}",
            f.file,
            f.replies,
            n("as_is"),
            n("first_fence"),
            n("last_fence"),
            n("stop_words"),
            n("cleaned"),
            f.any
        ));
        for lost in &f.lost {
            lines.push(format!(
                "  lost: {} passes by {}; cleaned by {}: {}",
                lost.id,
                lost.by.join(", "),
                lost.rule,
                lost.content
            ));
        }
        if f.unjudged > 0 {
            lines.push(format!("  {} programs were not judged", f.unjudged));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simpler_ways_find_what_they_find() {
        let text = "a\n```py\nx\n```\nb\n```\ny\n```\n";
        assert_eq!(plain_fences(text), ["x\n", "y\n"]);
        assert_eq!(plain_fences("```py\nx"), ["x"]);
        assert!(plain_fences("none").is_empty());
        assert_eq!(
            before_stop_word("  return x\ndef g(): 1", "python"),
            "  return x"
        );
        assert_eq!(before_stop_word("  return x;\n}\n", "cpp"), "  return x;");
    }
}
