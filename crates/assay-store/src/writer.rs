//! The one writer: a task that owns the only connection that writes.
//!
//! Every write waits until it is on the disk (`synchronous = FULL`), so that what was announced
//! survives a killed program and a power cut alike. To make that cheap, writes that arrive while
//! another is being synced share the next transaction, each in a savepoint of its own: one that
//! fails takes no other with it.

use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use crate::StoreError;

/// Writes of one transaction at most; also how many wait before callers do.
const BATCH: usize = 128;

/// Told the caller when the transaction is over: `None` when it was committed.
type Reply = Box<dyn FnOnce(Option<StoreError>) + Send>;

struct Outcome {
    /// Why the write is to be undone, when it is.
    failure: Option<StoreError>,
    reply: Reply,
}

type Job = Box<
    dyn for<'c> FnOnce(Result<&'c mut SqliteConnection, StoreError>) -> BoxFuture<'c, Outcome>
        + Send,
>;

enum Message {
    Write(Job),
    Close(oneshot::Sender<()>),
}

#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Message>,
}

impl Writer {
    pub(crate) fn start(connection: SqliteConnection) -> Self {
        let (queue, messages) = mpsc::channel(BATCH);
        tokio::spawn(run(connection, messages));
        Self { queue }
    }

    /// Runs `write` inside a transaction and answers once it is committed and on the disk.
    ///
    /// Dropping the returned future does not stop a write that is queued.
    pub(crate) async fn write<T, F>(&self, write: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, StoreError>>
            + Send
            + 'static,
    {
        let (answer, answered) = oneshot::channel::<Result<T, StoreError>>();
        let job: Job = Box::new(move |connection| {
            async move {
                let result = match connection {
                    Ok(connection) => write(connection).await,
                    Err(error) => Err(error),
                };
                Outcome {
                    failure: result.as_ref().err().cloned(),
                    reply: Box::new(move |failure| {
                        let result = match (result, failure) {
                            (Ok(_), Some(error)) => Err(error),
                            (result, _) => result,
                        };
                        // The caller may have gone; the write stands.
                        let _ = answer.send(result);
                    }),
                }
            }
            .boxed()
        });
        self.queue
            .send(Message::Write(job))
            .await
            .map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Message::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

async fn run(mut connection: SqliteConnection, mut messages: mpsc::Receiver<Message>) {
    let mut waiting = Vec::with_capacity(BATCH);
    let mut closing = None;
    while closing.is_none() && messages.recv_many(&mut waiting, BATCH).await > 0 {
        let mut jobs = Vec::with_capacity(waiting.len());
        for message in waiting.drain(..) {
            match message {
                Message::Write(job) => jobs.push(job),
                Message::Close(done) => closing = Some(done),
            }
        }
        commit(&mut connection, jobs).await;
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "failed to close the store");
    }
    if let Some(done) = closing {
        let _ = done.send(());
    }
}

async fn statement(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), StoreError> {
    sqlx::query(sql).execute(connection).await?;
    Ok(())
}

async fn commit(connection: &mut SqliteConnection, jobs: Vec<Job>) {
    if jobs.is_empty() {
        return;
    }
    if let Err(error) = statement(connection, "BEGIN IMMEDIATE").await {
        for job in jobs {
            let outcome = job(Err(error.clone())).await;
            (outcome.reply)(None);
        }
        return;
    }
    let mut replies: Vec<Reply> = Vec::with_capacity(jobs.len());
    let mut broken: Option<StoreError> = None;
    for job in jobs {
        if let Some(error) = &broken {
            replies.push(job(Err(error.clone())).await.reply);
            continue;
        }
        if let Err(error) = statement(connection, "SAVEPOINT one").await {
            replies.push(job(Err(error.clone())).await.reply);
            broken = Some(error);
            continue;
        }
        let outcome = job(Ok(&mut *connection)).await;
        broken = match outcome.failure {
            None => statement(connection, "RELEASE one").await.err(),
            Some(failure) => match statement(connection, "ROLLBACK TO one").await {
                Ok(()) => statement(connection, "RELEASE one").await.err(),
                // SQLite itself gives the whole transaction up on some errors (a full disk): no
                // savepoint is left, and the writes before this one are gone with it.
                Err(_) => Some(failure),
            },
        };
        replies.push(outcome.reply);
    }
    if broken.is_none() {
        broken = statement(connection, "COMMIT").await.err();
    }
    if let Some(error) = broken {
        // Without effect where SQLite has rolled back already.
        let _ = statement(connection, "ROLLBACK").await;
        for reply in replies {
            reply(Some(error.clone()));
        }
    } else {
        for reply in replies {
            reply(None);
        }
    }
}
