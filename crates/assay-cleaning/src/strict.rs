//! Parsing that ends at the first error.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::rc::Rc;

use tree_sitter::{LogType, ParseOptions, ParseState, Parser, Tree};

use crate::sections;

/// A parser of one language that takes only text without errors.
pub(crate) struct StrictParser {
    parser: Parser,
    /// A text had its first error far from its beginning.
    late_error: bool,
    /// How often the parser may still ask whether to go on: it does at every hundredth operation.
    allowance: usize,
    /// What a text with an error takes of that.
    price_of_error: usize,
}

impl StrictParser {
    /// `allowance` is in hundreds of operations, for all texts together; code needs less than one
    /// operation a byte.
    pub(crate) fn new(parser: Parser, allowance: usize) -> Self {
        Self {
            parser,
            late_error: false,
            allowance,
            price_of_error: 0,
        }
    }

    /// A parser for candidates out of a text of `length` bytes, each error in which costs `price_of_error`
    /// hundreds of operations.
    pub(crate) fn for_candidates(parser: Parser, length: usize, price_of_error: usize) -> Self {
        let mut strict = Self::new(parser, sections::allowance(length));
        strict.price_of_error = price_of_error;
        strict
    }

    /// Whether `text` has no error up to byte `end`, where its parse is given up; no more than twice that is
    /// looked at.
    pub(crate) fn begins(&mut self, text: &str, end: usize) -> bool {
        let near = (2 * end..text.len()).find(|at| text.is_char_boundary(*at));
        let text = &text[..near.unwrap_or(text.len())];
        // Four times what code of that length needs.
        let most = self.allowance.min(end / 25);
        let rest = self.allowance - most;
        self.allowance = most;
        let begins = !matches!(self.watched(text, end), Err(Broken::AtError));
        self.allowance += rest;
        begins
    }

    /// The tree of `text` if it has no error.
    ///
    /// Recovering from errors costs the parser a hundred times what code costs it, and it does not say that
    /// it is doing so, except in its log. So the beginning is parsed with an eye on that; the log itself
    /// costs too much for a long text, unless one has had a late error already.
    pub(crate) fn tree(&mut self, text: &str) -> Option<Tree> {
        const BEGINNING: usize = 32_768;
        if text.len() <= BEGINNING || self.late_error {
            return self.watched(text, usize::MAX).ok();
        }
        match self.watched(text, BEGINNING) {
            Ok(tree) => return Some(tree),
            Err(Broken::AtError) => return None,
            Err(Broken::AtEnd) => {}
        }
        let tree = self.parse_while(text, &Cell::new(false), |state| !state.has_error());
        self.late_error = tree.is_none();
        if tree.is_none() {
            self.pay_for_error();
        }
        tree
    }

    /// Parses `text` up to its first error, or to byte `end`.
    fn watched(&mut self, text: &str, end: usize) -> Result<Tree, Broken> {
        const MOST_SKIPPED: usize = 500;
        let failed = Rc::new(Cell::new(false));
        let noted = Rc::clone(&failed);
        let mut tokens_tried = 0_usize;
        self.parser.set_logger(Some(Box::new(move |kind, message| {
            if kind != LogType::Parse {
                return;
            }
            if message.starts_with("lex_internal") {
                tokens_tried += 1;
            } else if !message.starts_with("lex_") {
                tokens_tried = 0;
            }
            // Every way of reading the text has failed, and one of them is taken up to be repaired; or byte
            // after byte is skipped, for no token begins with it.
            if tokens_tried > MOST_SKIPPED || message.starts_with("resume version") {
                noted.set(true);
            }
        })));
        let mut ended = false;
        let tree = self.parse_while(text, &failed, |state| {
            ended = state.current_byte_offset() >= end;
            !ended && !failed.get()
        });
        self.parser.set_logger(None);
        match tree {
            Some(tree) => Ok(tree),
            None if ended && !failed.get() => Err(Broken::AtEnd),
            None => {
                self.pay_for_error();
                Err(Broken::AtError)
            }
        }
    }

    /// At an error the parser tries all that its grammar has before it asks whether to go on.
    fn pay_for_error(&mut self) {
        self.allowance = self.allowance.saturating_sub(self.price_of_error);
    }

    /// Parses `text` while `go_on` and the allowance allow it. Nothing more is read once `failed`: the
    /// parser would look ahead of the error, to the end of the text and again and again. Neither is what has
    /// been read too often: an open comment is looked through to its missing end from every mark in it.
    fn parse_while(
        &mut self,
        text: &str,
        failed: &Cell<bool>,
        mut go_on: impl FnMut(&ParseState) -> bool,
    ) -> Option<Tree> {
        const PIECE: usize = 512;
        const MOST_READINGS: usize = 16;
        // It asks too late: what it does at an error comes before.
        if self.allowance == 0 {
            return None;
        }

        let most_read = MOST_READINGS * (text.len() + PIECE);
        let mut read = 0_usize;
        let bytes = text.as_bytes();
        let mut allowance = self.allowance;
        let mut progress = |state: &ParseState| {
            allowance = allowance.saturating_sub(1);
            if allowance > 0 && go_on(state) {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        };
        let tree = self.parser.parse_with_options(
            &mut |at, _| {
                // No character lies across two pieces: the parser would ask for the second one at once, and
                // an empty one, after an error, it would read all the same, from nowhere.
                let near = bytes.len().min(at.saturating_add(PIECE));
                let end = (near..bytes.len())
                    .find(|end| text.is_char_boundary(*end))
                    .unwrap_or(bytes.len());
                match bytes.get(at..end) {
                    Some(piece) if !failed.get() => {
                        read += piece.len();
                        if read > most_read {
                            failed.set(true);
                        }
                        piece
                    }
                    _ => &[],
                }
            },
            None,
            Some(ParseOptions::new().progress_callback(&mut progress)),
        );
        #[cfg(test)]
        crate::meter::count(|work| {
            work.read += read;
            work.checks += self.allowance - allowance;
            work.errors += usize::from(tree.is_none());
        });
        // What was read again costs about what as many operations do.
        self.allowance = allowance.saturating_sub(read.saturating_sub(text.len()) / 100);
        let tree = tree.filter(|_| !failed.get());
        if tree.is_none() {
            // A parse that was broken off would be continued by the next one.
            self.parser.reset();
        }
        tree.filter(|tree| !tree.root_node().has_error())
    }
}

/// Why a parse was not finished.
#[derive(Debug, PartialEq, Eq)]
enum Broken {
    AtError,
    AtEnd,
}
