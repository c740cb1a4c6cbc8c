//! Every provider under the conformance suite, every protocol under the faults, and the table of what was tried.
//! What is asked a real model is in `llama_server.rs`, `local.rs`, `hub.rs` and `recording.rs`.

#![allow(clippy::unwrap_used)] // Helpers of tests: a panic is a failed test.

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use assay_providers::{CancellationToken, Capabilities, ignore_deltas, providers};
use futures::future::join_all;
use support::conformance::RULES;
use support::faults::FAULTS;
use support::recorded::{Server, json_step};
use support::subjects::{By, PROTOCOLS, SUBJECTS, Subject, Trial};
use support::wires::CHAT;
use support::{chat, open, setting};

#[test]
fn every_provider_is_tried() {
    let mut listed: BTreeSet<String> = providers().into_iter().map(|p| p.id).collect();
    // In the place of others, and so in no list.
    listed.insert("replay".to_owned());
    let tried: BTreeSet<String> = SUBJECTS.iter().map(|s| s.provider.to_owned()).collect();
    assert_eq!(listed, tried);
    for subject in SUBJECTS.iter().filter(|s| !s.wires.is_empty()) {
        for chat in [false, true] {
            let possible = subject.trials.iter().any(|trial| {
                let can = subject.capabilities(*trial);
                if chat { can.chat } else { can.completion }
            });
            let wired = subject.wires.iter().any(|wire| wire.chat == chat);
            assert_eq!(possible, wired, "{}", subject.provider);
        }
        for wire in subject.wires {
            let tried = PROTOCOLS.iter().any(|case| case.wire.name == wire.name);
            assert!(tried, "{} is under no fault", wire.name);
        }
    }
}

#[test]
fn the_guide_has_every_provider() {
    let guide = include_str!("../../../docs/guide/providers.md");
    for provider in providers() {
        let Some(url) = provider.default_url else {
            continue;
        };
        let key = provider.key_variable.unwrap_or_default();
        let row = guide
            .lines()
            .find(|line| line.starts_with(&format!("| `{}:NAME` |", provider.id)))
            .unwrap_or_default();
        assert!(row.contains(&format!("`{url}`")), "{}: {row}", provider.id);
        assert!(row.contains(&key), "{}: {row}", provider.id);
    }
}

#[tokio::test]
async fn recorded_answers_conform_streamed_and_whole() {
    for subject in SUBJECTS {
        for trial in subject.trials_by(By::Played) {
            let server = Server::like_a_real_one().await;
            let opened = subject.open(trial, &server.url);
            subject.conform(trial, opened.provider.as_ref()).await;
        }
    }
}

#[tokio::test]
async fn a_program_conforms() {
    for subject in SUBJECTS {
        for trial in subject.trials_by(By::Script) {
            let opened = subject.open(trial, "");
            subject.conform(trial, opened.provider.as_ref()).await;
        }
    }
}

/// Everything that was logged while it was kept.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn every_fault_is_met_and_no_key_is_logged() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let logging = tracing::subscriber::set_default(subscriber);
    for fault in FAULTS {
        tracing::info!(fault = fault.title, "trying");
        join_all(PROTOCOLS.iter().copied().map(fault.check)).await;
    }
    drop(logging);
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(logged.contains("asking again"), "retries are logged");
    assert!(logged.contains(FAULTS[FAULTS.len() - 1].title));
    for secret in ["sk-secret", "me:pass"] {
        let line = logged.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "a secret is in the log");
    }
}

/// The environment of a process is read once, so this asks from a process of its own.
#[tokio::test]
async fn a_proxy_of_the_environment_is_used_unless_it_is_told_not_to() {
    let reply = json_step(200, "", &(CHAT.whole)("ok"));
    for (no_proxy, used) in [("", true), ("models.invalid", false)] {
        let proxy = Server::play(vec![reply.clone()]).await;
        let address = proxy.url.replace("/v1", "");
        let no_proxy = no_proxy.to_owned();
        let asking = tokio::task::spawn_blocking(move || {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "asks_through_the_environment", "--ignored"])
                .env_remove("http_proxy")
                .env_remove("no_proxy")
                .env("HTTP_PROXY", address)
                .env("NO_PROXY", no_proxy)
                .output()
                .unwrap()
        });
        let output = asking.await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.success(), used, "{said}");
        assert!(said.contains("1 test"), "{said}");
        assert_eq!(proxy.requests().len(), usize::from(used));
    }
}

#[tokio::test]
#[ignore = "it is run by the test above, in an environment of its own"]
async fn asks_through_the_environment() {
    let mut setting = setting();
    setting.config.http.retry.max_attempts = 1;
    let answer = open("openai:m@http://models.invalid/v1", &setting.config)
        .generate(&chat("hi", 4), &ignore_deltas, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(answer.text, "ok");
}

const TABLE: &str = "../../docs/conformance.md";

/// The table says of each provider what is checked, and by what: a rule that the tests above iterate over.
/// `ASSAY_WRITE_TABLES=1` writes it.
#[test]
fn conformance_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    let table = table();
    if std::env::var_os("ASSAY_WRITE_TABLES").is_some_and(|value| value == "1") {
        std::fs::write(&path, &table).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == table,
        "docs/conformance.md is not what the tests check: run this test with ASSAY_WRITE_TABLES=1"
    );
}

fn table() -> String {
    let mut text = "# What is checked of each provider\n\n\
        Written by the test `conformance_table` from the lists that the tests go through; do not edit it by hand \
        (`ASSAY_WRITE_TABLES=1 cargo nextest run -p assay-providers conformance_table`).\n\n\
        - **r**: with a real model, in this process or behind llama.cpp's llama-server\n\
        - **f**: with a real model, by way of a proxy of others\n\
        - **c**: with a recording of a real model\n\
        - **s**: with a program written for the tests\n\
        - **p**: with a server that plays recorded or hand-written HTTP, streamed and whole\n\
        - blank: not checked, for it does not apply, or because what stands behind cannot show it\n\n"
        .to_owned();
    let head = |text: &mut String, title: &str, columns: &[&str]| {
        let _ = writeln!(text, "| {title} | {} |", columns.join(" | "));
        let _ = writeln!(text, "|---|{}", ":-:|".repeat(columns.len()));
    };
    let _ = writeln!(
        text,
        "## What stands behind each\n\n| provider | in the tests |\n|---|---|"
    );
    for subject in SUBJECTS {
        let _ = writeln!(text, "| `{}` | {} |", subject.provider, subject.behind);
    }
    let _ = writeln!(text, "\n## Rules\n");
    let names: Vec<&str> = SUBJECTS.iter().map(|s| s.provider).collect();
    head(&mut text, "rule", &names);
    let tried = |subject: &'static Subject| -> Vec<(Trial, Capabilities)> {
        let trials = subject.trials.iter();
        trials.map(|t| (*t, subject.capabilities(*t))).collect()
    };
    let subjects: Vec<_> = SUBJECTS.iter().map(tried).collect();
    for rule in RULES {
        let cells = subjects.iter().map(|trials| {
            let tried = trials
                .iter()
                .filter(|(t, can)| (rule.applies)(can, &t.expect));
            let marks: BTreeSet<char> = tried.map(|(t, _)| t.by.mark()).collect();
            let marks: Vec<String> = marks.into_iter().rev().map(String::from).collect();
            marks.join(" ")
        });
        let cells: Vec<String> = cells.collect();
        let _ = writeln!(text, "| {} | {} |", rule.title, cells.join(" | "));
    }
    let _ = writeln!(
        text,
        "\n## Faults\n\nTried on every protocol by a server that is played, with answers in pieces and with whole \
        ones (a template knows only those); the providers above each speak one of them, or two. What can go wrong \
        with a program is tried in `tests/program.rs`.\n"
    );
    let names: Vec<&str> = PROTOCOLS.iter().map(|case| case.wire.name).collect();
    head(&mut text, "fault", &names);
    for fault in FAULTS {
        let cells = vec!["p"; PROTOCOLS.len()];
        let _ = writeln!(text, "| {} | {} |", fault.title, cells.join(" | "));
    }
    text
}
