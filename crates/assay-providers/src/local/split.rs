//! Models split over several files, as llama.cpp's `gguf-split` names them.

/// `NAME-00001-of-00003.gguf` taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SplitName {
    stem: String,
    /// From 1.
    pub(crate) part: u32,
    pub(crate) of: u32,
}

impl SplitName {
    /// `None` for a name of another form; folders before it are kept.
    pub(crate) fn read(name: &str) -> Option<Self> {
        let numbers = |text: &str| -> Option<u32> {
            (text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit()))
                .then(|| text.parse().ok())
                .flatten()
        };
        let stem = name.strip_suffix(".gguf")?;
        let (rest, of) = stem.rsplit_once("-of-")?;
        let (stem, part) = rest.rsplit_once('-')?;
        let (part, of) = (numbers(part)?, numbers(of)?);
        (1..=of).contains(&part).then(|| Self {
            stem: stem.to_owned(),
            part,
            of,
        })
    }

    /// The name of another part.
    pub(crate) fn name(&self, part: u32) -> String {
        format!("{}-{part:05}-of-{:05}.gguf", self.stem, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_from_whole_files() {
        let name = "Q8_0/big-00002-of-00003.gguf";
        let split = SplitName::read(name).unwrap();
        assert_eq!((split.part, split.of), (2, 3));
        assert_eq!(split.name(2), name);
        assert_eq!(split.name(1), "Q8_0/big-00001-of-00003.gguf");
        for whole in [
            "big.gguf",
            "big-1-of-3.gguf",
            "big-00004-of-00003.gguf",
            "big-00000-of-00003.gguf",
            "big-00001-of-00003.bin",
            "big-+0001-of-00003.gguf",
        ] {
            assert_eq!(SplitName::read(whole), None, "{whole}");
        }
    }
}
