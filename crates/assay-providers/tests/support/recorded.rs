//! A server that answers from a script: each connection gets the next reply, byte for byte, with pauses,
//! silence and resets where the script says so. What comes in is kept for the test to look at.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A step of a reply.
#[derive(Debug, Clone)]
pub enum Step {
    Send(Vec<u8>),
    /// Stays silent until the client goes away.
    Hang,
    /// Closes the connection with a reset, as a crashing server does.
    Reset,
}

#[derive(Debug, Clone)]
pub struct Request {
    /// `POST /v1/completions HTTP/1.1` and the header lines, in lower case.
    pub head: String,
    pub body: Value,
}

pub struct Server {
    /// With `/v1`.
    pub url: String,
    requests: Arc<Mutex<Vec<Request>>>,
    left: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Plays `replies` in order; after the last it is repeated.
    pub async fn play(replies: Vec<Vec<Step>>) -> Self {
        Self::play_beside(replies, &[]).await
    }

    /// The same, where requests to addresses that end as one of `aside` get that reply, count for nothing
    /// and are not kept.
    pub async fn play_beside(
        replies: Vec<Vec<Step>>,
        aside: &'static [(&'static str, &'static str)],
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let left = Arc::new(AtomicUsize::new(0));
        let gone = Arc::clone(&left);
        let replies = Arc::new(replies);
        let task = tokio::spawn(async move {
            loop {
                let (mut socket, _) = listener.accept().await.unwrap();
                let (seen, gone) = (Arc::clone(&seen), Arc::clone(&gone));
                let replies = Arc::clone(&replies);
                tokio::spawn(async move {
                    let Some(request) = read_request(&mut socket).await else {
                        return;
                    };
                    if let Some(reply) = aside_of(&request, aside) {
                        let _ = socket.write_all(&reply).await;
                        let _ = socket.shutdown().await;
                        return;
                    }
                    let at = {
                        let mut seen = seen.lock().unwrap();
                        seen.push(request);
                        seen.len().min(replies.len()) - 1
                    };
                    answer(socket, &replies[at], &gone).await;
                });
            }
        });
        Self {
            url,
            requests,
            left,
            task,
        }
    }

    /// A server that answers each endpoint as a real one does, from recorded replies.
    pub async fn like_a_real_one() -> Self {
        Self::serve(reply_like_a_real_one).await
    }

    /// A server that answers each request with what `reply` makes of it.
    pub async fn serve(reply: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let reply = Arc::new(reply);
        let task = tokio::spawn(async move {
            loop {
                let (mut socket, _) = listener.accept().await.unwrap();
                let (seen, reply) = (Arc::clone(&seen), Arc::clone(&reply));
                tokio::spawn(async move {
                    let Some(request) = read_request(&mut socket).await else {
                        return;
                    };
                    let reply = reply(&request);
                    seen.lock().unwrap().push(request);
                    let _ = socket.write_all(&reply).await;
                    let _ = socket.shutdown().await;
                });
            }
        });
        Self {
            url,
            requests,
            left: Arc::default(),
            task,
        }
    }

    /// How often a client went away while it was kept waiting.
    pub fn left(&self) -> usize {
        self.left.load(Ordering::Relaxed)
    }

    /// The address without `/v1`.
    pub fn root(&self) -> &str {
        self.url.trim_end_matches("/v1")
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn reply_like_a_real_one(request: &Request) -> Vec<u8> {
    let streamed = request.body["stream"] == json!(true);
    let path = request.head.split(' ').nth(1).unwrap_or_default();
    if path.contains("/api/") {
        return reply_like_ollama(request);
    }
    if request.head.starts_with("get /v1/models") {
        return json_reply(
            200,
            "",
            &include_str!("../fixtures/models.json").replace('\n', ""),
        );
    }
    let path = path.strip_prefix("/v1/").unwrap_or_default();
    let (whole, events) = match path {
        "completions" => (
            include_str!("../fixtures/completion.json"),
            include_str!("../fixtures/completion.sse"),
        ),
        "chat/completions" => (
            include_str!("../fixtures/chat.json"),
            include_str!("../fixtures/chat.sse"),
        ),
        "responses" => (
            include_str!("../fixtures/responses.json"),
            include_str!("../fixtures/responses.sse"),
        ),
        "messages" => (
            include_str!("../fixtures/messages.json"),
            include_str!("../fixtures/messages.sse"),
        ),
        "messages/count_tokens" => (r#"{"input_tokens":39}"#, ""),
        "ask" => (
            r#"{"out": [{"text": "ok then", "why": "length"}], "n": {"in": 3, "out": 2}, "error": null}"#,
            "",
        ),
        _ => return json_reply(404, "", r#"{"error":{"message":"File Not Found"}}"#),
    };
    let body = if streamed { events } else { whole };
    if streamed {
        [STREAM_HEAD.as_bytes(), body.as_bytes()].concat()
    } else {
        json_reply(200, "", body)
    }
}

/// Ollama with the models `llama3.2`, `base` (which only continues text) and `embedder`, and without `absent`.
pub fn reply_like_ollama(request: &Request) -> Vec<u8> {
    let streamed = request.body["stream"] == json!(true);
    let path = request.head.split(' ').nth(1).unwrap_or_default();
    let path = path.split("/api/").nth(1).unwrap_or_default();
    let lines = |text: &str| [LINES_HEAD, text].concat().into_bytes();
    match (path, request.body["model"].as_str(), streamed) {
        ("tags", ..) => json_reply(200, "", include_str!("../fixtures/ollama/tags.json")),
        ("show" | "generate" | "chat" | "pull", Some("absent"), _) => {
            json_reply(404, "", r#"{"error":"model 'absent' not found"}"#)
        }
        ("show", Some("base"), _) => json_reply(
            200,
            "",
            r#"{"template":"{{ .Prompt }}","capabilities":["completion"]}"#,
        ),
        ("show", Some("embedder"), _) => json_reply(
            200,
            "",
            r#"{"template":"{{ .Prompt }}","capabilities":["embedding"]}"#,
        ),
        ("show", ..) => json_reply(200, "", include_str!("../fixtures/ollama/show.json")),
        ("generate", _, true) => lines(include_str!("../fixtures/ollama/generate.ndjson")),
        ("generate", ..) => json_reply(200, "", include_str!("../fixtures/ollama/generate.json")),
        ("chat", _, true) => lines(include_str!("../fixtures/ollama/chat.ndjson")),
        ("chat", ..) => json_reply(200, "", include_str!("../fixtures/ollama/chat.json")),
        ("pull", ..) => lines(include_str!("../fixtures/ollama/pull.ndjson")),
        _ => json_reply(404, "", "404 page not found"),
    }
}

pub const LINES_HEAD: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n";

pub const STREAM_HEAD: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

pub fn json_reply(status: u16, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} Recorded\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n{headers}\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// One whole reply.
pub fn json_step(status: u16, headers: &str, body: &str) -> Vec<Step> {
    vec![Step::Send(json_reply(status, headers, body))]
}

/// A stream of events sent piece by piece, each piece a write of its own, then `end`.
pub fn stream(pieces: &[&[u8]], end: Option<Step>) -> Vec<Step> {
    let mut steps = vec![Step::Send(STREAM_HEAD.as_bytes().to_vec())];
    steps.extend(pieces.iter().map(|piece| Step::Send(piece.to_vec())));
    steps.extend(end);
    steps
}

/// What a request beside answers is answered with.
pub fn aside_of(request: &Request, aside: &[(&str, &str)]) -> Option<Vec<u8>> {
    let path = request.head.split(' ').nth(1)?;
    let (_, body) = aside.iter().find(|(end, _)| path.ends_with(end))?;
    Some(json_reply(200, "", body))
}

async fn answer(mut socket: TcpStream, reply: &[Step], left: &AtomicUsize) {
    for step in reply {
        match step {
            Step::Send(bytes) => {
                if socket.write_all(bytes).await.is_err() {
                    return;
                }
                let _ = socket.flush().await;
                // Lets the client read this piece before the next one.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Step::Hang => {
                let _ = socket.read(&mut [0; 64]).await;
                left.fetch_add(1, Ordering::Relaxed);
                return;
            }
            Step::Reset => {
                socket.set_zero_linger().unwrap();
                return;
            }
        }
    }
    let _ = socket.shutdown().await;
}

pub async fn read_request(socket: &mut (impl AsyncRead + Unpin)) -> Option<Request> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length: usize = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.trim().parse().unwrap());
            if bytes.len() >= end + 4 + length {
                let body = serde_json::from_slice(&bytes[end + 4..]).unwrap_or(Value::Null);
                return Some(Request { head, body });
            }
        }
        match socket.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}
