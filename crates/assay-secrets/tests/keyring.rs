//! The keyring over a store that does what a test tells it to.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "functions of tests: a panic is a failed test"
)]

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use assay_core::Coded as _;
use assay_secrets::{Backend, Found, Kept, Keyring, Patience, Secret, SecretsError, Trouble};

/// A store in memory, with a fault where a test wants one.
#[derive(Debug, Default)]
struct Fake {
    keys: Mutex<BTreeMap<String, Secret>>,
    fault: Mutex<Option<Trouble>>,
    /// A call waits here until the test says something.
    gate: Mutex<Option<Receiver<()>>>,
    calls: Mutex<Vec<String>>,
}

impl Fake {
    fn call(&self, what: String) -> Result<(), Trouble> {
        self.calls.lock().unwrap().push(what);
        let gate = self.gate.lock().unwrap().take();
        if let Some(gate) = gate {
            let _ = gate.recv();
        }
        match &*self.fault.lock().unwrap() {
            Some(fault) => Err(fault.clone()),
            None => Ok(()),
        }
    }

    fn break_with(&self, fault: Option<Trouble>) {
        *self.fault.lock().unwrap() = fault;
    }

    fn block(&self) -> Sender<()> {
        let (open, gate) = channel();
        *self.gate.lock().unwrap() = Some(gate);
        open
    }

    fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }
}

impl Backend for Fake {
    fn set(&self, variable: &str, secret: &Secret) -> Result<(), Trouble> {
        self.call(format!("set {variable}"))?;
        let mut keys = self.keys.lock().unwrap();
        keys.insert(variable.to_owned(), secret.clone());
        Ok(())
    }

    fn get(&self, variables: &[String]) -> Result<Vec<Option<Secret>>, Trouble> {
        self.call(format!("get {}", variables.join(" ")))?;
        let keys = self.keys.lock().unwrap();
        Ok(variables.iter().map(|v| keys.get(v).cloned()).collect())
    }

    fn forget(&self, variable: &str) -> Result<bool, Trouble> {
        self.call(format!("forget {variable}"))?;
        Ok(self.keys.lock().unwrap().remove(variable).is_some())
    }
}

fn keyring(patience: Duration) -> (Keyring, Arc<Fake>) {
    let fake = Arc::new(Fake::default());
    let patience = Patience {
        read: patience,
        write: patience,
    };
    (Keyring::over(Arc::clone(&fake) as _, patience), fake)
}

fn secret(text: &str) -> Secret {
    Secret::parse(text).unwrap()
}

fn absent() -> Trouble {
    Trouble::Absent("no session bus".to_owned())
}

const LONG: Duration = Duration::from_secs(60);
const NO_CALLS: [&str; 0] = [];

#[tokio::test]
async fn a_key_is_kept_found_and_forgotten() {
    let (keyring, fake) = keyring(LONG);
    assert_eq!(
        fake.calls(),
        NO_CALLS,
        "nothing is reached before it is needed"
    );
    assert_eq!(keyring.set("A_KEY", secret("one")).await, Ok(Kept::Keyring));
    assert_eq!(keyring.get("A_KEY").await, Found::Keyring(secret("one")));
    assert_eq!(keyring.held("A_KEY"), Some(secret("one")));
    assert_eq!(keyring.get("B_KEY").await, Found::Nowhere);
    assert_eq!(keyring.forget("A_KEY").await, Ok(true));
    assert_eq!(keyring.held("A_KEY"), None);
    assert_eq!(keyring.get("A_KEY").await, Found::Nowhere);
    assert_eq!(keyring.forget("A_KEY").await, Ok(false));
}

#[tokio::test]
async fn what_another_program_changed_is_seen() {
    let (keyring, fake) = keyring(LONG);
    let names = ["A_KEY".to_owned(), "B_KEY".to_owned()];
    keyring.set("A_KEY", secret("one")).await.unwrap();
    *fake.keys.lock().unwrap() = BTreeMap::from([(names[1].clone(), secret("two"))]);
    assert_eq!(
        keyring.load(&names).await,
        [Found::Nowhere, Found::Keyring(secret("two"))]
    );
    assert_eq!(keyring.held("A_KEY"), None);
    assert_eq!(keyring.held("B_KEY"), Some(secret("two")));
    assert_eq!(
        fake.calls().last().unwrap(),
        "get A_KEY B_KEY",
        "one call for all of them"
    );
}

#[tokio::test]
async fn without_a_keyring_a_key_lives_as_long_as_the_program_and_it_is_said() {
    let (keyring, fake) = keyring(LONG);
    fake.break_with(Some(absent()));
    let kept = keyring.set("A_KEY", secret("one")).await.unwrap();
    assert_eq!(kept, Kept::Session { why: absent() });
    assert_eq!(keyring.held("A_KEY"), Some(secret("one")));
    assert_eq!(keyring.of_session(), ["A_KEY"]);
    assert_eq!(
        keyring
            .load(&["A_KEY".to_owned(), "B_KEY".to_owned()])
            .await,
        [
            Found::Session {
                secret: secret("one"),
                why: absent()
            },
            Found::Unknown { why: absent() }
        ]
    );
    assert_eq!(keyring.forget("A_KEY").await, Ok(true));
    assert_eq!(keyring.held("A_KEY"), None);

    let error = keyring.forget("A_KEY").await.unwrap_err();
    assert_eq!(
        error,
        SecretsError::Unavailable(absent()),
        "it may be in a keyring"
    );
    assert_eq!(error.code(), "keyring-unavailable");

    // A keyring that comes later takes the key from then on.
    keyring.set("A_KEY", secret("one")).await.unwrap();
    fake.break_with(None);
    assert_eq!(keyring.set("A_KEY", secret("two")).await, Ok(Kept::Keyring));
    assert_eq!(keyring.of_session(), NO_CALLS);
    assert_eq!(keyring.get("A_KEY").await, Found::Keyring(secret("two")));
}

#[tokio::test]
async fn a_locked_keyring_takes_no_key_and_gives_none_up() {
    let (keyring, fake) = keyring(LONG);
    keyring.set("A_KEY", secret("one")).await.unwrap();
    let locked = Trouble::Locked("prompt dismissed".to_owned());
    fake.break_with(Some(locked.clone()));
    assert_eq!(
        keyring.get("A_KEY").await,
        Found::Keyring(secret("one")),
        "it was heard of before"
    );
    assert_eq!(
        keyring.set("B_KEY", secret("two")).await,
        Ok(Kept::Session {
            why: locked.clone()
        })
    );
    assert_eq!(
        keyring.forget("B_KEY").await,
        Err(SecretsError::Unavailable(locked)),
        "an older one may be in the keyring"
    );
    assert_eq!(keyring.held("B_KEY"), None, "what could be removed is");
}

/// The clock moves only when everything waits for it: nothing here measures the machine.
#[tokio::test(start_paused = true)]
async fn a_keyring_that_never_answers_is_given_up_once() {
    let (keyring, fake) = keyring(Duration::from_secs(20));
    let open = fake.block();
    let silent = Trouble::Silent { seconds: 20 };
    let kept = keyring.set("A_KEY", secret("one")).await.unwrap();
    assert_eq!(
        kept,
        Kept::Session {
            why: silent.clone()
        }
    );
    let before = tokio::time::Instant::now();
    assert_eq!(keyring.get("B_KEY").await, Found::Unknown { why: silent });
    assert_eq!(
        before.elapsed(),
        Duration::ZERO,
        "nobody waits a second time"
    );
    // The call is made by a thread of its own, for which the paused clock does not wait.
    while fake.calls().is_empty() {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(fake.calls(), ["set A_KEY"]);

    // A person has unlocked it.
    open.send(()).unwrap();
    let found = loop {
        match keyring.get("B_KEY").await {
            Found::Unknown { .. } => std::thread::yield_now(),
            found => break found,
        }
    };
    assert_eq!(found, Found::Nowhere);
}

#[tokio::test]
async fn waiting_can_be_stopped() {
    let (keyring, fake) = keyring(LONG);
    let open = fake.block();
    tokio::select! {
        kept = keyring.set("A_KEY", secret("one")) => panic!("{kept:?}"),
        () = async {
            while fake.calls().is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        } => {}
    }
    assert_eq!(keyring.held("A_KEY"), None);
    open.send(()).unwrap();
    // The call under way has its turn first.
    assert_eq!(keyring.get("A_KEY").await, Found::Keyring(secret("one")));
}

#[derive(Debug)]
struct Panics;

impl Backend for Panics {
    fn set(&self, _: &str, _: &Secret) -> Result<(), Trouble> {
        panic!("its library is wrong")
    }

    fn get(&self, variables: &[String]) -> Result<Vec<Option<Secret>>, Trouble> {
        Ok(vec![None; variables.len()])
    }

    fn forget(&self, _: &str) -> Result<bool, Trouble> {
        Ok(false)
    }
}

#[tokio::test]
async fn a_store_that_panics_is_a_failure_like_others() {
    let keyring = Keyring::over(Arc::new(Panics), Patience::default());
    let kept = keyring.set("A_KEY", secret("one")).await.unwrap();
    assert!(
        matches!(
            kept,
            Kept::Session {
                why: Trouble::Failed(_)
            }
        ),
        "{kept:?}"
    );
    assert_eq!(
        keyring.get("B_KEY").await,
        Found::Nowhere,
        "its turn was given back"
    );
}

#[tokio::test]
async fn names_are_checked_before_anything_is_asked() {
    let (keyring, fake) = keyring(LONG);
    let set = keyring.set("sk-pasted", secret("one")).await;
    assert_eq!(set, Err(SecretsError::BadVariable));
    let forgotten = keyring.forget("sk-pasted").await;
    assert_eq!(forgotten, Err(SecretsError::BadVariable));
    assert_eq!(keyring.get("sk-pasted").await, Found::Nowhere);
    assert_eq!(fake.calls(), NO_CALLS);
}

#[tokio::test]
async fn nothing_of_a_keyring_shows_its_keys() {
    let (keyring, fake) = keyring(LONG);
    let kept = keyring.set("A_KEY", secret("sk-Tell0Nobody")).await;
    kept.unwrap();
    fake.break_with(Some(absent()));
    let kept = keyring.set("B_KEY", secret("sk-Tell0Nobody")).await;
    let found = keyring.get("A_KEY").await;
    assert!(matches!(found, Found::Keyring(_)));
    let shown = format!("{keyring:?} {kept:?} {found:?}");
    assert!(
        shown.contains("A_KEY") && !shown.contains("Tell0"),
        "{shown}"
    );
}
