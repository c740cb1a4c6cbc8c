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

/// Without a look in between: that it is closed is found out by using it.
#[tokio::test]
async fn one_that_is_closed_as_it_is_used_is_no_failure() {
    let ends = &["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"];
    let server = Server::start(ends, 1).await;
    for count in 1..50 {
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
