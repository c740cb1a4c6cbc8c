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
            let mut answer = pin!(line.sender.try_send_request(request));
            let answered =
                std::future::poll_fn(|cx| line.drive(cx, |cx| answer.as_mut().poll(cx))).await;
            match answered.ok_or(DirectError::Closed)? {
                Ok(response) => {
                    return Ok(response.map(|incoming| DirectBody {
                        incoming,
                        line: Some(line),
                        home: Arc::clone(self),
                    }));
                }
                // It was closed before anything of the request was sent.
                Err(mut error) => match error.take_message() {
                    Some(unsent) if used => request = unsent,
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
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    const PLAIN: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// A server that answers each request with the same bytes, each piece by itself, and what it saw.
    struct Server {
        direct: Arc<Direct>,
        connections: Arc<AtomicUsize>,
        closed: Arc<tokio::sync::Semaphore>,
    }

    impl Server {
        /// `each` requests are answered on a connection before it is closed.
        async fn start(pieces: &'static [&'static str], each: usize) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = format!("http://{}", listener.local_addr().unwrap());
            let connections = Arc::new(AtomicUsize::new(0));
            let closed = Arc::new(tokio::sync::Semaphore::new(0));
            let (seen, gone) = (Arc::clone(&connections), Arc::clone(&closed));
            tokio::spawn(async move {
                while let Ok((mut stream, _)) = listener.accept().await {
                    seen.fetch_add(1, Ordering::SeqCst);
                    let gone = Arc::clone(&gone);
                    tokio::spawn(async move {
                        let mut buffer = [0; 1024];
                        for _ in 0..each {
                            match stream.read(&mut buffer).await {
                                Ok(0) | Err(_) => break,
                                Ok(_) => {}
                            }
                            for piece in pieces {
                                if stream.write_all(piece.as_bytes()).await.is_err() {
                                    break;
                                }
                                tokio::task::yield_now().await;
                            }
                        }
                        drop(stream);
                        gone.add_permits(1);
                    });
                }
            });
            Self {
                direct: Arc::new(Direct::new(
                    address.parse().unwrap(),
                    Duration::from_secs(10),
                )),
                connections,
                closed,
            }
        }

        async fn ask(&self) -> Result<DirectBody, DirectError> {
            let mut request = Request::new(Full::new(Bytes::from_static(b"{}")));
            *request.uri_mut() = "/v1".parse().unwrap();
            let host = hyper::header::HeaderValue::from_static("here");
            request.headers_mut().insert("host", host);
            Ok(self.direct.send(request).await?.into_body())
        }

        async fn read(&self) -> Result<String, DirectError> {
            let mut body = self.ask().await?;
            let mut text = Vec::new();
            while let Some(piece) = body.chunk().await? {
                text.extend_from_slice(&piece);
            }
            Ok(String::from_utf8(text).unwrap())
        }

        fn connections(&self) -> usize {
            self.connections.load(Ordering::SeqCst)
        }
    }

    #[tokio::test]
    async fn a_connection_is_used_again() {
        let chunked = &[
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "2\r\nok\r\n",
            "0\r\n\r\n",
        ];
        for pieces in [&[PLAIN], &chunked[..]] {
            let server = Server::start(pieces, usize::MAX).await;
            for _ in 0..5 {
                assert_eq!(server.read().await.unwrap(), "ok");
            }
            assert_eq!(server.connections(), 1);
            // At once each has its own, and they are kept.
            for _ in 0..3 {
                let read = futures::future::join_all((0..4).map(|_| server.read())).await;
                assert!(read.into_iter().all(|text| text.unwrap() == "ok"));
            }
            assert_eq!(server.connections(), 4);
        }
    }

    #[tokio::test]
    async fn one_that_the_server_closed_is_not() {
        let server = Server::start(&[PLAIN], 1).await;
        for count in 1..5 {
            assert_eq!(server.read().await.unwrap(), "ok");
            assert_eq!(server.connections(), count);
            server.closed.acquire().await.unwrap().forget();
        }
        let says_so = &["HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"];
        let server = Server::start(says_so, usize::MAX).await;
        for count in 1..3 {
            assert_eq!(server.read().await.unwrap(), "ok");
            assert_eq!(server.connections(), count);
        }
    }

    #[tokio::test]
    async fn an_answer_that_is_dropped_closes_its_connection() {
        let endless = &["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"];
        let server = Server::start(endless, usize::MAX).await;
        let mut body = server.ask().await.unwrap();
        assert_eq!(body.chunk().await.unwrap().unwrap(), "ok");
        drop(body);
        server.closed.acquire().await.unwrap().forget();
        let mut body = server.ask().await.unwrap();
        assert_eq!(body.chunk().await.unwrap().unwrap(), "ok");
        // What is missing did not come: this one cannot be used again either.
        body.finish();
        server.closed.acquire().await.unwrap().forget();
        assert_eq!(server.connections(), 2);
    }

    #[tokio::test]
    async fn what_is_there_already_is_no_hindrance_to_use_again() {
        let server = Server::start(&[PLAIN], usize::MAX).await;
        for _ in 0..3 {
            server.ask().await.unwrap().finish();
        }
        assert_eq!(server.connections(), 1);
    }

    #[tokio::test]
    async fn a_lost_end_is_told() {
        let server = Server::start(&["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"], 1).await;
        assert!(matches!(server.read().await, Err(DirectError::Broken(_))));
        let server = Server::start(&["HTTP/1.1 2"], 1).await;
        assert!(matches!(server.read().await, Err(DirectError::Broken(_))));
        let server = Server::start(&[], 0).await;
        assert!(server.read().await.is_err());
    }

    #[tokio::test]
    async fn nobody_there_is_told() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let mut server = Server::start(&[], 0).await;
        server.direct = Arc::new(Direct::new(
            address.parse().unwrap(),
            Duration::from_secs(10),
        ));
        let Err(DirectError::Unreachable(error)) = server.read().await else {
            panic!("something answered");
        };
        assert_eq!(io_kind(error.as_ref()), Some(ErrorKind::ConnectionRefused));
    }
}
