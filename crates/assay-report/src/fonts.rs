//! The fonts that ship with the program, and how wide text is in them. Reports and exported figures
//! look the same on every machine, whatever fonts it has.

use std::sync::{Arc, LazyLock};

use resvg::usvg::fontdb;
use rustybuzz::{Face, UnicodeBuffer};

/// Inter 3.19, by the Inter Project Authors, SIL Open Font License 1.1; a subset (`fonts/subset.py`).
pub(crate) const REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.otf");
pub(crate) const SEMI_BOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.otf");
/// JetBrains Mono 2.242, by the JetBrains Mono Project Authors, SIL Open Font License 1.1; a subset.
pub(crate) const MONO: &[u8] = include_bytes!("../fonts/JetBrainsMono-Regular.ttf");
pub(crate) const REGULAR_WOFF2: &[u8] = include_bytes!("../fonts/Inter-Regular.woff2");
pub(crate) const SEMI_BOLD_WOFF2: &[u8] = include_bytes!("../fonts/Inter-SemiBold.woff2");

/// The family as figures name it, with what stands in where it is missing.
pub(crate) const FAMILY: &str = "Inter, 'Helvetica Neue', Arial, sans-serif";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Font {
    Regular,
    SemiBold,
    Mono,
}

impl Font {
    pub(crate) fn data(self) -> &'static [u8] {
        match self {
            Self::Regular => REGULAR,
            Self::SemiBold => SEMI_BOLD,
            Self::Mono => MONO,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Regular => "Inter Regular",
            Self::SemiBold => "Inter SemiBold",
            Self::Mono => "JetBrains Mono",
        }
    }

    fn face(self) -> Option<&'static Face<'static>> {
        static FACES: LazyLock<[Option<Face<'static>>; 3]> =
            LazyLock::new(|| [REGULAR, SEMI_BOLD, MONO].map(|data| Face::from_slice(data, 0)));
        FACES[self as usize].as_ref()
    }

    /// Width of a text in one line, in the unit of `size`.
    pub(crate) fn width(self, text: &str, size: f32) -> f32 {
        let Some(face) = self.face() else {
            return text.chars().count() as f32 * size;
        };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let glyphs = rustybuzz::shape(face, &[], buffer);
        let units: i32 = glyphs.glyph_positions().iter().map(|g| g.x_advance).sum();
        units as f32 * size / face.units_per_em() as f32
    }

    /// The text with an ellipsis in the middle where it is wider than `limit`: both ends of a model's
    /// name tell it apart.
    pub(crate) fn elide(self, text: &str, size: f32, limit: f32) -> String {
        if self.width(text, size) <= limit {
            return text.to_owned();
        }
        let chars: Vec<char> = text.chars().collect();
        let mut kept = chars.len();
        while kept > 1 {
            kept -= 1;
            let head = kept.div_ceil(2);
            let shorter: String = chars[..head]
                .iter()
                .chain(['…'].iter())
                .chain(&chars[chars.len() - (kept - head)..])
                .collect();
            if self.width(&shorter, size) <= limit {
                return shorter;
            }
        }
        "…".to_owned()
    }

    /// Lines no wider than `limit`, broken at spaces, after `-`, `/`, `_`, `.`, `:`, `@`, `,` where a
    /// word alone is too wide, and anywhere where nothing else helps.
    pub(crate) fn wrap(self, text: &str, size: f32, limit: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let mut line = String::new();
            for (i, word) in paragraph.split(' ').enumerate() {
                // Leading spaces stay: they indent what a command goes on with.
                let candidate = if i == 0 || (line.is_empty() && !word.is_empty()) {
                    format!("{line}{word}")
                } else {
                    format!("{line} {word}")
                };
                if self.width(&candidate, size) <= limit {
                    line = candidate;
                    continue;
                }
                if !line.trim().is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                let mut pieces = self.break_word(word, size, limit);
                line = pieces.pop().unwrap_or_default();
                lines.append(&mut pieces);
            }
            lines.push(line);
        }
        lines
    }

    fn break_word(self, word: &str, size: f32, limit: f32) -> Vec<String> {
        let mut pieces = Vec::new();
        let mut rest: Vec<char> = word.chars().collect();
        loop {
            let all: String = rest.iter().collect();
            if self.width(&all, size) <= limit || rest.len() <= 1 {
                pieces.push(all);
                return pieces;
            }
            let mut fits = rest.len() - 1;
            while fits > 1 && self.width(&rest[..fits].iter().collect::<String>(), size) > limit {
                fits -= 1;
            }
            // A joint in the last half of what fits reads better than a full line.
            let joint = (fits.div_ceil(2)..=fits)
                .rev()
                .find(|&at| matches!(rest[at - 1], '-' | '/' | '_' | '.' | ':' | '@' | ','));
            let cut = joint.unwrap_or(fits);
            pieces.push(rest[..cut].iter().collect());
            rest.drain(..cut);
        }
    }
}

/// The same fonts for whatever reads SVG, and no others: not those of the machine.
pub(crate) fn database() -> Arc<fontdb::Database> {
    static DATABASE: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
        let mut database = fontdb::Database::new();
        for data in [REGULAR, SEMI_BOLD, MONO] {
            database.load_font_data(data.to_vec());
        }
        database.set_sans_serif_family("Inter");
        database.set_monospace_family("JetBrains Mono");
        Arc::new(database)
    });
    DATABASE.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn figures_are_tabular_and_bold_is_wider() {
        let width = |text| Font::Regular.width(text, 10.0);
        assert!((width("1111") - width("0808")).abs() < 0.05);
        assert!(Font::SemiBold.width("model", 10.0) > width("model"));
        assert_eq!(database().len(), 3);
    }

    #[test]
    fn long_names_lose_their_middle() {
        let name = "Qwen2.5-Coder-32B-Instruct-AWQ-with-a-very-long-tail-v2";
        let short = Font::Regular.elide(name, 10.0, 120.0);
        assert!(short.starts_with("Qwen2.5") && short.ends_with("-v2") && short.contains('…'));
        assert_eq!(Font::Regular.elide("tiny", 10.0, 120.0), "tiny");
    }

    proptest! {
        #[test]
        fn wrapped_lines_fit_and_lose_nothing(text in "[a-zA-Z0-9./_ -]{0,120}", limit in 20.0_f32..200.0) {
            let lines = Font::Regular.wrap(&text, 10.0, limit);
            for line in &lines {
                prop_assert!(Font::Regular.width(line, 10.0) <= limit || line.chars().count() == 1);
            }
            let bare = |t: &str| t.replace(' ', "");
            prop_assert_eq!(bare(&lines.concat()), bare(&text));
        }
    }
}
