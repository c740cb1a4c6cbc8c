//! What is found out of a reply once, however often and in whichever languages it is then cleaned.

use std::cell::OnceCell;

use crate::detect::Shares;
use crate::fences::{self, Fenced};
use crate::reasoning::{self, Answer};

/// A reply without its reasoning, and the fences of what is left.
pub(crate) struct Reply<'a> {
    pub answer: Answer<'a>,
    fenced: OnceCell<Fenced>,
    /// How little of it parses in each language, as far as that was asked.
    pub shares: Shares,
}

impl<'a> Reply<'a> {
    pub(crate) fn of(response: &'a str) -> Self {
        Self {
            answer: reasoning::set_aside(response),
            fenced: OnceCell::new(),
            shares: Shares::default(),
        }
    }

    /// The fences of the answer, looked for when they are first asked for: pure code has none.
    pub(crate) fn fenced(&self) -> &Fenced {
        self.fenced.get_or_init(|| fences::find(&self.answer.text))
    }
}
