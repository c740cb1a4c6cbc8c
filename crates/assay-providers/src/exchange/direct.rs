//! Connections to servers that are reached without TLS and without a proxy: most local ones.
//!
//! Each is driven by the request that has it, in that request's own task. Nothing is handed from task to task, and so
//! the threads of the runtime wake each other less: a request costs half of what it does through a client that
//! keeps a task for each connection. The HTTP is hyper's, as it is of `reqwest`, which reaches everything else.

use std::fmt;
use std::io::{self, ErrorKind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::task::AtomicWaker;
use http_body_util::Full;
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1::{Connection, SendRequest, handshake};
use hyper::{Request, Response, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service as _;

/// Longer unused, a connection is not used again: many servers close it earlier.
const MAX_IDLE: Duration = Duration::from_secs(90);
/// How often a peer that says nothing is asked whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// Why a request got no answer, or only a part of one.
#[derive(Debug, thiserror::Error)]
pub(super) enum DirectError {
    #[error("connecting took too long")]
    Slow,
    #[error("no connection")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the exchange broke")]
    Broken(#[from] hyper::Error),
    #[error("the connection was closed")]
    Closed,
}

/// The connections to one server.
pub(super) struct Direct {
    address: Uri,
    connector: HttpConnector,
    limit: Duration,
    /// The one that was used last is at the end, and is used first.
    idle: Mutex<Vec<(Line, Instant)>>,
}

impl fmt::Debug for Direct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Direct({})", self.address)
    }
}

impl Direct {
    /// `limit` is of connecting.
    pub(super) fn new(address: Uri, limit: Duration) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(limit));
        connector.set_keepalive(Some(KEEPALIVE));
        connector.set_keepalive_interval(Some(KEEPALIVE));
        connector.set_keepalive_retries(Some(3));
        Self {
            address,
            connector,
            limit,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Sends `request`, whose address is its path alone; answers when the head of the answer is there. Dropping
    /// this closes the connection.
    pub(super) async fn send(
        self: &Arc<Self>,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<DirectBody>, DirectError> {
        loop {
            let (mut line, used) = match self.take() {
                Some(line) => (line, true),
                None => (self.connect().await?, false),
            };
            // A server may close a connection just as it is used again, some after every stream they send, whatever
            // they say before. That is no failure of the request: it is sent once more, over another one.
            let spare = used.then(|| request.clone());
            let mut answer = pin!(line.sender.try_send_request(request));
            let answered =
                std::future::poll_fn(|cx| line.drive(cx, |cx| answer.as_mut().poll(cx))).await;
            match answered {
                None => request = spare.ok_or(DirectError::Closed)?,
                Some(Ok(response)) => {
                    return Ok(response.map(|incoming| DirectBody {
                        incoming,
                        line: Some(line),
                        home: Arc::clone(self),
                    }));
                }
                Some(Err(error)) => match spare {
                    Some(spare) if was_closed(error.error()) => request = spare,
                    _ => return Err(error.into_error().into()),
                },
            }
        }
    }

    async fn connect(&self) -> Result<Line, DirectError> {
        let mut connector = self.connector.clone();
        let connected = tokio::time::timeout(self.limit, connector.call(self.address.clone()));
        let stream =
            connected
                .await
                .map_err(|_| DirectError::Slow)?
                .map_err(|error| match io_kind(&error) {
                    Some(ErrorKind::TimedOut) => DirectError::Slow,
                    _ => DirectError::Unreachable(error.into()),
                })?;
        let (sender, connection) = handshake(stream).await?;
        Ok(Line::new(sender, connection))
    }

    /// One that is open, as far as is known here.
    fn take(&self) -> Option<Line> {
        loop {
            let (mut line, since) = {
                let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                idle.pop()?
            };
            // What happened to it since would have rung.
            let open = !line.bell.rung.load(Ordering::SeqCst) || line.is_ready();
            if open && since.elapsed() < MAX_IDLE {
                return Some(line);
            }
        }
    }

    fn put(&self, mut line: Line) {
        if !line.is_ready() {
            return;
        }
        let now = Instant::now();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // The oldest are at the front.
        let stale = idle.partition_point(|(_, since)| now - *since >= MAX_IDLE);
        idle.drain(..stale);
        idle.push((line, now));
    }
}

/// Whether the connection was closed before there was an answer.
fn was_closed(error: &hyper::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    error.is_incomplete_message()
        || error.is_canceled()
        || error.is_closed()
        || matches!(
            io_kind(error),
            Some(BrokenPipe | ConnectionAborted | ConnectionReset)
        )
}

/// Which trouble of the system is behind an error.
fn io_kind(error: &(dyn std::error::Error + 'static)) -> Option<ErrorKind> {
    std::iter::successors(Some(error), |error| error.source())
        .find_map(|error| error.downcast_ref::<io::Error>())
        .map(io::Error::kind)
}

/// What is left of an answer. Dropping it before its end closes the connection, which is how a server learns that
/// no more is wanted.
pub(super) struct DirectBody {
    incoming: Incoming,
    /// `None` once the answer has ended.
    line: Option<Line>,
    home: Arc<Direct>,
}

impl fmt::Debug for DirectBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DirectBody")
    }
}

impl DirectBody {
    /// The next piece; `None` at the end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, DirectError> {
        std::future::poll_fn(|cx| self.poll_chunk(cx)).await
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, DirectError>> {
        let Some(line) = &mut self.line else {
            return Poll::Ready(Ok(None));
        };
        let incoming = &mut self.incoming;
        loop {
            let frame = ready!(line.drive(cx, |cx| Pin::new(&mut *incoming).poll_frame(cx)));
            match frame.ok_or(DirectError::Closed)? {
                Some(Ok(frame)) => {
                    // Trailers say nothing of an answer.
                    if let Ok(data) = frame.into_data() {
                        return Poll::Ready(Ok(Some(data)));
                    }
                }
                Some(Err(error)) => {
                    self.line = None;
                    return Poll::Ready(Err(error.into()));
                }
                None => {
                    if let Some(line) = self.line.take() {
                        self.home.put(line);
                    }
                    return Poll::Ready(Ok(None));
                }
            }
        }
    }

    /// Nothing that may follow is of interest. If it is here already, the connection is used again.
    pub(super) fn finish(self) {
        drop(self.incoming);
        if let Some(line) = self.line {
            self.home.put(line);
        }
    }
}

/// A connection, driven by whoever holds it.
struct Line {
    sender: SendRequest<Full<Bytes>>,
    /// `None` once it is closed.
    connection: Option<Box<Connection<TokioIo<TcpStream>, Full<Bytes>>>>,
    bell: Arc<Bell>,
    waker: Waker,
}

impl Line {
    fn new(
        sender: SendRequest<Full<Bytes>>,
        connection: Connection<TokioIo<TcpStream>, Full<Bytes>>,
    ) -> Self {
        let bell = Arc::new(Bell::default());
        Self {
            sender,
            connection: Some(Box::new(connection)),
            waker: Waker::from(Arc::clone(&bell)),
            bell,
        }
    }

    /// Drives the connection until `look` finds what it looks for; `None` when that cannot come any more.
    fn drive<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut look: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<Option<T>> {
        let own = &mut Context::from_waker(&self.waker);
        self.bell.attend(cx.waker());
        loop {
            // What is looked for may be there already, and looking tells the connection that it is wanted.
            if let Poll::Ready(found) = look(own) {
                return Poll::Ready(Some(found));
            }
            let closed = match &mut self.connection {
                Some(connection) => Pin::new(connection).poll(own).is_ready(),
                None => true,
            };
            if let Poll::Ready(found) = look(own) {
                return Poll::Ready(Some(found));
            }
            if closed {
                self.connection = None;
                return Poll::Ready(None);
            }
            if self.bell.leave() {
                return Poll::Pending;
            }
        }
    }

    /// Whether it is open and has nothing left to do. Nobody is woken for what it does from now on.
    fn is_ready(&mut self) -> bool {
        self.bell.busy.store(true, Ordering::SeqCst);
        self.bell.rung.store(false, Ordering::SeqCst);
        let own = &mut Context::from_waker(&self.waker);
        match &mut self.connection {
            Some(connection) => {
                Pin::new(connection).poll(own).is_pending() && self.sender.is_ready()
            }
            None => false,
        }
    }
}

/// Wakes the task that waits for a connection, but not while that task is at it: it looks again by itself. Otherwise
/// a task would wake itself several times a request, and each time a thread of the runtime.
#[derive(Debug, Default)]
struct Bell {
    task: AtomicWaker,
    busy: AtomicBool,
    rung: AtomicBool,
}

impl Bell {
    /// The task of `waker` is at it now.
    fn attend(&self, waker: &Waker) {
        self.task.register(waker);
        self.busy.store(true, Ordering::SeqCst);
        self.rung.store(false, Ordering::SeqCst);
    }

    /// The task waits from now on, unless the bell was rung meanwhile: then it has to look again.
    fn leave(&self) -> bool {
        self.busy.store(false, Ordering::SeqCst);
        if self.rung.load(Ordering::SeqCst) {
            self.busy.store(true, Ordering::SeqCst);
            self.rung.store(false, Ordering::SeqCst);
            return false;
        }
        true
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // First this, or the task could leave between the two and not see it.
        self.rung.store(true, Ordering::SeqCst);
        if !self.busy.load(Ordering::SeqCst) {
            self.task.wake();
        }
    }
}

#[cfg(test)]
mod tests;
