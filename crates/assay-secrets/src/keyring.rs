//! The keyring as the program uses it: never in the way, never silent about where a key is.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, timeout, timeout_at};

use crate::system::System;
use crate::{Secret, SecretsError, Trouble, check_variable};

/// After this long a person is told that the keyring is being waited for.
const NOTICE: Duration = Duration::from_secs(2);

/// A store of secrets by name. Its calls may block for as long as a person takes to unlock it.
pub trait Backend: fmt::Debug + Send + Sync + 'static {
    /// # Errors
    /// When the store is not there, is locked or fails.
    fn set(&self, variable: &str, secret: &Secret) -> Result<(), Trouble>;

    /// One answer for each variable, in their order.
    ///
    /// # Errors
    /// As [`Backend::set`].
    fn get(&self, variables: &[String]) -> Result<Vec<Option<Secret>>, Trouble>;

    /// Whether there was one.
    ///
    /// # Errors
    /// As [`Backend::set`].
    fn forget(&self, variable: &str) -> Result<bool, Trouble>;
}

/// How long a keyring is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub read: Duration,
    pub write: Duration,
}

impl Default for Patience {
    /// Long enough to type the password of a keyring that is locked.
    fn default() -> Self {
        Self {
            read: Duration::from_secs(20),
            write: Duration::from_secs(60),
        }
    }
}

/// Where a key went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    Keyring,
    /// In memory, until the program ends.
    Session {
        why: Trouble,
    },
}

/// Where a key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Keyring(Secret),
    /// In memory, until the program ends.
    Session {
        secret: Secret,
        why: Trouble,
    },
    /// Neither there nor here.
    Nowhere,
    /// Not here; the keyring could not be asked.
    Unknown {
        why: Trouble,
    },
}

/// Keys by the name of their variable. Nothing is reached before the first call that needs it, one call is
/// under way at a time, and dropping a future stops the waiting.
#[derive(Debug)]
pub struct Keyring {
    backend: Arc<dyn Backend>,
    patience: Patience,
    turn: Arc<Semaphore>,
    /// A call that was given up still waits: nobody else need wait to learn that.
    stuck: Arc<AtomicBool>,
    session: Mutex<BTreeMap<String, (Secret, Trouble)>>,
    /// What the keyring last answered.
    loaded: Mutex<BTreeMap<String, Secret>>,
}

impl Keyring {
    /// The operating system's.
    pub fn system() -> Self {
        Self::over(Arc::new(System), Patience::default())
    }

    /// Another store, or other patience.
    pub fn over(backend: Arc<dyn Backend>, patience: Patience) -> Self {
        Self {
            backend,
            patience,
            turn: Arc::new(Semaphore::new(1)),
            stuck: Arc::default(),
            session: Mutex::default(),
            loaded: Mutex::default(),
        }
    }

    /// Keeps a key in the keyring, or in memory where no keyring takes it.
    ///
    /// # Errors
    /// When `variable` is no name of a variable.
    pub async fn set(&self, variable: &str, secret: Secret) -> Result<Kept, SecretsError> {
        check_variable(variable)?;
        let (name, given) = (variable.to_owned(), secret.clone());
        let kept = self
            .ask(self.patience.write, move |store| store.set(&name, &given))
            .await;
        match kept {
            Ok(()) => {
                lock(&self.session).remove(variable);
                lock(&self.loaded).insert(variable.to_owned(), secret);
                Ok(Kept::Keyring)
            }
            Err(why) => {
                tracing::info!(variable, "kept for this session only: {why}");
                lock(&self.session).insert(variable.to_owned(), (secret, why.clone()));
                Ok(Kept::Session { why })
            }
        }
    }

    /// Asks the keyring for these variables; what it answers is [`held`](Self::held) afterwards. One answer
    /// for each, in their order. A key that is kept for the session goes before the keyring's.
    pub async fn load(&self, variables: &[String]) -> Vec<Found> {
        let asked: Vec<String> = {
            let session = lock(&self.session);
            variables
                .iter()
                .filter(|variable| {
                    !session.contains_key(*variable) && check_variable(variable).is_ok()
                })
                .cloned()
                .collect()
        };
        let answers = if asked.is_empty() {
            Ok(Vec::new())
        } else {
            let names = asked.clone();
            self.ask(self.patience.read, move |store| store.get(&names))
                .await
        };
        if let Ok(answers) = &answers {
            let mut loaded = lock(&self.loaded);
            for (variable, answer) in asked.iter().zip(answers) {
                match answer {
                    Some(secret) => loaded.insert(variable.clone(), secret.clone()),
                    None => loaded.remove(variable),
                };
            }
        }
        let (session, loaded) = (lock(&self.session), lock(&self.loaded));
        variables
            .iter()
            .map(
                |variable| match (session.get(variable), loaded.get(variable), &answers) {
                    (Some((secret, why)), _, _) => Found::Session {
                        secret: secret.clone(),
                        why: why.clone(),
                    },
                    (None, Some(secret), _) => Found::Keyring(secret.clone()),
                    (None, None, Ok(_)) => Found::Nowhere,
                    (None, None, Err(why)) => Found::Unknown { why: why.clone() },
                },
            )
            .collect()
    }

    /// Asks for one variable: [`load`](Self::load).
    pub async fn get(&self, variable: &str) -> Found {
        let mut found = self.load(&[variable.to_owned()]).await;
        found.pop().unwrap_or(Found::Nowhere)
    }

    /// The key as this program last heard of it, from memory: asks nobody and never waits.
    pub fn held(&self, variable: &str) -> Option<Secret> {
        let session = lock(&self.session).get(variable).map(|(s, _)| s.clone());
        session.or_else(|| lock(&self.loaded).get(variable).cloned())
    }

    /// The names of those that are kept until the program ends.
    pub fn of_session(&self) -> Vec<String> {
        lock(&self.session).keys().cloned().collect()
    }

    /// Removes a key from memory and from the keyring; whether there was one.
    ///
    /// # Errors
    /// When `variable` is no name of a variable, and when the keyring could not be asked: the key may still be
    /// in it. Where there is no keyring at all, removing what was kept for the session is enough.
    pub async fn forget(&self, variable: &str) -> Result<bool, SecretsError> {
        check_variable(variable)?;
        let here = lock(&self.session).remove(variable).is_some();
        let name = variable.to_owned();
        let there = self
            .ask(self.patience.write, move |store| store.forget(&name))
            .await;
        match there {
            Ok(there) => {
                lock(&self.loaded).remove(variable);
                Ok(here || there)
            }
            Err(Trouble::Absent(_)) if here => Ok(true),
            Err(why) => Err(SecretsError::Unavailable(why)),
        }
    }

    /// Runs `work` on a thread of its own: it may block for ever, and no runtime should wait for it at its
    /// end, as it would for its own blocking threads.
    async fn ask<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl FnOnce(&dyn Backend) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let silent = Trouble::Silent {
            seconds: patience.as_secs(),
        };
        if self.stuck.load(Ordering::Acquire) {
            return Err(silent);
        }
        let deadline = Instant::now() + patience;
        let turn = timeout_at(deadline, Arc::clone(&self.turn).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            return Err(silent);
        };
        let (answer, mut answered) = oneshot::channel();
        let (backend, stuck) = (Arc::clone(&self.backend), Arc::clone(&self.stuck));
        std::thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || {
                // Given back when the call is over, whether anybody still waits for it or not: the turn first,
                // by which `ask` tells a call that ended in the moment it was given up.
                let _over = Over(stuck);
                let _turn = turn;
                // The other end may have given up.
                let _ = answer.send(work(&*backend));
            })
            .map_err(|error| Trouble::Failed(format!("no thread for it: {error}")))?;
        let received = match timeout(NOTICE.min(patience), &mut answered).await {
            Ok(received) => received,
            Err(_) => {
                if patience > NOTICE {
                    tracing::warn!("waiting for the keyring; it may be asking to be unlocked");
                }
                match timeout_at(deadline, &mut answered).await {
                    Ok(received) => received,
                    Err(_) => {
                        self.stuck.store(true, Ordering::Release);
                        // It may have ended, and cleared the flag before it was set.
                        if self.turn.available_permits() > 0 {
                            self.stuck.store(false, Ordering::Release);
                        }
                        return Err(silent);
                    }
                }
            }
        };
        received.unwrap_or_else(|_| Err(Trouble::Failed("it ended without an answer".to_owned())))
    }
}

/// Says that a call is over, also when it panicked.
struct Over(Arc<AtomicBool>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// The content of a mutex, whatever happened to its last holder: the maps are valid after every operation.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
