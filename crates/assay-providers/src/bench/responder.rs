//! A server that answers every completion at once, so that only the asking is measured.

use memchr::memmem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const ANSWER: &str = r#"{"id":"bench","object":"text_completion","created":0,"model":"bench","choices":[{"index":0,"text":"    return a + b\n","finish_reason":"stop","logprobs":null}],"usage":{"prompt_tokens":24,"completion_tokens":7,"total_tokens":31}}"#;
const STREAM: &str = concat!(
    "data: {\"id\":\"bench\",\"object\":\"text_completion\",\"created\":0,\"model\":\"bench\",\"choices\":[{\"index\":0,\"text\":\"    return\",\"finish_reason\":null}]}\n\n",
    "data: {\"id\":\"bench\",\"object\":\"text_completion\",\"created\":0,\"model\":\"bench\",\"choices\":[{\"index\":0,\"text\":\" a + b\\n\",\"finish_reason\":null}]}\n\n",
    "data: {\"id\":\"bench\",\"object\":\"text_completion\",\"created\":0,\"model\":\"bench\",\"choices\":[{\"index\":0,\"text\":\"\",\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":24,\"completion_tokens\":7,\"total_tokens\":31}}\n\n",
    "data: [DONE]\n\n"
);
/// Longer than any request of the measurement; more is no request of it.
const MAX_REQUEST: usize = 1 << 20;

/// Answers until it is dropped. Connections are kept, as a real server keeps them.
pub async fn respond(listener: TcpListener) {
    while let Ok((connection, _)) = listener.accept().await {
        tokio::spawn(async move {
            // A client that goes away is no trouble.
            let _ = serve(connection).await;
        });
    }
}

async fn serve(mut connection: TcpStream) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    let listed = answer(
        "application/json",
        r#"{"object":"list","data":[{"id":"bench","object":"model"}]}"#,
    );
    let whole = answer("application/json", ANSWER);
    let streamed = answer("text/event-stream", STREAM);
    let mut received: Vec<u8> = Vec::with_capacity(8192);
    loop {
        let length = loop {
            if let Some(length) = request_length(&received) {
                break length;
            }
            if received.len() > MAX_REQUEST || connection.read_buf(&mut received).await? == 0 {
                return Ok(());
            }
        };
        let request = &received[..length];
        let answer = if request.starts_with(b"GET ") {
            &listed
        } else if memmem::find(request, b"\"stream\":true").is_some() {
            &streamed
        } else {
            &whole
        };
        received.drain(..length);
        connection.write_all(answer).await?;
    }
}

fn answer(kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// The length of the first request in `received`, once all of it is there.
pub(super) fn request_length(received: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length:";
    let head = memmem::find(received, b"\r\n\r\n")? + 4;
    let body = received[..head]
        .split(|byte| *byte == b'\n')
        .find(|line| {
            line.get(..NAME.len())
                .is_some_and(|name| name.eq_ignore_ascii_case(NAME))
        })
        .and_then(|line| std::str::from_utf8(&line[NAME.len()..]).ok())
        .and_then(|length| length.trim().parse::<usize>().ok())
        .unwrap_or(0);
    (received.len() >= head + body).then_some(head + body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_whole_with_its_body() {
        let request = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
        assert_eq!(request_length(&request[..10]), None);
        assert_eq!(request_length(&request[..request.len() - 1]), None);
        assert_eq!(request_length(request), Some(request.len()));
        let mut two = request.to_vec();
        two.extend_from_slice(b"GET / HTTP/1.1\r\n\r\n");
        assert_eq!(request_length(&two), Some(request.len()));
    }
}
