//! The starter set: `datasets/starter/<slug>/`, inside the program.

use std::collections::BTreeMap;

use assay_core::{Language, Problem, ProblemId};
use include_dir::{Dir, File};
use serde::Deserialize;

use crate::library::sha256_of;
use crate::manifest::shipped_folder;
use crate::{DatasetError, Manifest, STARTER};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProblemFile {
    id: ProblemId,
    #[serde(rename = "title")]
    _title: String,
    difficulty: Difficulty,
    #[serde(rename = "description")]
    _description: String,
    languages: BTreeMap<String, InLanguage>,
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Difficulty {
    Easy,
    Medium,
    Hard,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InLanguage {
    entry_point: String,
}

/// The problems in one language, the easy ones first.
pub(crate) fn problems(
    manifest: &Manifest,
    language: &Language,
) -> Result<Vec<Problem>, DatasetError> {
    let mut found = Vec::new();
    for folder in shipped_folder(STARTER).map(Dir::dirs).into_iter().flatten() {
        let slug = folder.path().display().to_string();
        let bad = |why: String| DatasetError::BadManifest {
            file: format!("{slug}/problem.toml"),
            why,
        };
        let read = |name: &str| {
            folder
                .get_file(folder.path().join(name))
                .and_then(|file| file.contents_utf8())
                .map(str::to_owned)
                .ok_or_else(|| bad(format!("{name} is missing or no UTF-8 text")))
        };
        let problem: ProblemFile =
            toml::from_str(&read("problem.toml")?).map_err(|error| bad(error.to_string()))?;
        let Some(here) = problem.languages.get(language.as_str()) else {
            continue;
        };
        let part = |name: &str| {
            let folder_in_language = language.as_str();
            read(&format!(
                "{folder_in_language}/{name}.{}",
                extension(language)
            ))
        };
        found.push((
            problem.difficulty,
            Problem {
                dataset: manifest.id.clone(),
                // One cluster in all languages: a translation is the same problem.
                cluster: problem.id.as_str().to_owned(),
                id: problem.id,
                language: language.clone(),
                prompt: part("prompt")?,
                entry_point: here.entry_point.clone(),
                canonical_solution: Some(part("solution")?),
                setup: String::new(),
                tests: part("tests")?,
                test_form: manifest.test_form,
            },
        ));
    }
    found.sort_by(|(a, p), (b, q)| a.cmp(b).then_with(|| p.id.cmp(&q.id)));
    Ok(found.into_iter().map(|(_, problem)| problem).collect())
}

/// SHA-256 over the paths and contents of all files of all problems, in the order of their paths.
pub(crate) fn sha256() -> String {
    let mut files = Vec::new();
    for folder in shipped_folder(STARTER).map(Dir::dirs).into_iter().flatten() {
        gather(folder, &mut files);
    }
    files.sort_by_key(|file| file.path());
    let names: Vec<String> = files
        .iter()
        .map(|file| format!("{}\n", file.path().display()))
        .collect();
    let parts = files.iter().zip(&names);
    sha256_of(parts.flat_map(|(file, name)| [name.as_bytes(), file.contents()]))
}

fn gather(folder: &'static Dir<'static>, files: &mut Vec<&'static File<'static>>) {
    files.extend(folder.files());
    for inner in folder.dirs() {
        gather(inner, files);
    }
}

fn extension(language: &Language) -> &str {
    match language.as_str() {
        "python" => "py",
        "javascript" => "js",
        "typescript" => "ts",
        "rust" => "rs",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_there_whole_in_all_eight_languages() {
        let manifest = crate::manifest::shipped()
            .unwrap()
            .into_iter()
            .find(|m| m.id.as_str() == STARTER)
            .unwrap();
        assert_eq!(manifest.languages.len(), 8);
        assert!(manifest.n_problems >= 12);
        for language in &manifest.languages {
            let problems = problems(&manifest, language).unwrap();
            assert_eq!(problems.len(), manifest.n_problems as usize, "{language}");
            for problem in problems {
                let id = format!("{} in {language}", problem.id);
                assert!(problem.prompt.contains(&problem.entry_point), "{id}");
                assert!(problem.tests.contains(&problem.entry_point), "{id}");
                assert!(
                    !problem.canonical_solution.unwrap().trim().is_empty(),
                    "{id}"
                );
                assert!(problem.prompt.ends_with('\n'), "{id}");
            }
        }
    }
}
