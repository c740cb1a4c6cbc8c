use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use assay_providers::ApiKeys;
use assay_secrets::{Backend, Keyring, Patience, Secret, Trouble};

use crate::dto::{KeySource, KeyStatus, Settings};
use crate::{App, AppConfig, ErrorKind};

const KEY: &str = "sk-Tell0Nobody";

/// A keyring in memory, or none.
#[derive(Debug, Default)]
struct Fake {
    keys: Mutex<BTreeMap<String, Secret>>,
    absent: bool,
}

impl Fake {
    fn there(&self) -> Result<(), Trouble> {
        if self.absent {
            return Err(Trouble::Absent("no session bus".to_owned()));
        }
        Ok(())
    }
}

impl Backend for Fake {
    fn set(&self, variable: &str, secret: &Secret) -> Result<(), Trouble> {
        self.there()?;
        let mut keys = self.keys.lock().unwrap();
        keys.insert(variable.to_owned(), secret.clone());
        Ok(())
    }

    fn get(&self, variables: &[String]) -> Result<Vec<Option<Secret>>, Trouble> {
        self.there()?;
        let keys = self.keys.lock().unwrap();
        Ok(variables.iter().map(|v| keys.get(v).cloned()).collect())
    }

    fn forget(&self, variable: &str) -> Result<bool, Trouble> {
        self.there()?;
        Ok(self.keys.lock().unwrap().remove(variable).is_some())
    }
}

async fn app(folder: &Path, fake: &Arc<Fake>) -> App {
    let mut app = app_with_environment(folder, fake).await;
    // Whoever runs the tests may have keys there.
    app.provider_config.keys =
        ApiKeys::none().with_source(Arc::new(super::Held(Arc::clone(&app.keyring))));
    app
}

async fn app_with_environment(folder: &Path, fake: &Arc<Fake>) -> App {
    let keyring = Keyring::over(Arc::clone(fake) as _, Patience::default());
    App::open_with_keyring(AppConfig::new(folder), keyring)
        .await
        .unwrap()
}

async fn status(app: &App, variable: &str) -> Option<KeyStatus> {
    let keys = app.keys().await.unwrap();
    keys.into_iter().find(|key| key.variable == variable)
}

#[tokio::test]
async fn keys_are_listed_with_where_they_are_and_who_is_sent_them() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Arc::new(Fake::default());
    let app = app(folder.path(), &fake).await;
    let settings = Settings {
        models: vec![
            "openai:a@http://lab.example:8080/v1".to_owned(),
            "openai:b@http://lab.example:8080/v1".to_owned(),
        ],
        ..Settings::default()
    };
    app.set_settings(settings).await.unwrap();

    let server = status(&app, "ASSAY_KEY_LAB_EXAMPLE_8080").await.unwrap();
    assert_eq!(server.source, KeySource::None);
    assert_eq!(server.used_by, ["http://lab.example:8080/v1"]);
    assert_eq!(status(&app, "ASSAY_KEY_LAB_EXAMPLE").await, None);
    assert!(status(&app, "HF_TOKEN").await.is_some());
    assert_eq!(status(&app, "MY_OWN_KEY").await, None);

    for variable in ["ASSAY_KEY_LAB_EXAMPLE", "MY_OWN_KEY", "ANTHROPIC_API_KEY"] {
        let set = app.set_key(variable, format!(" {KEY}\n")).await.unwrap();
        assert_eq!(set.source, KeySource::Keyring);
        assert_eq!(status(&app, variable).await, Some(set));
        assert_eq!(fake.keys.lock().unwrap()[variable].reveal(), KEY);
    }

    // Another program over the same store and keyring knows them.
    drop(app);
    let app = self::app(folder.path(), &fake).await;
    assert!(status(&app, "MY_OWN_KEY").await.unwrap().in_keyring);
    assert_eq!(app.forget_key("MY_OWN_KEY").await, Ok(true));
    assert_eq!(app.forget_key("MY_OWN_KEY").await, Ok(false));
    assert_eq!(status(&app, "MY_OWN_KEY").await, None);
}

#[tokio::test]
async fn a_key_entered_later_is_found_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Arc::new(Fake::default());
    let app = app(folder.path(), &fake).await;
    let model = "openai:m@http://lab.example/v1".parse().unwrap();
    let variable = "ASSAY_KEY_LAB_EXAMPLE";
    let seen = |app: &App| app.provider_config.keys.get(variable).is_some();
    app.load_keys(&model).await;
    assert!(!seen(&app));
    app.set_key(variable, KEY.to_owned()).await.unwrap();
    assert!(seen(&app), "at once");
    app.forget_key(variable).await.unwrap();
    assert!(!seen(&app));

    // By another program.
    let key = Secret::parse(KEY).unwrap();
    fake.set(variable, &key).unwrap();
    assert!(!seen(&app));
    app.provider_with_keys(&model).await.unwrap();
    assert!(seen(&app));
}

#[tokio::test]
async fn without_a_keyring_a_key_is_of_the_session() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Arc::new(Fake {
        absent: true,
        ..Fake::default()
    });
    let app = app(folder.path(), &fake).await;
    let none = status(&app, "HF_TOKEN").await.unwrap();
    assert_eq!(none.source, KeySource::None);
    assert!(none.detail.contains("no keyring answers"), "{none:?}");

    let set = app.set_key("MY_OWN_KEY", KEY.to_owned()).await.unwrap();
    assert_eq!(set.source, KeySource::Session);
    assert!(set.detail.contains("no session bus"), "{set:?}");
    assert_eq!(status(&app, "MY_OWN_KEY").await, Some(set));
    assert_eq!(app.forget_key("MY_OWN_KEY").await, Ok(true));
    let error = app.forget_key("MY_OWN_KEY").await.unwrap_err();
    assert_eq!(error.info.code, "keyring-unavailable");
}

#[tokio::test]
async fn the_environment_goes_first_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let app = app_with_environment(folder.path(), &Arc::default()).await;
    // In the environment of every test.
    let set = app.set_key("CARGO", KEY.to_owned()).await.unwrap();
    assert_eq!((set.source, set.in_keyring), (KeySource::Environment, true));
    assert!(set.detail.contains("not used"), "{set:?}");
}

#[tokio::test]
async fn what_is_no_key_and_no_name_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path(), &Arc::default()).await;
    for (variable, secret, code) in [
        ("HF_TOKEN", " \n", "bad-key"),
        ("HF_TOKEN", "sk-Tell0\nNobody", "bad-key"),
        (KEY, "something", "bad-key-variable"),
    ] {
        let error = app.set_key(variable, secret.to_owned()).await.unwrap_err();
        assert_eq!(
            (error.info.code.as_str(), error.kind),
            (code, ErrorKind::Usage)
        );
        assert!(!format!("{error:?}").contains("Tell0"), "{error:?}");
    }
}

/// Everything logged, at every level and by every crate.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Whether `text` is in a file of `folder`, whatever it is; and how many files there are.
fn search(folder: &Path, text: &[u8]) -> (bool, usize) {
    let (mut found, mut files) = (false, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let below = search(&path, text);
            found |= below.0;
            files += below.1;
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found |= bytes.windows(text.len()).any(|part| part == text);
            files += 1;
        }
    }
    (found, files)
}

#[tokio::test]
async fn a_key_is_in_no_file_log_error_or_answer() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // This test has one thread; those that a keyring is asked on log nothing of ours.
    let _logging = tracing::subscriber::set_default(subscriber);
    let folder = tempfile::tempdir().unwrap();
    let mut said = String::new();
    for absent in [false, true] {
        let fake = Arc::new(Fake {
            absent,
            ..Fake::default()
        });
        let app = app(folder.path(), &fake).await;
        // A port that nobody listens on: the request with the key fails, and says so.
        let reference = "openai:m@http://127.0.0.1:9/v1";
        let settings = Settings {
            models: vec![reference.to_owned()],
            ..Settings::default()
        };
        app.set_settings(settings).await.unwrap();
        for variable in ["ASSAY_KEY_127_0_0_1_9", "MY_OWN_KEY"] {
            said += &format!("{:?}", app.set_key(variable, KEY.to_owned()).await.unwrap());
        }
        said += &format!("{:?}", app.check_model(reference).await.unwrap_err());
        said += &serde_json::to_string(&app.keys().await.unwrap()).unwrap();
        said += &format!("{:?} {:?}", app.provider_config, app.keyring);
        app.close().await;
    }
    assert!(said.contains("ASSAY_KEY_127_0_0_1_9"), "{said}");
    assert!(!said.contains(KEY), "{said}");
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        logged.contains("MY_OWN_KEY"),
        "nothing was captured: {logged}"
    );
    assert!(!logged.contains(KEY), "{logged}");
    let (found, files) = search(folder.path(), KEY.as_bytes());
    assert!(files > 0 && !found, "{files} files");
    let (found, _) = search(folder.path(), b"MY_OWN_KEY");
    assert!(found, "the search finds what is there");
}
