//! Where everything stands on which page, before anything is written: the last page's number is
//! known when the first footer is.

use resvg::usvg;

use crate::fonts::Font;

/// A4, in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
pub(super) const LEFT: f32 = 56.0;
pub(super) const TOP: f32 = 60.0;
const BOTTOM: f32 = 66.0;
/// Of the text.
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
pub(super) const HEIGHT: f32 = PAGE.1 - TOP - BOTTOM;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Color {
    Text,
    Secondary,
    /// Strong lines of a table.
    Rule,
    /// Lines between rows.
    Hairline,
    /// The ground of code.
    Tint,
}

/// How a text is set. Sizes in points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    pub font: Font,
    pub size: f32,
    pub leading: f32,
    pub color: Color,
}

impl Text {
    /// From the top of the line to the baseline: the letters' height in the middle of the line.
    fn ascent(self) -> f32 {
        self.leading / 2.0 + self.size * 0.36
    }
}

/// What is drawn at a place on a page. Coordinates from the page's top left corner.
pub(super) enum Op {
    Text {
        text: String,
        x: f32,
        baseline: f32,
        style: Text,
    },
    Line {
        from: (f32, f32),
        to: (f32, f32),
        width: f32,
        color: Color,
    },
    Fill {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        color: Color,
    },
    Drawing {
        tree: Box<usvg::Tree>,
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    },
}

pub(super) struct Bookmark {
    pub level: u8,
    pub text: String,
    pub page: usize,
    pub y: f32,
}

/// Pages that fill from top to bottom.
pub(super) struct Flow {
    pub pages: Vec<Vec<Op>>,
    pub bookmarks: Vec<Bookmark>,
    y: f32,
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            pages: vec![Vec::new()],
            bookmarks: Vec::new(),
            y: TOP,
        }
    }
}

impl Flow {
    fn push(&mut self, op: Op) {
        if let Some(page) = self.pages.last_mut() {
            page.push(op);
        }
    }

    pub(super) fn is_at_top(&self) -> bool {
        self.y <= TOP
    }

    /// Goes to a new page unless `height` still fits on this one.
    pub(super) fn keep(&mut self, height: f32) {
        if self.y + height > PAGE.1 - BOTTOM && !self.is_at_top() {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
    }

    /// Goes down; over the end of a page nothing is carried.
    pub(super) fn space(&mut self, height: f32) {
        self.y += height;
    }

    pub(super) fn page(&self) -> usize {
        self.pages.len() - 1
    }

    pub(super) fn bookmark(&mut self, level: u8, text: &str) {
        let bookmark = Bookmark {
            level,
            text: text.to_owned(),
            page: self.page(),
            y: self.y,
        };
        self.bookmarks.push(bookmark);
    }

    /// One line at `x` from the left margin, without going down.
    pub(super) fn put(&mut self, text: &str, x: f32, style: Text) {
        if !text.is_empty() {
            let op = Op::Text {
                text: text.to_owned(),
                x: LEFT + x,
                baseline: self.y + style.ascent(),
                style,
            };
            self.push(op);
        }
    }

    /// A line across, from `x` on, without going down.
    pub(super) fn rule(&mut self, x: f32, length: f32, width: f32, color: Color) {
        let (from, to) = ((LEFT + x, self.y), (LEFT + x + length, self.y));
        self.push(Op::Line {
            from,
            to,
            width,
            color,
        });
    }

    /// A ground below what is put next, without going down.
    pub(super) fn fill(&mut self, x: f32, width: f32, height: f32, color: Color) {
        let y = self.y;
        self.push(Op::Fill {
            x: LEFT + x,
            y,
            width,
            height,
            color,
        });
    }

    pub(super) fn drawing(&mut self, tree: usvg::Tree, x: f32, width: f32, height: f32) {
        let y = self.y;
        self.push(Op::Drawing {
            tree: Box::new(tree),
            x: LEFT + x,
            y,
            width,
            height,
        });
    }

    /// Lines over the whole width, on as many pages as they need.
    pub(super) fn paragraph(&mut self, text: &str, style: Text) {
        self.item("", text, style, 0.0);
    }

    /// A paragraph behind a mark.
    pub(super) fn item(&mut self, mark: &str, text: &str, style: Text, indent: f32) {
        let lines = style.font.wrap(text, style.size, WIDTH - indent);
        for (i, line) in lines.iter().enumerate() {
            // No first line alone at the end of a page.
            let lines = if i == 0 { lines.len().min(2) } else { 1 };
            self.keep(lines as f32 * style.leading);
            if i == 0 {
                self.put(mark, 0.0, style);
            }
            self.put(line, indent, style);
            self.space(style.leading);
        }
    }

    /// A paragraph whose beginning is set half-bold in the colour of text.
    pub(super) fn lead_paragraph(&mut self, lead: &str, text: &str, style: Text) {
        let bold = Text {
            font: Font::SemiBold,
            color: Color::Text,
            ..style
        };
        let mut lead_lines = bold.font.wrap(lead, bold.size, WIDTH);
        let last = lead_lines.pop().unwrap_or_default();
        for line in &lead_lines {
            self.keep(style.leading * 2.0);
            self.put(line, 0.0, bold);
            self.space(style.leading);
        }
        let start = bold.font.width(&last, bold.size) + style.font.width(" ", style.size) + 1.0;
        // What fits beside the end of the lead, word by word.
        let mut beside = String::new();
        let mut rest = text;
        while let Some(word_end) = rest.find(' ').or((!rest.is_empty()).then_some(rest.len())) {
            let word = &rest[..word_end];
            let candidate = if beside.is_empty() {
                word.to_owned()
            } else {
                format!("{beside} {word}")
            };
            if style.font.width(&candidate, style.size) > WIDTH - start {
                break;
            }
            beside = candidate;
            rest = rest[word_end..].trim_start();
        }
        self.keep(style.leading);
        self.put(&last, 0.0, bold);
        self.put(&beside, start, style);
        self.space(style.leading);
        if !rest.is_empty() {
            self.paragraph(rest, style);
        }
    }
}
