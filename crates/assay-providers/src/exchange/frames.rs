//! From the bytes of a streamed answer to its events.

use memchr::{memchr, memchr2};

use super::reply::Reply;

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
        let is = |known: &&str| kind.eq_ignore_ascii_case(known);
        const LINES: [&str; 5] = [
            "application/x-ndjson",
            "application/ndjson",
            "application/jsonl",
            "application/json-lines",
            "application/jsonlines",
        ];
        if is(&"text/event-stream") {
            Self::Events
        } else if LINES.iter().any(is) {
            Self::Lines
        } else {
            Self::Whole
        }
    }
}

/// Why no further event can be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FrameError {
    /// The connection broke, or what came is no text.
    Broken(String),
    /// More came than any answer holds.
    Endless,
}

/// The events of an answer as it comes.
#[derive(Debug)]
pub(crate) struct Events {
    reply: Reply,
    frames: Frames,
}

impl Events {
    /// Of more than `limit` bytes nothing is read.
    pub(crate) fn new(reply: Reply, framing: Framing, limit: usize) -> Self {
        Self {
            reply,
            frames: Frames::new(framing, limit),
        }
    }

    /// Goes on to the next event, if it has come already.
    pub(crate) fn at_hand(&mut self) -> Option<Result<(), FrameError>> {
        self.frames.advance()
    }

    /// Goes on to the next event; `None` at the end. What has come is kept when this is dropped.
    pub(crate) async fn next(&mut self) -> Option<Result<(), FrameError>> {
        loop {
            let event = self.at_hand();
            if event.is_some() || self.frames.ended {
                return event;
            }
            match self.reply.chunk().await {
                Ok(Some(piece)) => {
                    if let Err(error) = self.frames.feed(&piece) {
                        return Some(Err(error));
                    }
                }
                Ok(None) => self.frames.ended = true,
                Err(detail) => return Some(Err(FrameError::Broken(detail))),
            }
        }
    }

    /// The data of the event that it went on to. It is never blank.
    pub(crate) fn data(&self) -> &str {
        &self.frames.data
    }

    /// Nothing that may follow is of interest.
    pub(crate) fn finish(self) {
        self.reply.finish();
    }
}

/// The events of bytes that are fed to it. Each line is looked at once, and its text is copied into one buffer, which
/// all events share.
#[derive(Debug)]
struct Frames {
    framing: Framing,
    limit: usize,
    received: usize,
    /// No more comes.
    ended: bool,
    bytes: Vec<u8>,
    /// Where the next line begins in `bytes`.
    at: usize,
    /// Up to here it does not end: a long one is not searched from its beginning for each piece.
    searched: usize,
    /// The line before ended with a carriage return; a line feed now belongs to that end.
    after_return: bool,
    /// A byte order mark may still come.
    at_start: bool,
    /// The data of the event that comes, or of the one that was found last.
    data: String,
    found: bool,
}

impl Frames {
    fn new(framing: Framing, limit: usize) -> Self {
        Self {
            framing,
            limit,
            received: 0,
            ended: false,
            bytes: Vec::new(),
            at: 0,
            searched: 0,
            after_return: false,
            at_start: true,
            data: String::new(),
            found: false,
        }
    }

    fn feed(&mut self, piece: &[u8]) -> Result<(), FrameError> {
        self.received += piece.len();
        if self.received > self.limit {
            return Err(FrameError::Endless);
        }
        self.bytes.drain(..self.at);
        self.searched -= self.at;
        self.at = 0;
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    /// Goes on to the next event; `None` when more has to be fed first.
    fn advance(&mut self) -> Option<Result<(), FrameError>> {
        if std::mem::take(&mut self.found) {
            self.data.clear();
        }
        loop {
            let (from, to) = match self.line() {
                Some(line) => line,
                // The last line of JSON too when no line break ends it: whether it is whole its JSON tells.
                None if self.ended
                    && self.framing != Framing::Events
                    && self.at < self.bytes.len() =>
                {
                    let line = (self.at, self.bytes.len());
                    (self.at, self.searched) = (line.1, line.1);
                    line
                }
                None => return None,
            };
            let Ok(line) = std::str::from_utf8(&self.bytes[from..to]) else {
                let detail = "the stream is not UTF-8".to_owned();
                return Some(Err(FrameError::Broken(detail)));
            };
            if self.framing == Framing::Events {
                if !add_line(&mut self.data, line) {
                    continue;
                }
            } else {
                self.data.push_str(line);
            }
            if self.data.trim().is_empty() {
                self.data.clear();
                continue;
            }
            self.found = true;
            return Some(Ok(()));
        }
    }

    /// The next whole line: of events without its end, of JSON with it.
    fn line(&mut self) -> Option<(usize, usize)> {
        if self.framing != Framing::Events {
            let rest = &self.bytes[self.searched..];
            let Some(end) = memchr(b'\n', rest) else {
                self.searched = self.bytes.len();
                return None;
            };
            let line = (self.at, self.searched + end + 1);
            (self.at, self.searched) = (line.1, line.1);
            return Some(line);
        }
        if self.after_return && self.at < self.bytes.len() {
            self.after_return = false;
            if self.bytes[self.at] == b'\n' {
                self.at += 1;
                self.searched = self.at;
            }
        }
        let Some(end) = memchr2(b'\n', b'\r', &self.bytes[self.searched..]) else {
            self.searched = self.bytes.len();
            return None;
        };
        let (mut from, to) = (self.at, self.searched + end);
        self.after_return = self.bytes[to] == b'\r';
        (self.at, self.searched) = (to + 1, to + 1);
        if std::mem::take(&mut self.at_start) && self.bytes[from..to].starts_with(b"\xef\xbb\xbf") {
            from += 3;
        }
        Some((from, to))
    }
}

/// Takes a line of an event stream. `true` when it ends an event, whose data, each line of it with a line feed before
/// it but the first, is whole then.
fn add_line(data: &mut String, line: &str) -> bool {
    if line.is_empty() {
        return true;
    }
    let (field, value) = line.split_once(':').unwrap_or((line, ""));
    if field == "data" {
        if !data.is_empty() {
            data.push('\n');
        }
        data.push_str(value.strip_prefix(' ').unwrap_or(value));
    }
    false
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
    use proptest::prelude::*;

    fn read(framing: Framing, text: &[u8], at: usize, limit: usize) -> Vec<Result<String, String>> {
        let mut frames = Frames::new(framing, limit);
        let mut read = Vec::new();
        let mut pieces = text.chunks(at);
        loop {
            match frames.advance() {
                Some(Ok(())) => read.push(Ok(frames.data.clone())),
                Some(Err(error)) => {
                    read.push(Err(format!("{error:?}")));
                    return read;
                }
                None if frames.ended => return read,
                None => match pieces.next().map(|piece| frames.feed(piece)) {
                    Some(Ok(())) => {}
                    Some(Err(error)) => {
                        read.push(Err(format!("{error:?}")));
                        return read;
                    }
                    None => frames.ended = true,
                },
            }
        }
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
            let sse =
                "\u{feff}: hello\n\nevent: x\ndata: {\"a\": \"☃\"}\r\n\r\ndata:\n\ndata: {}\n\n";
            assert_eq!(read(Framing::Events, sse.as_bytes(), at, 1000), wanted);
            let lines = read(Framing::Lines, "{\"a\": \"☃\"}\n\n{}".as_bytes(), at, 1000);
            let lines: Vec<_> = lines
                .into_iter()
                .map(|l| l.map(|l| l.trim().to_owned()))
                .collect();
            assert_eq!(lines, wanted);
        }
    }

    /// The examples of WHATWG HTML, section 9.2.6, and what its grammar allows besides.
    #[test]
    fn events_are_read_as_the_standard_has_it() {
        for (text, wanted) in [
            ("data: YHOO\ndata: +2\ndata: 10\n\n", &["YHOO\n+2\n10"][..]),
            (
                ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
                &["first event", "second event", " third event"],
            ),
            ("data:test\n\ndata: test\n\n", &["test", "test"]),
            ("data: a\r\rdata: b\r\n\r\ndata: c\n\n", &["a", "b", "c"]),
            ("data\n\ndata\ndata\n\ndata: x", &[]),
            ("dat: a\ndataa: b\nretry: 3\ndata: c:d\n\n", &["c:d"]),
        ] {
            let wanted: Vec<_> = wanted.iter().map(|data| Ok((*data).to_owned())).collect();
            for at in 1..8 {
                let found = read(Framing::Events, text.as_bytes(), at, 1000);
                assert_eq!(found, wanted, "{text:?} in pieces of {at}");
            }
        }
    }

    #[test]
    fn what_is_no_text_is_said() {
        let found = read(Framing::Events, b"data: \xff\n\n", 3, 100);
        assert_eq!(
            found,
            [Err("Broken(\"the stream is not UTF-8\")".to_owned())]
        );
    }

    #[test]
    fn what_does_not_end_is_not_read_on() {
        for framing in [Framing::Events, Framing::Lines] {
            let read = read(framing, "x".repeat(100).as_bytes(), 10, 50);
            assert_eq!(read.last(), Some(&Err("Endless".to_owned())), "{framing:?}");
        }
    }

    proptest! {
        /// However a stream is cut, its events are the same.
        #[test]
        fn cutting_changes_nothing(
            text in "(data|id|: x|[\r\n: ☃a\u{feff}]){0,40}",
            at in 1_usize..9,
        ) {
            for framing in [Framing::Events, Framing::Lines] {
                let whole = read(framing, text.as_bytes(), text.len().max(1), 10_000);
                prop_assert_eq!(read(framing, text.as_bytes(), at, 10_000), whole);
            }
        }

        /// Lines that are given as data come back, whatever ends them.
        #[test]
        fn data_comes_back(
            lines in proptest::collection::vec("[a-z☃:]{1,8}", 1..5),
            end in "\n|\r|\r\n",
            at in 1_usize..9,
        ) {
            let stream: String = lines.iter().map(|line| format!("data: {line}{end}")).collect();
            let found = read(Framing::Events, format!("{stream}{end}").as_bytes(), at, 10_000);
            prop_assert_eq!(found, [Ok(lines.join("\n"))]);
        }
    }
}
