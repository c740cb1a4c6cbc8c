//! What a caller hears while a fetch is under way.

/// The steps of a fetch, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Bytes are coming in.
    Downloading,
    /// The file is taken out of its archive(s).
    Extracting,
    /// What came is made into another file.
    Converting,
    /// Size and SHA-256 are compared.
    Verifying,
    /// The file is in place.
    Done,
}

/// How far a fetch has come; bytes count from 0 in each stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub stage: Stage,
    /// Bytes of this stage so far.
    pub bytes: u64,
    /// Bytes of this stage in all, when known. An archive's size is not known beforehand, so while
    /// packages download this is the size of the file inside: a good guess, not a promise.
    pub total: Option<u64>,
}

impl Progress {
    /// As progress of several files, of which those before this one have `before` bytes and all together `total`: it is
    /// done when the last one is.
    #[must_use]
    pub fn within(self, before: u64, total: Option<u64>) -> Self {
        Self {
            stage: match self.stage {
                Stage::Done => Stage::Downloading,
                stage => stage,
            },
            bytes: before + self.bytes,
            total: total.or(self.total),
        }
    }
}

/// Called about five times a second, from the task that fetches; it must not block.
pub type OnProgress<'a> = &'a (dyn Fn(Progress) + Send + Sync);
