//! The directions between crates, as `docs/ARCHITECTURE.md` draws them, checked on what Cargo says.
//!
//! A new edge belongs in [`ROOMS`], with its reason in the change that adds it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "functions of tests: a panic is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use assay_tests::{files_below, workspace_root};
use serde_json::Value;

/// Each package of the workspace and the packages of the workspace it may depend on.
const ROOMS: &[(&str, &[&str])] = &[
    ("assay-core", &[]),
    ("assay-stats", &["assay-core"]),
    ("assay-bandit", &["assay-core", "assay-stats"]),
    ("assay-fetch", &["assay-core"]),
    ("assay-store", &["assay-core"]),
    ("assay-cleaning", &["assay-core"]),
    ("assay-prompting", &["assay-core"]),
    // Its benchmarks tell medians.
    ("assay-sandbox", &["assay-core", "assay-stats"]),
    ("assay-secrets", &["assay-core"]),
    ("assay-quality", &["assay-cleaning", "assay-core"]),
    ("assay-datasets", &["assay-core", "assay-fetch"]),
    ("assay-providers", &["assay-core", "assay-fetch"]),
    (
        "assay-runner",
        &[
            "assay-bandit",
            "assay-cleaning",
            "assay-core",
            "assay-prompting",
            "assay-providers",
            "assay-quality",
            "assay-sandbox",
            "assay-stats",
            "assay-store",
        ],
    ),
    (
        "assay-analytics",
        &["assay-bandit", "assay-core", "assay-stats", "assay-store"],
    ),
    (
        "assay-report",
        &["assay-analytics", "assay-core", "assay-stats"],
    ),
    (
        "assay-app",
        &[
            "assay-analytics",
            "assay-bandit",
            "assay-cleaning",
            "assay-core",
            "assay-datasets",
            "assay-fetch",
            "assay-prompting",
            "assay-providers",
            "assay-quality",
            "assay-report",
            "assay-runner",
            "assay-sandbox",
            "assay-secrets",
            "assay-stats",
            "assay-store",
        ],
    ),
    ("assay-cli", &["assay-app", "assay-core"]),
    ("assay-desktop", &["assay-app", "assay-core"]),
];

/// The package of cross-crate tests may name anything, and nothing may name it.
const TESTS: &str = "assay-tests";

/// Who may name a crate that is heavy, or that would let a decision leak out of its room. A name
/// that ends in `*` covers a family.
const RESERVED: &[(&str, &[&str])] = &[
    ("tauri*", &["assay-desktop"]),
    ("bollard*", &["assay-sandbox"]),
    ("sqlx*", &["assay-store"]),
    ("rusqlite", &[]),
    ("plotters*", &["assay-report"]),
    ("resvg", &["assay-report"]),
    ("usvg", &["assay-report"]),
    ("krilla*", &["assay-report"]),
    ("svg2pdf", &["assay-report"]),
    ("typst*", &["assay-report"]),
    ("polars*", &["assay-analytics"]),
    ("statrs", &["assay-stats"]),
    ("llama-cpp*", &["assay-providers"]),
    ("candle*", &["assay-providers"]),
    ("minijinja*", &["assay-prompting", "assay-providers"]),
    ("tree-sitter*", &["assay-cleaning", "assay-quality"]),
    ("reqwest*", &["assay-fetch", "assay-providers"]),
    (
        "hyper*",
        &["assay-fetch", "assay-providers", "assay-sandbox"],
    ),
    ("ureq", &[]),
    ("clap*", &["assay-cli"]),
    ("indicatif", &["assay-cli"]),
    ("rpassword", &["assay-cli"]),
    ("keyring*", &["assay-secrets"]),
    ("apple-native-keyring-store", &["assay-secrets"]),
    ("windows-native-keyring-store", &["assay-secrets"]),
    ("zbus*", &["assay-secrets"]),
    (
        "specta*",
        &["assay-app", "assay-core", "assay-desktop", "assay-report"],
    ),
];

/// Rooms in which `specta` stays behind a feature, so that the command line never builds it.
const SPECTA_OPTIONAL: &[&str] = &["assay-app", "assay-core", "assay-report"];

/// All that the pure rooms may build on: nothing there does IO or reads a clock.
const PURE: &[(&str, &[&str])] = &[
    (
        "assay-core",
        &[
            "indexmap",
            "serde",
            "serde_json",
            "specta",
            "specta-typescript",
            "thiserror",
        ],
    ),
    (
        "assay-stats",
        &[
            "assay-core",
            "rand",
            "rand_chacha",
            // Threads of computation; what is drawn does not depend on how many there are.
            "rayon",
            "serde",
            "statrs",
            "thiserror",
        ],
    ),
    (
        "assay-bandit",
        &[
            "assay-core",
            "assay-stats",
            // Its own functions, not the machine's: what is drawn is the same everywhere.
            "libm",
            "rand_chacha",
            "rayon",
            "serde",
            "thiserror",
        ],
    ),
];

/// What gives away IO, a clock or chance without a seed in a file of a pure room.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::io",
    "std::thread",
    "SystemTime",
    "Instant",
    "thread_rng",
    "rand::rng(",
    "rand::random",
    "from_entropy",
    "from_os_rng",
    "OsRng",
    "now_v7",
    "new_v4",
];

struct Dependency {
    name: String,
    optional: bool,
}

struct Package {
    name: String,
    folder: PathBuf,
    /// Without those of tests: a test may look sideways, what is shipped may not.
    dependencies: Vec<Dependency>,
}

/// The packages of this workspace, by `cargo metadata`.
fn packages() -> Vec<Package> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(workspace_root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| Package {
            name: text(&package["name"]),
            folder: Path::new(package["manifest_path"].as_str().unwrap())
                .parent()
                .unwrap()
                .to_path_buf(),
            dependencies: package["dependencies"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|dependency| dependency["kind"].as_str() != Some("dev"))
                .map(|dependency| Dependency {
                    name: text(&dependency["name"]),
                    optional: dependency["optional"].as_bool().unwrap(),
                })
                .collect(),
        })
        .collect()
}

fn lookup<'a>(table: &[(&str, &'a [&'a str])], name: &str) -> Option<&'a [&'a str]> {
    table
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| *value)
}

fn none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn every_package_has_its_place() {
    let present: BTreeSet<String> = packages().into_iter().map(|package| package.name).collect();
    let drawn: BTreeSet<String> = ROOMS
        .iter()
        .map(|(name, _)| *name)
        .chain([TESTS])
        .map(str::to_owned)
        .collect();
    assert_eq!(
        present, drawn,
        "the workspace and the table in this file differ"
    );
}

/// Rooms are listed from the bottom up, and a room names only rooms above it in that list: so the
/// table itself has no way round.
#[test]
fn the_table_points_downwards() {
    let mut below = BTreeSet::new();
    for (name, allowed) in ROOMS {
        for room in *allowed {
            assert!(
                below.contains(room),
                "{name} may name {room}, which does not lie below it"
            );
        }
        below.insert(*name);
    }
}

#[test]
fn dependencies_point_downwards() {
    let packages = packages();
    let mut problems = Vec::new();
    let mut edges = 0;
    for package in packages.iter().filter(|package| package.name != TESTS) {
        let allowed = lookup(ROOMS, &package.name).unwrap_or_default();
        for dependency in &package.dependencies {
            if !packages.iter().any(|member| member.name == dependency.name) {
                continue;
            }
            edges += 1;
            if !allowed.contains(&dependency.name.as_str()) {
                problems.push(format!(
                    "{} must not depend on {}",
                    package.name, dependency.name
                ));
            }
        }
    }
    none(&problems);
    assert!(edges > 0, "no edge was seen: this test looks at nothing");
}

#[test]
fn heavy_crates_stay_in_their_rooms() {
    let mut problems = Vec::new();
    let mut seen = 0;
    for package in packages().iter().filter(|package| package.name != TESTS) {
        for dependency in &package.dependencies {
            let reserved = RESERVED.iter().find(|(pattern, _)| {
                pattern
                    .strip_suffix('*')
                    .map_or(dependency.name == *pattern, |family| {
                        dependency.name.starts_with(family)
                    })
            });
            let Some((_, rooms)) = reserved else {
                continue;
            };
            seen += 1;
            if !rooms.contains(&package.name.as_str()) {
                problems.push(format!(
                    "{} must not name {}; only {rooms:?} may",
                    package.name, dependency.name
                ));
            }
            if dependency.name.starts_with("specta")
                && SPECTA_OPTIONAL.contains(&package.name.as_str())
                && !dependency.optional
            {
                problems.push(format!(
                    "{} must keep {} behind its feature `specta`",
                    package.name, dependency.name
                ));
            }
        }
    }
    none(&problems);
    assert!(
        seen > 0,
        "no reserved crate was seen: this test looks at nothing"
    );
}

#[test]
fn pure_rooms_build_on_pure_crates() {
    let mut problems = Vec::new();
    for package in packages() {
        let Some(allowed) = lookup(PURE, &package.name) else {
            continue;
        };
        for dependency in &package.dependencies {
            if !allowed.contains(&dependency.name.as_str()) {
                problems.push(format!(
                    "{} is pure and must not name {}",
                    package.name, dependency.name
                ));
            }
        }
    }
    none(&problems);
}

#[test]
fn pure_rooms_have_no_io_no_clock_and_no_chance() {
    let mut problems = Vec::new();
    let mut files = 0;
    for (room, _) in PURE {
        for path in files_below(
            &workspace_root().join("crates").join(room).join("src"),
            "rs",
        ) {
            files += 1;
            for (index, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                for word in IMPURE.iter().filter(|word| code.contains(**word)) {
                    problems.push(format!("{}:{}: {word}", path.display(), index + 1));
                }
            }
        }
    }
    none(&problems);
    assert!(files > 1, "the pure rooms were not found");
}

#[test]
fn folders_are_named_like_their_crates() {
    let root = workspace_root();
    for package in packages() {
        let folder = package.folder.strip_prefix(&root).unwrap().to_path_buf();
        let expected = match package.name.as_str() {
            "assay-desktop" => PathBuf::new(),
            TESTS => PathBuf::from("tests"),
            name => Path::new("crates").join(name),
        };
        assert_eq!(folder, expected);
    }
}

/// Versions are chosen once, in the root, and every package is built by the same rules.
#[test]
fn packages_inherit_from_the_workspace() {
    let mut problems = Vec::new();
    for package in packages() {
        let path = package.folder.join("Cargo.toml");
        let manifest: BTreeMap<String, toml::Value> =
            toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let inherits = |value: Option<&toml::Value>| {
            value
                .and_then(|value| value.get("workspace"))
                .and_then(toml::Value::as_bool)
                == Some(true)
        };
        let mut problem = |text: String| problems.push(format!("{}: {text}", package.name));

        let header = &manifest["package"];
        for field in ["version", "edition", "license", "rust-version"] {
            if !inherits(header.get(field)) {
                problem(format!("package.{field} is not the workspace's"));
            }
        }
        if header.get("publish").and_then(toml::Value::as_bool) != Some(false) {
            problem("publish is not false".to_owned());
        }
        if !inherits(manifest.get("lints")) {
            problem("lints are not the workspace's".to_owned());
        }
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(table) = manifest.get(section).and_then(toml::Value::as_table) else {
                continue;
            };
            for (name, _) in table.iter().filter(|(_, value)| !inherits(Some(value))) {
                problem(format!("{section}.{name} has a version of its own"));
            }
        }
    }
    none(&problems);
}

#[test]
fn the_map_names_every_room() {
    let map = fs::read_to_string(workspace_root().join("docs/ARCHITECTURE.md")).unwrap();
    for (room, _) in ROOMS {
        assert!(
            map.contains(&format!("`{room}`")),
            "docs/ARCHITECTURE.md does not mention {room}"
        );
    }
}
