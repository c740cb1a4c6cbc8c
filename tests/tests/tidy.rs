//! Order in the tree: what no compiler and no linter looks at.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "functions of tests: a panic is a failed test"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use assay_tests::{files_below, workspace_root};

/// No file that is built into the program is longer; of tests, long files are listed only.
const MOST_LINES: usize = 700;
/// Files above this are listed, as candidates to be split.
const MANY_LINES: usize = 500;

/// Paths of the files under version control, relative to the root.
fn tracked() -> Vec<String> {
    let output = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(workspace_root())
        .output()
        .expect("git runs");
    assert!(
        output.status.success(),
        "git ls-files: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let files: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .split_terminator('\0')
        // A file that was deleted but not yet committed is still listed.
        .filter(|path| workspace_root().join(path).is_file())
        .map(str::to_owned)
        .collect();
    assert!(files.len() > 20, "git lists {} files only", files.len());
    files
}

/// The text of a tracked file, `None` where it is not text.
fn text(path: &str) -> Option<String> {
    String::from_utf8(fs::read(workspace_root().join(path)).unwrap()).ok()
}

fn none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn files_of_code_stay_short() {
    let root = workspace_root();
    let mut paths = Vec::new();
    for (folder, extension) in [
        ("crates", "rs"),
        ("src-tauri", "rs"),
        ("tests", "rs"),
        ("ui/src", "ts"),
        ("ui/src", "tsx"),
    ] {
        paths.extend(files_below(&root.join(folder), extension));
    }
    assert!(paths.len() > 20, "{} files of code only", paths.len());
    let mut problems = Vec::new();
    for path in paths {
        // What is generated is nobody's to read.
        if path.starts_with(root.join("ui/src/bindings")) {
            continue;
        }
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        let line = format!("{lines:5} {}", path.strip_prefix(&root).unwrap().display());
        let built = path.components().any(|part| part.as_os_str() == "src");
        if built && lines > MOST_LINES {
            problems.push(line);
        } else if lines > MANY_LINES {
            eprintln!("long: {line}");
        }
    }
    none(&problems);
}

/// A registry or a mirror is the machine's to choose (by pip's, npm's, Cargo's and the engine's own
/// settings), and a path of one machine means nothing on another.
#[test]
fn no_registry_and_no_machine_is_named() {
    // Put together, so that this file does not hold what it looks for.
    let forbidden = [
        concat!("py", "pi.org"),
        concat!("python", "hosted.org"),
        concat!("registry.", "npmjs.org"),
        concat!("static.", "crates.io"),
        concat!("index.", "crates.io"),
        concat!("registry-1.", "docker.io"),
        concat!("hub.", "docker.com"),
        concat!("artifact", "ory"),
    ];
    let mut problems = Vec::new();
    for path in tracked() {
        let Some(text) = text(&path) else { continue };
        for (index, line) in text.lines().enumerate() {
            for word in forbidden.iter().filter(|word| line.contains(**word)) {
                problems.push(format!("{path}:{}: {word}", index + 1));
            }
        }
    }
    none(&problems);
}

/// sqlx compares the checksum of each migration with the one the store was made by.
#[test]
fn migrations_have_unix_line_endings() {
    let migrations: Vec<String> = tracked()
        .into_iter()
        .filter(|path| path.ends_with(".sql"))
        .collect();
    assert!(!migrations.is_empty(), "no migration is tracked");
    for path in migrations {
        assert!(
            !text(&path).unwrap().contains('\r'),
            "{path} has a carriage return"
        );
    }
}

#[test]
fn text_has_unix_line_endings() {
    let mut problems = Vec::new();
    for path in tracked() {
        let extension = Path::new(&path)
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or_default();
        if !matches!(
            extension,
            "rs" | "toml" | "sql" | "md" | "sh" | "ts" | "tsx" | "css"
        ) {
            continue;
        }
        let text = text(&path).unwrap_or_else(|| panic!("{path} is not UTF-8"));
        if !text.is_empty() && !text.ends_with('\n') {
            problems.push(format!("{path}: no newline at the end"));
        }
        if text.contains('\r') {
            problems.push(format!("{path}: carriage return"));
        }
    }
    none(&problems);
}

#[test]
fn decisions_are_numbered_without_gaps() {
    let mut numbers = BTreeSet::new();
    for path in files_below(&workspace_root().join("docs/adr"), "md") {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "README.md" {
            continue;
        }
        let number: u32 = name
            .get(..4)
            .and_then(|number| number.parse().ok())
            .unwrap_or_else(|| panic!("{name} does not begin with four digits"));
        assert!(
            numbers.insert(number),
            "two decisions are numbered {number:04}"
        );
        assert!(
            fs::read_to_string(&path).unwrap().starts_with("# "),
            "{name} does not begin with a title"
        );
    }
    let expected: BTreeSet<u32> = (1..=u32::try_from(numbers.len()).unwrap()).collect();
    assert_eq!(numbers, expected);
}

/// Links and pictures of the documentation that lie in this tree.
#[test]
fn documentation_links_lead_somewhere() {
    let root = workspace_root();
    let mut problems = Vec::new();
    let mut seen = 0;
    for page in tracked().into_iter().filter(|path| path.ends_with(".md")) {
        let folder = root
            .join(&page)
            .parent()
            .map(Path::to_path_buf)
            .unwrap_or_default();
        for target in link_targets(&text(&page).unwrap()) {
            if target.contains("://") || target.starts_with('#') || target.starts_with("mailto:") {
                continue;
            }
            seen += 1;
            let file: PathBuf = folder.join(target.split('#').next().unwrap_or_default());
            if !file.exists() {
                problems.push(format!("{page}: {target}"));
            }
        }
    }
    none(&problems);
    assert!(seen > 5, "{seen} links only");
}

/// The targets of `[text](target)` outside code.
fn link_targets(page: &str) -> Vec<String> {
    let mut targets = Vec::new();
    let mut fenced = false;
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        // Every second part between backticks is code; a stand-in keeps `[`a`](b)` a link.
        let prose: String = line
            .split('`')
            .enumerate()
            .map(|(index, part)| if index % 2 == 0 { part } else { "code" })
            .collect();
        for rest in prose.split("](").skip(1) {
            if let Some((target, _)) = rest.split_once(')') {
                targets.push(target.to_owned());
            }
        }
    }
    targets
}

#[test]
fn link_targets_are_found_outside_code() {
    let page = "[a](b.md) and ![c](d.png#e)\n```\n[f](g)\n```\n`[h](i)` [`j`](k)\n";
    assert_eq!(link_targets(page), ["b.md", "d.png#e", "k"]);
}
