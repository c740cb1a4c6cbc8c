//! A server in place of several models: it answers what it was given to answer, and takes as long as a model would.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::responder::request_length;

const MAX_REQUEST: usize = 1 << 20;

/// What stands in for models.
#[derive(Debug, Clone, Default)]
pub struct StandIn {
    /// Answers by prompt; where there are several, the request's seed decides.
    pub answers: HashMap<String, Vec<String>>,
    /// Milliseconds an answer takes at least and at most; log-uniform between them, by prompt and seed, so that the same
    /// request always takes as long.
    pub latency_ms: (u32, u32),
    /// How a comment begins, by prompt: every answer ends with one of its own, so that no two are the same text.
    pub comment: HashMap<String, String>,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    model: String,
    #[serde(default)]
    prompt: String,
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    stream: bool,
}

impl StandIn {
    /// The answer to a prompt, and how long it takes.
    fn answer(&self, asked: &Asked) -> (String, Duration) {
        let chance = mixed(&[
            asked.model.as_bytes(),
            asked.prompt.as_bytes(),
            &asked.seed.to_le_bytes(),
        ]);
        let (low, high) = self.latency_ms;
        let (low, high) = (f64::from(low.max(1)), f64::from(high.max(low).max(1)));
        let part = (chance >> 11) as f64 / (1_u64 << 53) as f64;
        let latency = Duration::from_secs_f64(low * (high / low).powf(part) / 1e3);
        let known = self
            .answers
            .get(&asked.prompt)
            .filter(|all| !all.is_empty());
        let text = known.map_or_else(String::new, |all| {
            let at = mixed(&[&chance.to_le_bytes(), b"answer"]) as usize % all.len();
            let comment = self.comment.get(&asked.prompt).map_or("#", String::as_str);
            format!("{}\n{comment} {chance:016x}\n", all[at].trim_end())
        });
        (text, latency)
    }
}

/// FNV-1a over the parts and their lengths, its bits stirred (the finisher of SplitMix64).
fn mixed(parts: &[&[u8]]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.len().to_le_bytes().iter().chain(*part) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Answers completions until it is dropped, as many at once as are asked.
pub async fn stand_in(listener: TcpListener, what: Arc<StandIn>) {
    // Dropped with this task, and every connection with it.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((connection, _)) = listener.accept().await {
        let what = Arc::clone(&what);
        connections.spawn(async move {
            // A client that goes away is no trouble.
            let _ = serve(connection, &what).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(mut connection: TcpStream, what: &StandIn) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    let mut received: Vec<u8> = Vec::with_capacity(8192);
    loop {
        let whole = loop {
            if let Some(length) = request_length(&received) {
                break length;
            }
            if received.len() > MAX_REQUEST || connection.read_buf(&mut received).await? == 0 {
                return Ok(());
            }
        };
        let request = &received[..whole];
        let body = request
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .map_or(&[][..], |at| &request[at + 4..]);
        let answer = if request.starts_with(b"GET ") {
            http("application/json", r#"{"object":"list","data":[]}"#)
        } else {
            match serde_json::from_slice::<Asked>(body) {
                Err(_) => "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".to_owned(),
                Ok(asked) => {
                    let (text, latency) = what.answer(&asked);
                    tokio::time::sleep(latency).await;
                    completion(&asked, &text)
                }
            }
        };
        received.drain(..whole);
        connection.write_all(answer.as_bytes()).await?;
    }
}

fn completion(asked: &Asked, text: &str) -> String {
    // About four bytes a token, as everywhere.
    let usage = serde_json::json!({
        "prompt_tokens": asked.prompt.len() / 4, "completion_tokens": text.len() / 4,
    });
    let body = serde_json::json!({
        "id": "bench", "object": "text_completion", "created": 0, "model": asked.model,
        "choices": [{ "index": 0, "text": text, "finish_reason": "stop" }], "usage": usage,
    });
    if asked.stream {
        http(
            "text/event-stream",
            &format!("data: {body}\n\ndata: [DONE]\n\n"),
        )
    } else {
        http("application/json", &body.to_string())
    }
}

fn http(kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(prompt: &str, seed: u64) -> Asked {
        Asked {
            model: "m".to_owned(),
            prompt: prompt.to_owned(),
            seed,
            stream: false,
        }
    }

    #[test]
    fn the_same_request_gets_the_same_answer_and_no_two_the_same_text() {
        let what = StandIn {
            answers: HashMap::from([("p".to_owned(), vec!["a".to_owned(), "b".to_owned()])]),
            latency_ms: (50, 800),
            comment: HashMap::from([("p".to_owned(), "//".to_owned())]),
        };
        let (mut first, mut total) = (0, 0.0);
        let mut texts = std::collections::HashSet::new();
        for seed in 0..2_000 {
            let (text, latency) = what.answer(&asked("p", seed));
            assert_eq!(what.answer(&asked("p", seed)), (text.clone(), latency));
            assert!((50..=800).contains(&latency.as_millis()), "{latency:?}");
            first += u32::from(text.starts_with("a\n// "));
            total += latency.as_secs_f64();
            texts.insert(text);
        }
        assert_eq!(texts.len(), 2_000);
        assert!((900..1_100).contains(&first), "{first}");
        // The mean of a log-uniform draw: (high - low) / ln(high / low).
        let mean = 0.75 / (16.0_f64).ln();
        assert!((total / 2_000.0 - mean).abs() < 0.02, "{}", total / 2_000.0);
        assert_eq!(what.answer(&asked("unknown", 0)).0, "");
    }
}
