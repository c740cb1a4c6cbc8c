//! From the bytes of a streamed answer to its events.

use eventsource_stream::{EventStreamError, Eventsource};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt};

/// How an answer is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// One document.
    Whole,
    /// Server-sent events (WHATWG HTML, section 9.2), each with JSON as its data.
    Events,
    /// JSON lines: one document a line.
    Lines,
}

impl Framing {
    /// What a content type promises.
    pub(crate) fn of_content_type(content_type: &str) -> Self {
        let kind = content_type.split(';').next().unwrap_or("").trim();
        match kind.to_ascii_lowercase().as_str() {
            "text/event-stream" => Self::Events,
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/json-lines"
            | "application/jsonlines" => Self::Lines,
            _ => Self::Whole,
        }
    }
}

/// Why no further event can be read.
#[derive(Debug)]
pub(crate) enum FrameError {
    /// The connection broke, or what came is no text.
    Broken(String),
    /// What came is no stream of events.
    NoEvents,
    /// More came than any answer holds.
    Endless,
}

/// The events of a stream of bytes: the data of each, never blank.
pub(crate) fn events<B, E>(
    bytes: impl Stream<Item = Result<B, E>> + Send + 'static,
    framing: Framing,
    limit: usize,
) -> BoxStream<'static, Result<String, FrameError>>
where
    B: AsRef<[u8]> + Send + 'static,
    E: std::error::Error + Send + 'static,
{
    let mut received = 0;
    let bytes = bytes.map(move |piece| match piece {
        Ok(piece) => {
            received += piece.as_ref().len();
            if received > limit {
                Err(FrameError::Endless)
            } else {
                Ok(piece)
            }
        }
        Err(error) => Err(FrameError::Broken(root_cause(&error))),
    });
    let events = match framing {
        Framing::Events => bytes
            .eventsource()
            .map(|event| match event {
                Ok(event) => Ok(event.data),
                Err(EventStreamError::Transport(error)) => Err(error),
                Err(EventStreamError::Utf8(_)) => {
                    Err(FrameError::Broken("the stream is not UTF-8".to_owned()))
                }
                Err(EventStreamError::Parser(_)) => Err(FrameError::NoEvents),
            })
            .boxed(),
        Framing::Whole | Framing::Lines => lines(bytes).boxed(),
    };
    events
        .filter(|event| {
            let blank = event.as_ref().is_ok_and(|data| data.trim().is_empty());
            std::future::ready(!blank)
        })
        .boxed()
}

/// Lines, the last one too when no line break ends it: whether it is whole its JSON tells.
fn lines<B: AsRef<[u8]> + Send + 'static>(
    bytes: impl Stream<Item = Result<B, FrameError>> + Send + 'static,
) -> impl Stream<Item = Result<String, FrameError>> + Send {
    let state = (bytes.boxed(), Vec::new(), false);
    futures::stream::unfold(state, |(mut bytes, mut rest, mut ended)| async move {
        // Up to there no line ends: a long one is not searched from its beginning for each piece.
        let mut searched = 0;
        loop {
            let end = rest[searched..].iter().position(|byte| *byte == b'\n');
            if let Some(at) = end.map(|at| searched + at) {
                let tail = rest.split_off(at + 1);
                return Some((text_of(rest), (bytes, tail, ended)));
            }
            searched = rest.len();
            if ended {
                return (!rest.is_empty()).then(|| (text_of(rest), (bytes, Vec::new(), true)));
            }
            match bytes.next().await {
                Some(Ok(piece)) => rest.extend_from_slice(piece.as_ref()),
                Some(Err(error)) => return Some((Err(error), (bytes, Vec::new(), true))),
                None => ended = true,
            }
        }
    })
}

fn text_of(line: Vec<u8>) -> Result<String, FrameError> {
    String::from_utf8(line).map_err(|_| FrameError::Broken("the stream is not UTF-8".to_owned()))
}

/// The innermost reason: "connection refused" rather than three layers of "error sending request".
pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(framing: Framing, text: &str, at: usize, limit: usize) -> Vec<Result<String, String>> {
        let pieces: Vec<Result<Vec<u8>, std::io::Error>> =
            text.as_bytes().chunks(at).map(|c| Ok(c.to_vec())).collect();
        let events = events(futures::stream::iter(pieces), framing, limit);
        let read = events.map(|event| event.map_err(|error| format!("{error:?}")));
        futures::executor::block_on(read.collect())
    }

    #[test]
    fn a_content_type_tells_the_framing() {
        for (text, framing) in [
            ("text/event-stream; charset=utf-8", Framing::Events),
            ("application/x-ndjson", Framing::Lines),
            ("Application/JSON", Framing::Whole),
            ("", Framing::Whole),
        ] {
            assert_eq!(Framing::of_content_type(text), framing, "{text}");
        }
    }

    #[test]
    fn events_and_lines_are_read_wherever_they_are_cut() {
        let wanted: Vec<Result<String, String>> = ["{\"a\": \"☃\"}", "{}"]
            .map(|data| Ok(data.to_owned()))
            .to_vec();
        for at in 1..12 {
            let sse = ": hello\n\nevent: x\ndata: {\"a\": \"☃\"}\r\n\r\ndata:\n\ndata: {}\n\n";
            assert_eq!(read(Framing::Events, sse, at, 1000), wanted);
            let lines = read(Framing::Lines, "{\"a\": \"☃\"}\n\n{}", at, 1000);
            let lines: Vec<_> = lines
                .into_iter()
                .map(|l| l.map(|l| l.trim().to_owned()))
                .collect();
            assert_eq!(lines, wanted);
        }
    }

    #[test]
    fn what_does_not_end_is_not_read_on() {
        for framing in [Framing::Events, Framing::Lines] {
            let read = read(framing, &"x".repeat(100), 10, 50);
            assert_eq!(read.last(), Some(&Err("Endless".to_owned())), "{framing:?}");
        }
    }
}
