//! Downloads from a loopback server, whole, broken off, resumed, wrong.

#![allow(clippy::unwrap_used)] // Helpers of tests: a panic is a failed test.

use std::path::Path;

use assay_core::Coded;
use assay_fetch::{Access, CancellationToken, Checksum, FetchError, fetch_url, fetch_url_as};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiremock::matchers::{header, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

const CONTENT: &[u8] = b"0123456789abcdef";

fn checksum(bytes: &[u8]) -> Checksum {
    let sha256: String = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Checksum::new(sha256, bytes.len() as u64)
}

async fn fetch(url: &str, expected: &Checksum, dest: &Path) -> Result<Checksum, FetchError> {
    fetch_url(url, expected, dest, &|_| {}, &CancellationToken::new()).await
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_whole_file_arrives_and_is_not_asked_for_twice() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(CONTENT))
        .expect(1)
        .mount(&server)
        .await;
    let out = tempfile::tempdir().unwrap();
    let dest = out.path().join("deep/file");
    for _ in 0..2 {
        let found = fetch(&server.uri(), &checksum(CONTENT), &dest)
            .await
            .unwrap();
        assert_eq!(found, checksum(CONTENT));
    }
    assert_eq!(std::fs::read(&dest).unwrap(), CONTENT);
    assert_eq!(names_in(dest.parent().unwrap()), ["file"]);
}

#[tokio::test]
async fn an_unknown_digest_is_answered_with_the_one_found() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(CONTENT))
        .mount(&server)
        .await;
    let out = tempfile::tempdir().unwrap();
    let found = fetch(
        &server.uri(),
        &Checksum::default(),
        &out.path().join("file"),
    )
    .await
    .unwrap();
    assert_eq!(found, checksum(CONTENT));
}

/// Answers each connection with the next of `replies`, then closes it: what no mock server does.
async fn serve_raw(replies: Vec<Vec<u8>>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/file", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let mut requests = Vec::new();
        for reply in replies {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                assert_eq!(socket.read(&mut byte).await.unwrap(), 1);
                request.push(byte[0]);
            }
            requests.push(String::from_utf8(request).unwrap().to_lowercase());
            socket.write_all(&reply).await.unwrap();
            socket.shutdown().await.unwrap();
        }
        requests
    });
    (url, task)
}

fn reply(head: &str, body: &[u8]) -> Vec<u8> {
    [head.as_bytes(), b"\r\n\r\n", body].concat()
}

#[tokio::test]
async fn a_broken_download_goes_on_where_it_stopped() {
    let (url, server) = serve_raw(vec![
        reply(
            "HTTP/1.1 200 OK\r\nContent-Length: 16\r\nETag: \"v1\"",
            &CONTENT[..10],
        ),
        reply(
            "HTTP/1.1 206 Partial Content\r\nContent-Length: 6\r\nContent-Range: bytes 10-15/16",
            &CONTENT[10..],
        ),
    ])
    .await;
    let out = tempfile::tempdir().unwrap();
    let dest = out.path().join("file");
    let error = fetch(&url, &checksum(CONTENT), &dest).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    assert!(!dest.exists());
    assert_eq!(
        std::fs::read(out.path().join("file.part")).unwrap().len(),
        10
    );
    fetch(&url, &checksum(CONTENT), &dest).await.unwrap();
    assert_eq!(std::fs::read(&dest).unwrap(), CONTENT);
    assert_eq!(names_in(out.path()), ["file"]);
    let requests = server.await.unwrap();
    assert!(requests[1].contains("range: bytes=10-"), "{}", requests[1]);
    assert!(requests[1].contains("if-range: \"v1\""), "{}", requests[1]);
}

#[tokio::test]
async fn a_resumed_file_that_does_not_fit_is_fetched_anew() {
    let server = MockServer::start().await;
    Mock::given(header("range", "bytes=4-"))
        .respond_with(ResponseTemplate::new(206).set_body_bytes(&CONTENT[4..]))
        .with_priority(1)
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(CONTENT))
        .expect(1)
        .mount(&server)
        .await;
    let out = tempfile::tempdir().unwrap();
    let dest = out.path().join("file");
    std::fs::write(out.path().join("file.part"), b"XXXX").unwrap();
    fetch(&server.uri(), &checksum(CONTENT), &dest)
        .await
        .unwrap();
    assert_eq!(std::fs::read(&dest).unwrap(), CONTENT);
}

#[tokio::test]
async fn wrong_content_and_refusals_leave_what_was_there() {
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::path("/gone"))
        .respond_with(ResponseTemplate::new(404))
        .mount(&server)
        .await;
    Mock::given(wiremock::matchers::path("/other"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(b"fedcba9876543210"))
        .mount(&server)
        .await;
    Mock::given(wiremock::matchers::path("/long"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 1000]))
        .mount(&server)
        .await;
    let out = tempfile::tempdir().unwrap();
    let dest = out.path().join("file");
    std::fs::write(&dest, b"old").unwrap();
    for (path, code) in [
        ("gone", "download-failed"),
        ("other", "checksum-mismatch"),
        ("long", "checksum-mismatch"),
    ] {
        let url = format!("{}/{path}", server.uri());
        let error = fetch(&url, &checksum(CONTENT), &dest).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert_eq!(std::fs::read(&dest).unwrap(), b"old");
        assert_eq!(names_in(out.path()), ["file"]);
    }
}

/// `git hash-object` of the sixteen bytes.
#[tokio::test]
async fn gits_id_is_compared_where_it_is_all_that_is_known() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(CONTENT))
        .expect(2)
        .mount(&server)
        .await;
    let out = tempfile::tempdir().unwrap();
    let dest = out.path().join("file");
    let wrong = Checksum::git_blob("0".repeat(40), 16);
    let error = fetch(&server.uri(), &wrong, &dest).await.unwrap_err();
    assert!(matches!(error, FetchError::WrongBlob { .. }), "{error}");
    assert!(names_in(out.path()).is_empty());
    let right = Checksum::git_blob("454f6b314bf7424cada3eeabf6b7d8d52850db6a", 16);
    for _ in 0..2 {
        let found = fetch(&server.uri(), &right, &dest).await.unwrap();
        assert_eq!(found, checksum(CONTENT));
    }
}

/// The file moved to another version between two halves: the server sends it whole, and so it is kept.
#[tokio::test]
async fn a_file_that_changed_in_between_starts_anew() {
    let changed = b"fedcba9876543210";
    let (url, server) = serve_raw(vec![
        reply(
            "HTTP/1.1 200 OK\r\nContent-Length: 16\r\nETag: \"v1\"",
            &CONTENT[..10],
        ),
        reply(
            "HTTP/1.1 200 OK\r\nContent-Length: 16\r\nETag: \"v2\"",
            changed,
        ),
    ])
    .await;
    let out = tempfile::tempdir().unwrap();
    let dest = out.path().join("file");
    fetch(&url, &Checksum::default(), &dest).await.unwrap_err();
    let found = fetch(&url, &Checksum::default(), &dest).await.unwrap();
    assert_eq!(found, checksum(changed));
    assert_eq!(std::fs::read(&dest).unwrap(), changed);
    assert!(server.await.unwrap()[1].contains("if-range: \"v1\""));
}

#[tokio::test]
async fn a_token_goes_to_its_host_and_not_where_it_redirects() {
    let (elsewhere, other) = serve_raw(vec![reply(
        "HTTP/1.1 200 OK\r\nContent-Length: 16",
        CONTENT,
    )])
    .await;
    let (url, host) = serve_raw(vec![reply(
        &format!("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: {elsewhere}"),
        b"",
    )])
    .await;
    let out = tempfile::tempdir().unwrap();
    fetch_url_as(
        &url,
        Access {
            token: Some("s3cret"),
            ca_file: None,
        },
        &checksum(CONTENT),
        &out.path().join("file"),
        &|_| {},
        &CancellationToken::new(),
    )
    .await
    .unwrap();
    assert!(host.await.unwrap()[0].contains("authorization: bearer s3cret"));
    let asked = other.await.unwrap();
    assert!(!asked[0].contains("s3cret"), "{}", asked[0]);
}

#[tokio::test]
async fn two_at_once_do_not_write_the_same_file() {
    let out = tempfile::tempdir().unwrap();
    let dest = out.path().join("file");
    let other = std::fs::File::create(out.path().join("file.part")).unwrap();
    other.lock().unwrap();
    let error = fetch("http://127.0.0.1:9/x", &Checksum::default(), &dest)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "download-busy");
}

#[tokio::test]
async fn cancelling_keeps_the_bytes_that_came() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/file", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        assert!(socket.read(&mut [0; 1024]).await.unwrap() > 0);
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 16";
        socket.write_all(&reply(head, &CONTENT[..5])).await.unwrap();
        std::future::pending::<()>().await;
    });
    let out = tempfile::tempdir().unwrap();
    let dest = out.path().join("file");
    let cancel = CancellationToken::new();
    let part = out.path().join("file.part");
    let (token, watched) = (cancel.clone(), part.clone());
    tokio::spawn(async move {
        while std::fs::metadata(&watched).map_or(0, |meta| meta.len()) < 5 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        token.cancel();
    });
    let error = fetch_url(&url, &checksum(CONTENT), &dest, &|_| {}, &cancel)
        .await
        .unwrap_err();
    assert!(matches!(error, FetchError::Cancelled));
    assert!(!dest.exists());
    assert_eq!(std::fs::read(&part).unwrap(), &CONTENT[..5]);
    server.abort();
}
