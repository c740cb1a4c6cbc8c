//! Recorded replies of real models, where the machine has them. What is asserted was measured; whether
//! the programs pass is the sandbox's to say.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests: a panic is a failed test"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use assay_cleaning::{Cleaned, CleaningInput, ResponseMode, clean};
use assay_core::{Content, FinishReason, Language};
use serde_json::Value;

fn shared_data() -> Option<PathBuf> {
    let folder = std::env::var_os("ASSAY_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("no real data at {}: nothing to read", folder.display());
    None
}

fn lines(path: &Path) -> Vec<Value> {
    let mut text = String::new();
    let mut file = File::open(path).unwrap();
    if path.extension().is_some_and(|e| e == "gz") {
        flate2::read::GzDecoder::new(file)
            .read_to_string(&mut text)
            .unwrap();
    } else {
        file.read_to_string(&mut text).unwrap();
    }
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Prompt and entry point by task.
fn humaneval(shared: &Path) -> BTreeMap<String, (String, String)> {
    lines(&shared.join("benchmarks/humaneval/HumanEval.jsonl.gz"))
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            (text("task_id"), (text("prompt"), text("entry_point")))
        })
        .collect()
}

fn clean_all(shared: &Path, file: &str, field: &str, mode: ResponseMode) -> Vec<Cleaned> {
    let problems = humaneval(shared);
    lines(&shared.join(file))
        .iter()
        .map(|row| {
            let task = row["task_id"]
                .as_str()
                .unwrap()
                .replace("Python/", "HumanEval/");
            let (prompt, entry_point) = &problems[&task];
            clean(&CleaningInput {
                response: row[field].as_str().unwrap(),
                languages: &[Language::python()],
                prompt,
                entry_point,
                mode,
                finish: match row["finish_reason"].as_str() {
                    Some("length") => Some(FinishReason::Length),
                    Some("stop") => Some(FinishReason::Stop),
                    _ => None,
                },
            })
        })
        .collect()
}

fn usable(cleaned: &[Cleaned]) -> usize {
    cleaned.iter().filter(|c| c.content == Content::Ok).count()
}

#[test]
fn every_llama_3_chat_reply_gives_a_program() {
    let Some(shared) = shared_data() else { return };
    let cleaned = clean_all(
        &shared,
        "generations/multipl-e-chat/llama3_python.jsonl.gz",
        "generation",
        ResponseMode::Chat,
    );
    assert_eq!((cleaned.len(), usable(&cleaned)), (164, 164));
    assert!(cleaned.iter().all(|c| c.rule == "fence"));
}

fn signature(prompt: &str) -> &str {
    let lines = prompt.lines().rev();
    lines.map(str::trim_end).find(|l| l.ends_with('{')).unwrap()
}

/// The name in the last signature of a prompt: what stands before its first bracket, or is assigned to.
fn last_signature(prompt: &str) -> &str {
    let head = signature(prompt)
        .split(['(', '='])
        .next()
        .unwrap()
        .trim_end();
    let head = match head.strip_suffix('>') {
        Some(generic) => generic.rsplit_once('<').unwrap().0,
        None => head,
    };
    head.rsplit(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap()
}

/// Cleans the rows of a file of MultiPL-E's shape and prints those which are not usable.
fn multiple(path: &Path, language: &str, mode: ResponseMode) -> Vec<Cleaned> {
    let language = Language::new(language);
    lines(path)
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap_or_default();
            let prompt = text("prompt");
            let response = match mode {
                ResponseMode::Chat => text("generation"),
                ResponseMode::Completion => text("wholecode").strip_prefix(prompt).unwrap(),
            };
            let cleaned = clean(&CleaningInput {
                response,
                languages: std::slice::from_ref(&language),
                prompt,
                entry_point: last_signature(prompt),
                mode,
                finish: None,
            });
            if cleaned.content != Content::Ok {
                let (name, task) = (text("name"), text("task_id"));
                let (content, rule) = (cleaned.content, &cleaned.rule);
                eprintln!(
                    "{language} {name}{task}: {content:?} by {rule}\n{}",
                    cleaned.program
                );
            }
            cleaned
        })
        .collect()
}

#[test]
fn llama_3_chat_replies_in_other_languages_give_programs() {
    let Some(shared) = shared_data() else { return };
    for language in ["cpp", "java", "js", "ts"] {
        let path = shared.join(format!(
            "generations/multipl-e-chat/llama3_{language}.jsonl.gz"
        ));
        let cleaned = multiple(&path, language, ResponseMode::Chat);
        let usable = usable(&cleaned);
        eprintln!("{language}: {usable} of {}", cleaned.len());
        assert!(cleaned.len() > 150);
        assert!(
            usable * 100 >= cleaned.len() * 97,
            "{language}: {usable} of {}",
            cleaned.len()
        );
    }
}

/// What a base model wrote without being stopped: function after function, the last one cut.
#[test]
fn completions_that_run_on_give_programs() {
    let Some(shared) = shared_data() else { return };
    for model in ["1.5b", "7b"] {
        for language in ["cpp", "java", "js", "ts"] {
            let path = shared.join(format!(
                "generations/gen-qwen2.5-coder-{model}-base/pred_{language}_output.jsonl.gz"
            ));
            let cleaned = multiple(&path, language, ResponseMode::Completion);
            let usable = usable(&cleaned);
            eprintln!("{model} {language}: {usable} of {}", cleaned.len());
            // The others stop inside the function, or leave it empty.
            assert!(
                usable * 100 >= cleaned.len() * 98,
                "{model} {language}: {usable}"
            );
        }
    }
}

/// What the authors of HumanEval-X solved: the continuation of each prompt comes back as it is, and the
/// bare function in a fence gets the prompt's imports, helpers and class.
#[test]
fn solutions_of_humaneval_x_come_back_whole() {
    let Some(shared) = shared_data() else { return };
    for language in ["cpp", "go", "java", "js", "rust"] {
        let path = shared.join(format!(
            "benchmarks/humaneval-x/humanevalx_{language}.jsonl.gz"
        ));
        let language = Language::new(language);
        let (mut all, mut as_is, mut fenced_whole) = (0, 0, 0);
        for row in lines(&path) {
            let text = |name: &str| row[name].as_str().unwrap_or_default();
            let (prompt, solution) = (text("prompt"), text("canonical_solution"));
            let name = last_signature(prompt);
            let go = |response: &str, mode| {
                clean(&CleaningInput {
                    response,
                    languages: std::slice::from_ref(&language),
                    prompt,
                    entry_point: name,
                    mode,
                    finish: None,
                })
            };
            all += 1;
            let continued = go(solution, ResponseMode::Completion);
            as_is += usize::from(!continued.changed && continued.content == Content::Ok);
            if continued.changed || continued.content != Content::Ok {
                eprintln!(
                    "{language} {}: {:?} by {}",
                    text("task_id"),
                    continued.content,
                    continued.rule
                );
            }
            let signature = signature(prompt);
            let mut body = solution.trim_end();
            if language.as_str() == "java" {
                // The last bracket closes the class.
                body = body.strip_suffix('}').unwrap();
            }
            let reply = format!("Sure!\n\n```\n{signature}\n{body}\n```\nIt works.");
            let fenced = go(&reply, ResponseMode::Chat);
            let imports = prompt.lines().filter(|l| {
                l.starts_with("#include") || l.starts_with("import ") || l.starts_with("use ")
            });
            let lacks = imports.filter(|l| !fenced.program.contains(*l)).count();
            let class = language.as_str() != "java" || fenced.program.contains("class Solution {");
            if fenced.content == Content::Ok && lacks == 0 && class {
                fenced_whole += 1;
            } else {
                eprintln!(
                    "{language} {}: {:?} by {}, {lacks} lacking\n{}",
                    text("task_id"),
                    fenced.content,
                    fenced.rule,
                    fenced.program
                );
            }
        }
        eprintln!("{language}: {as_is} as they are and {fenced_whole} from a fence, of {all}");
        assert_eq!((all, as_is), (164, 164), "{language}");
        assert_eq!(fenced_whole, 164, "{language}");
    }
}

#[test]
fn every_easy_chat_reply_of_smollm2_gives_a_program() {
    let Some(shared) = shared_data() else { return };
    let cleaned = clean_all(
        &shared,
        "responses/small-models/easy.smollm2-135m.chat.jsonl",
        "response",
        ResponseMode::Chat,
    );
    assert_eq!((cleaned.len(), usable(&cleaned)), (12, 12));
    // All are fenced, so none could be used as it came.
    assert!(cleaned.iter().all(|c| c.changed));
}

#[test]
fn endless_chat_marks_are_no_code() {
    let Some(shared) = shared_data() else { return };
    let cleaned = clean_all(
        &shared,
        "responses/small-models/gemma3-270m.chat.jsonl",
        "response",
        ResponseMode::Chat,
    );
    assert_eq!(cleaned.len(), 20);
    assert!(
        cleaned
            .iter()
            .all(|c| c.content == Content::NoCode && c.program.is_empty())
    );
}

/// Completions of a base model that repeat the prompt: what is code already is not touched.
#[test]
fn completions_that_are_code_are_taken_as_they_are() {
    let Some(shared) = shared_data() else { return };
    for (model, as_is, in_all) in [("1.5b", 142, 144), ("7b", 149, 154)] {
        let file =
            format!("generations/gen-qwen2.5-coder-{model}-base/humaneval_generated.jsonl.gz");
        let cleaned = clean_all(&shared, &file, "completion", ResponseMode::Completion);
        assert_eq!(
            cleaned.iter().filter(|c| c.rule == "as_is").count(),
            as_is,
            "{model}"
        );
        assert_eq!(usable(&cleaned), in_all, "{model}");
    }
}

/// Replies whose harness had cut prose and fences before; mostly without the prompt's imports.
#[test]
fn replies_of_older_models_give_programs() {
    let Some(shared) = shared_data() else { return };
    for (file, at_least) in [
        ("Bard_custom", 162),
        ("Claude_custom", 150),
        ("Claude_Plus_custom_md", 145),
    ] {
        let path = format!("generations/llm-humaneval-benchmarks/{file}.jsonl.gz");
        let cleaned = clean_all(&shared, &path, "completion", ResponseMode::Chat);
        assert!(usable(&cleaned) >= at_least, "{file}: {}", usable(&cleaned));
    }
}

/// Raw replies of twenty models: what their own harness saw pass must be usable here.
#[test]
fn chatty_replies_give_the_function_that_was_asked_for() {
    let Some(shared) = shared_data() else { return };
    let mut files: Vec<PathBuf> = std::fs::read_dir(shared.join("responses/chatty-can-ai-code"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".ndjson.gz"))
        .collect();
    files.sort();
    let (mut all, mut unusable) = (0, Vec::new());
    for file in files {
        for row in lines(&file) {
            let name = row["Signature"].as_str().unwrap_or_default();
            let name = name.split('(').next().unwrap_or_default();
            let passed = row["passed"].as_u64() > Some(0) && row["passed"] == row["total"];
            if row["language"] != "python" || name.is_empty() || !passed {
                continue;
            }
            all += 1;
            let cleaned = clean(&CleaningInput {
                response: row["answer"].as_str().unwrap_or_default(),
                languages: &[Language::python()],
                prompt: "",
                entry_point: name,
                mode: ResponseMode::Chat,
                finish: None,
            });
            if cleaned.content != Content::Ok {
                unusable.push((file.clone(), name.to_owned(), cleaned.content, cleaned.rule));
            }
        }
    }
    assert!(all > 30, "{all}");
    assert!(
        unusable.is_empty(),
        "{} of {all}: {unusable:#?}",
        unusable.len()
    );
}
