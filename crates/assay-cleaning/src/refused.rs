//! Long texts that were refused, so that none is looked through twice.

/// Candidates beyond [`LARGE`](crate::sections::LARGE) out of one reply are often the same text.
#[derive(Default)]
pub(crate) struct Refused {
    /// Each with the name that was looked for in it.
    texts: Vec<(String, String)>,
}

impl Refused {
    /// So many are remembered: more than there are ways to read a reply.
    const MOST: usize = 16;

    pub(crate) fn knows(&self, text: &str, name: &str) -> bool {
        self.texts
            .iter()
            .any(|(other, looked_for)| other == text && looked_for == name)
    }

    pub(crate) fn note(&mut self, text: &str, name: &str) {
        if self.texts.len() < Self::MOST {
            self.texts.push((text.to_owned(), name.to_owned()));
        }
    }
}
