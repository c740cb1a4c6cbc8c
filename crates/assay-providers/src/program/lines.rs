//! Lines as they come out of a pipe, none longer than allowed.

use tokio::io::{AsyncRead, AsyncReadExt};

#[derive(Debug)]
pub(super) struct Lines<R> {
    from: R,
    limit: usize,
    /// What came and is not given out yet; no line end is before `searched`.
    bytes: Vec<u8>,
    searched: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Without its end.
    Whole(Vec<u8>),
    /// There is no end within the limit.
    TooLong,
    /// Nothing follows; what came after the last line end.
    End(Vec<u8>),
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(super) fn new(from: R, limit: usize) -> Self {
        Self {
            from,
            limit,
            bytes: Vec::new(),
            searched: 0,
        }
    }

    /// The next line. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> std::io::Result<Line> {
        loop {
            let end = self.bytes[self.searched..]
                .iter()
                .position(|byte| *byte == b'\n');
            if let Some(end) = end.map(|end| end + self.searched) {
                let mut line: Vec<u8> = self.bytes.drain(..=end).collect();
                line.truncate(end);
                self.searched = 0;
                return Ok(if line.len() > self.limit {
                    Line::TooLong
                } else {
                    Line::Whole(line)
                });
            }
            self.searched = self.bytes.len();
            if self.bytes.len() > self.limit {
                return Ok(Line::TooLong);
            }
            self.bytes.reserve(8 << 10);
            if self.from.read_buf(&mut self.bytes).await? == 0 {
                self.searched = 0;
                return Ok(Line::End(std::mem::take(&mut self.bytes)));
            }
        }
    }

    /// Forgets what came of a line that is too long; what follows of it counts as the next one.
    pub(super) fn skip(&mut self) {
        self.bytes.clear();
        self.searched = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(text: &[u8], limit: usize) -> Vec<Line> {
        let mut lines = Lines::new(text, limit);
        let mut found = Vec::new();
        loop {
            let line = lines.next().await.unwrap();
            let last = !matches!(line, Line::Whole(_));
            found.push(line);
            if last {
                return found;
            }
        }
    }

    #[tokio::test]
    async fn lines_end_at_line_ends_and_at_the_limit() {
        let whole = |text: &str| Line::Whole(text.into());
        assert_eq!(
            all(b"a\n\nbc\nd", 2).await,
            [whole("a"), whole(""), whole("bc"), Line::End(b"d".to_vec())]
        );
        assert_eq!(all(b"", 2).await, [Line::End(Vec::new())]);
        assert_eq!(all(b"a\nbcd", 2).await, [whole("a"), Line::TooLong]);
        assert_eq!(all(b"bcd\n", 2).await, [Line::TooLong]);
    }
}
