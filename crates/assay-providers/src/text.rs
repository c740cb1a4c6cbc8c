//! From pieces of an answer to its text: characters split over pieces, and stop sequences split over pieces.

use memchr::{memchr_iter, memmem};

/// Gathers an answer piece by piece and gives out only what is certain to belong to it.
#[derive(Debug)]
pub(crate) struct AnswerText {
    stops: Vec<String>,
    /// Bytes that do not yet make a character.
    bytes: Vec<u8>,
    /// The answer so far; what lies behind `given` may turn out to be a stop sequence.
    text: String,
    given: usize,
    stopped: bool,
}

impl AnswerText {
    pub(crate) fn new(stops: &[String]) -> Self {
        Self {
            stops: stops.iter().filter(|s| !s.is_empty()).cloned().collect(),
            bytes: Vec::new(),
            text: String::new(),
            given: 0,
            stopped: false,
        }
    }

    /// Adds the bytes of a piece; answers the text that is certain now, possibly empty.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> &str {
        match std::str::from_utf8(bytes) {
            // As nearly every piece is: whole characters after whole characters.
            Ok(whole) if self.bytes.is_empty() => self.text.push_str(whole),
            _ => {
                self.bytes.extend_from_slice(bytes);
                self.decode(false);
            }
        }
        self.look_for_stops(false);
        let safe = if self.stopped {
            self.text.len()
        } else {
            self.text.len() - self.held_back()
        };
        self.give(safe)
    }

    /// A stop sequence was met: nothing that follows belongs to the answer.
    pub(crate) fn stopped(&self) -> bool {
        self.stopped
    }

    /// Ends the answer; answers what was held back. Call once, then [`into_text`](Self::into_text).
    pub(crate) fn finish(&mut self) -> &str {
        if !self.stopped {
            self.decode(true);
            self.look_for_stops(true);
        }
        self.give(self.text.len())
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    fn give(&mut self, until: usize) -> &str {
        let from = self.given;
        self.given = until.max(from);
        &self.text[from..self.given]
    }

    /// Moves whole characters from `bytes` to `text`; what can never be one becomes U+FFFD. At the end an
    /// unfinished character is one of those.
    fn decode(&mut self, at_end: bool) {
        loop {
            match std::str::from_utf8(&self.bytes) {
                Ok(valid) => {
                    self.text.push_str(valid);
                    self.bytes.clear();
                    return;
                }
                Err(error) => {
                    let valid = error.valid_up_to();
                    self.text
                        .push_str(&String::from_utf8_lossy(&self.bytes[..valid]));
                    let bad = match error.error_len() {
                        Some(length) => length,
                        None if at_end => self.bytes.len() - valid,
                        None => {
                            self.bytes.drain(..valid);
                            return;
                        }
                    };
                    self.text.push('\u{fffd}');
                    self.bytes.drain(..valid + bad);
                }
            }
        }
    }

    /// Cuts the text before the stop sequence that begins first; of two beginning there, either does. Not yet, where
    /// what begins before it may still become another one, unless nothing follows any more.
    fn look_for_stops(&mut self, at_end: bool) {
        let behind = &self.text.as_bytes()[self.given..];
        if behind.is_empty() {
            return;
        }
        let first = self
            .stops
            .iter()
            .filter_map(|stop| memmem::find(behind, stop.as_bytes()))
            .min();
        let Some(at) = first.map(|at| self.given + at) else {
            return;
        };
        if at_end || self.text.len() - self.held_back() >= at {
            self.text.truncate(at);
            self.stopped = true;
        }
    }

    /// Bytes at the end of the text that may be the beginning of a stop sequence.
    fn held_back(&self) -> usize {
        let text = self.text.as_bytes();
        let held_for = |stop: &String| {
            let stop = stop.as_bytes();
            // The text ends with a whole character, and so what ends it is a whole beginning.
            let tail = &text[text.len() - text.len().min(stop.len() - 1)..];
            memchr_iter(stop[0], tail)
                .find(|at| stop.starts_with(&tail[*at..]))
                .map_or(0, |at| tail.len() - at)
        };
        self.stops.iter().map(held_for).max().unwrap_or(0)
    }
}

/// Leaves out the beginning that was given to a model, where its server says it again.
#[derive(Debug)]
pub(crate) struct Prefill {
    given: String,
    /// What has come and may be the beginning of `given`; `None` once that is settled.
    held: Option<String>,
}

impl Prefill {
    pub(crate) fn new(given: String) -> Self {
        Self {
            held: (!given.is_empty()).then(String::new),
            given,
        }
    }

    /// Adds a piece; answers what is new in it, possibly nothing yet.
    pub(crate) fn pass(&mut self, piece: String) -> String {
        let Some(held) = &mut self.held else {
            return piece;
        };
        held.push_str(&piece);
        let new = match held.strip_prefix(self.given.as_str()) {
            Some(new) => new.to_owned(),
            None if self.given.starts_with(held.as_str()) => return String::new(),
            None => std::mem::take(held),
        };
        self.held = None;
        new
    }

    /// What was held back until the end.
    pub(crate) fn finish(&mut self) -> String {
        self.held.take().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(stops: &[&str], pieces: &[&[u8]]) -> (Vec<String>, String, bool) {
        let stops: Vec<String> = stops.iter().map(|s| (*s).to_owned()).collect();
        let mut answer = AnswerText::new(&stops);
        let mut given = Vec::new();
        for piece in pieces {
            given.push(answer.push(piece).to_owned());
            if answer.stopped() {
                break;
            }
        }
        given.push(answer.finish().to_owned());
        let stopped = answer.stopped();
        (given, answer.into_text(), stopped)
    }

    #[test]
    fn a_stop_over_three_tokens_is_held_back_and_cut() {
        let (given, text, stopped) = run(&["\ndef"], &[b"x = 1", b"\n", b"d", b"ef g", b"never"]);
        assert_eq!(given, ["x = 1", "", "", "", ""]);
        assert_eq!((text.as_str(), stopped), ("x = 1", true));
    }

    #[test]
    fn what_only_began_like_a_stop_is_given_out_after_all() {
        let (given, text, stopped) = run(&["\ndef"], &[b"a\nd", b"el b", b"\nde"]);
        assert_eq!(given, ["a", "\ndel b", "", "\nde"]);
        assert_eq!((text.as_str(), stopped), ("a\ndel b\nde", false));
    }

    #[test]
    fn characters_split_over_tokens_come_out_whole() {
        let snowman = "☃".as_bytes();
        let (given, text, _) = run(&[], &[&snowman[..1], &snowman[1..2], &snowman[2..], b"!"]);
        assert_eq!(given, ["", "", "☃", "!", ""]);
        assert_eq!(text, "☃!");
    }

    #[test]
    fn bytes_that_are_no_text_become_replacement_characters() {
        let (_, text, _) = run(&[], &[b"a\xffb", b"\xe2\x98"]);
        assert_eq!(text, "a\u{fffd}b\u{fffd}");
    }

    #[test]
    fn the_stop_that_begins_first_wins() {
        let (_, text, _) = run(&["world", "lo"], &[b"hello world"]);
        assert_eq!(text, "hel");
    }

    #[test]
    fn a_stop_that_begins_earlier_is_waited_for() {
        let stops = ["☃", "\n☃☃"];
        assert_eq!(run(&stops, &["\n☃".as_bytes(), "☃".as_bytes()]).1, "");
        assert_eq!(run(&stops, &["\n☃".as_bytes(), b"a"]).1, "\n");
        assert_eq!(run(&stops, &["\n☃".as_bytes()]).1, "\n");
    }

    proptest! {
        /// However an answer is cut, a beginning that was given is left out once, and nothing else is.
        #[test]
        fn a_repeated_beginning_is_left_out(
            given in "[ab☃]{0,6}",
            text in "[ab☃]{0,12}",
            at in 1_usize..5,
        ) {
            let pass = |whole: &str| {
                let mut prefill = Prefill::new(given.clone());
                let chars: Vec<char> = whole.chars().collect();
                let mut new: String = chars
                    .chunks(at)
                    .map(|piece| prefill.pass(piece.iter().collect()))
                    .collect();
                new.push_str(&prefill.finish());
                new
            };
            prop_assert_eq!(pass(&format!("{given}{text}")), text.as_str());
            if !text.starts_with(&given) {
                prop_assert_eq!(pass(&text), text.as_str());
            }
        }

        /// However a text is cut into tokens, the answer is the text up to the first stop sequence, and
        /// what was given out piece by piece is the same.
        #[test]
        fn cutting_changes_nothing(
            text in "[ab☃\n]{0,40}",
            stops in proptest::collection::vec("[ab☃\n]{1,4}", 0..3),
            cuts in proptest::collection::vec(1_usize..6, 1..40),
        ) {
            let mut answer = AnswerText::new(&stops);
            let mut given = String::new();
            let mut rest = text.as_bytes();
            let mut cuts = cuts.iter().cycle();
            while !rest.is_empty() && !answer.stopped() {
                let at = (*cuts.next().unwrap()).min(rest.len());
                given.push_str(answer.push(&rest[..at]));
                rest = &rest[at..];
            }
            given.push_str(answer.finish());
            let end = stops.iter().filter_map(|stop| text.find(stop.as_str())).min();
            let stopped = answer.stopped();
            let whole = answer.into_text();
            prop_assert_eq!(&given, &whole);
            prop_assert_eq!(stopped, end.is_some());
            prop_assert_eq!(whole, &text[..end.unwrap_or(text.len())]);
        }

        #[test]
        fn any_bytes_make_the_text_of_their_lossy_whole(
            bytes in proptest::collection::vec(any::<u8>(), 0..60),
            at in 1_usize..5,
        ) {
            let mut answer = AnswerText::new(&[]);
            for piece in bytes.chunks(at) {
                answer.push(piece);
            }
            answer.finish();
            prop_assert_eq!(answer.into_text(), String::from_utf8_lossy(&bytes));
        }
    }
}
