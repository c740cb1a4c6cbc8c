//! Keys in a real keyring: gnome-keyring on a session bus of the test's own. And where there is none.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::{Home, Said, said};

const KEY: &str = "sk-Tell0Nobody";
const ASSAY: &str = env!("CARGO_BIN_EXE_assay");

/// Runs a script of the shell on a session bus of its own with a keyring on it, unlocked. `$ASSAY` is the program.
/// The keyring's files lie in `desk`, so that a second call finds them as a second login does.
fn at_a_desk(home: &Home, desk: &Path, script: &str) -> Said {
    // The daemon answers on the bus before it lets go of its standard output; `read` waits for that.
    let script = format!(
        "set -u
        printf password | gnome-keyring-daemon --foreground --unlock --components=secrets \
            --control-directory=\"$XDG_RUNTIME_DIR/keyring\" >/dev/null 2>\"$XDG_RUNTIME_DIR/daemon.log\" &
        daemon=$!
        trap 'kill $daemon' EXIT
        for _ in $(seq 300); do
            gdbus_list=$(dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
                org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets)
            case $gdbus_list in *'boolean true'*) break ;; esac
            sleep 0.1
        done
        {script}"
    );
    let runtime = tempfile::tempdir().unwrap();
    let mut command = Command::new("dbus-run-session");
    command
        .args(["--", "sh", "-c", &script])
        .env("ASSAY", ASSAY)
        .env("ASSAY_DATA_DIR", home.path())
        .env("HOME", desk)
        .env("XDG_DATA_HOME", desk)
        .env("XDG_CONFIG_HOME", desk)
        .env("XDG_CACHE_HOME", desk)
        .env("XDG_RUNTIME_DIR", runtime.path())
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if ["_API_KEY", "_TOKEN"]
            .iter()
            .any(|end| name.to_string_lossy().ends_with(end))
        {
            command.env_remove(name);
        }
    }
    said(&mut command)
}

/// `assay keys set`, with the key piped in.
fn set(home: &Home, args: &[&str], key: &str) -> Said {
    let mut command = home.command(args);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that refuses its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(key.as_bytes());
    let output = child.wait_with_output().unwrap();
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn desk() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Whether `text` is in a file below `folder`; and how many files there are.
fn search(folder: &Path, text: &str) -> (bool, usize) {
    let (mut found, mut files) = (false, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let below = search(&path, text);
            found |= below.0;
            files += below.1;
        } else if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            found |= bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes());
            files += 1;
        }
    }
    (found, files)
}

#[test]
fn a_key_outlives_the_program_and_the_session() {
    let (home, desk) = (Home::empty(), desk());
    let first = at_a_desk(
        &home,
        desk.path(),
        &format!(
            "export ASSAY_LOG=trace
            printf '{KEY}\\n' | $ASSAY keys set HF_TOKEN || exit 11
            $ASSAY keys list || exit 12
            printf other | $ASSAY keys set HF_TOKEN || exit 13
            printf '{KEY}' | $ASSAY keys set HF_TOKEN || exit 14
            printf '{KEY}' | $ASSAY keys set MY_OWN_KEY || exit 15"
        ),
    );
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(
        first.out.contains("HF_TOKEN is kept in the keyring"),
        "{first:?}"
    );
    let listed = first
        .out
        .lines()
        .find(|line| line.starts_with("HF_TOKEN  "));
    assert!(
        listed.is_some_and(|line| line.contains("keyring")),
        "{first:?}"
    );
    // At the level `trace`, D-Bus and all.
    assert!(first.err.contains("TRACE"), "{first:?}");
    assert!(!format!("{first:?}").contains(KEY), "{first:?}");

    // Another bus, another daemon: what it knows comes from its file, which it has encrypted.
    let second = at_a_desk(
        &home,
        desk.path(),
        "$ASSAY --json keys list || exit 11
        echo ---
        HF_TOKEN=of-the-environment $ASSAY keys list || exit 12
        $ASSAY keys forget HF_TOKEN || exit 13
        $ASSAY keys forget HF_TOKEN || exit 14
        $ASSAY keys list || exit 15",
    );
    assert_eq!(second.code, Some(0), "{second:?}");
    let (json, rest) = second.out.split_once("---").unwrap();
    let keys: serde_json::Value = serde_json::from_str(json).unwrap();
    for variable in ["HF_TOKEN", "MY_OWN_KEY"] {
        let key = keys
            .as_array()
            .unwrap()
            .iter()
            .find(|key| key["variable"] == variable);
        assert_eq!(key.unwrap()["source"], "keyring", "{keys}");
    }
    let lines: Vec<&str> = rest.lines().filter(|l| l.contains("HF_TOKEN")).collect();
    assert_eq!(lines.len(), 4, "{rest}");
    assert!(
        lines[0].contains("environment") && lines[0].contains("not used"),
        "{rest}"
    );
    assert_eq!(lines[1], "HF_TOKEN is forgotten");
    assert_eq!(lines[2], "there was no key under HF_TOKEN");
    assert!(lines[3].contains("none"), "{rest}");
    assert!(!format!("{second:?}").contains(KEY), "{second:?}");

    for folder in [home.path(), desk.path()] {
        let (found, files) = search(folder, KEY);
        assert!(files > 0 && !found, "{}: {files} files", folder.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_the_keyring_is_sent_to_its_server_and_written_nowhere() {
    use wiremock::matchers::{header, method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/v1/models"))
        .and(header("authorization", format!("Bearer {KEY}").as_str()))
        .respond_with(ResponseTemplate::new(200).set_body_json(
            serde_json::json!({ "object": "list", "data": [{ "id": "stub", "object": "model" }] }),
        ))
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(401))
        .mount(&server)
        .await;
    let (home, desk) = (Home::empty(), desk());
    let address = server.address();
    let variable = format!("ASSAY_KEY_127_0_0_1_{}", address.port());
    let check = format!("$ASSAY -vv models check openai:stub@http://{address}/v1");
    let script = format!(
        "export ASSAY_LOG=trace
        {check} && exit 11
        printf '{KEY}' | $ASSAY keys set {variable} || exit 12
        {check}"
    );
    let said = tokio::task::spawn_blocking(move || {
        let said = at_a_desk(&home, desk.path(), &script);
        assert!(!search(home.path(), KEY).0);
        said
    })
    .await
    .unwrap();
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("stub"), "{said:?}");
    assert!(!format!("{said:?}").contains(KEY), "{said:?}");
}

#[test]
fn without_a_keyring_a_command_keeps_nothing_and_says_so() {
    let home = Home::empty();
    let said = set(&home, &["keys", "set", "MY_OWN_KEY"], KEY);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.out.contains("NOT kept"), "{said:?}");
    assert!(said.err.contains("no keyring answers"), "{said:?}");
    assert!(
        said.err.contains("environment variable MY_OWN_KEY"),
        "{said:?}"
    );
    assert!(!format!("{said:?}").contains(KEY), "{said:?}");

    let said = set(&home, &["--json", "keys", "set", "MY_OWN_KEY"], KEY);
    assert_eq!(said.code, Some(1), "{said:?}");
    let status: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(status["source"], "session", "{said:?}");

    let listed = home.run(&["keys", "list"]);
    assert_eq!(listed.code, Some(0), "{listed:?}");
    assert!(!listed.out.contains("MY_OWN_KEY"), "{listed:?}");
    assert!(listed.out.contains("no keyring answers"), "{listed:?}");
    let forgotten = home.run(&["keys", "forget", "MY_OWN_KEY"]);
    assert_eq!(forgotten.code, Some(1), "{forgotten:?}");
    assert!(!search(home.path(), KEY).0);
}

#[test]
fn what_is_no_key_is_refused_and_not_repeated() {
    let home = Home::empty();
    for (args, key) in [
        (&["keys", "set", "MY_OWN_KEY"][..], "  \n"),
        (&["keys", "set", "MY_OWN_KEY"], "sk-Tell0Nobody\nsecond"),
        // Where people put it by mistake.
        (&["keys", "set", KEY], "x"),
        (&["keys", "set", "MY_OWN_KEY", KEY], ""),
        (&["keys", "set", "MY_OWN_KEY", "--", KEY], ""),
        (&["keys", "forget", KEY], ""),
    ] {
        let said = set(&home, args, key);
        assert_eq!(said.code, Some(2), "{args:?}: {said:?}");
        assert!(said.err.contains("hint:"), "{said:?}");
        assert!(!format!("{said:?}").contains("Tell0"), "{said:?}");
    }
}
