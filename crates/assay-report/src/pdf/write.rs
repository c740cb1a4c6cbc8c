//! Writes laid out pages with krilla.

use krilla::Document;
use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font as PdfFont, TextDirection};
use krilla_svg::{SurfaceExt, SvgSettings};

use super::SMALL;
use super::flow::{Bookmark, Color, Flow, LEFT, Op, PAGE, Text, WIDTH};
use crate::ReportError;
use crate::fonts::Font;
use crate::report::Report;
use crate::svg::canvas::printable;

struct Fonts {
    regular: PdfFont,
    semi_bold: PdfFont,
    mono: PdfFont,
}

impl Fonts {
    fn load() -> Result<Self, ReportError> {
        let load = |font: Font| {
            PdfFont::new(font.data().to_vec().into(), 0)
                .ok_or(ReportError::Font { name: font.name() })
        };
        Ok(Self {
            regular: load(Font::Regular)?,
            semi_bold: load(Font::SemiBold)?,
            mono: load(Font::Mono)?,
        })
    }

    fn of(&self, font: Font) -> PdfFont {
        match font {
            Font::Regular => self.regular.clone(),
            Font::SemiBold => self.semi_bold.clone(),
            Font::Mono => self.mono.clone(),
        }
    }
}

pub(super) fn write(report: &Report, flow: Flow) -> Result<Vec<u8>, ReportError> {
    let fonts = Fonts::load()?;
    let failed = |why: &str| ReportError::Pdf {
        why: why.to_owned(),
    };
    let mut document = Document::new();
    let pages = flow.pages.len();
    for (i, ops) in flow.pages.iter().enumerate() {
        let settings =
            PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| failed("the page has no size"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for op in ops {
            draw(&mut surface, op, &fonts).ok_or_else(|| failed("a drawing has no size"))?;
        }
        footer(&mut surface, &fonts, &report.title, i + 1, pages);
        surface.finish();
        page.finish();
    }
    document.set_outline(outline(&flow.bookmarks));
    let mut metadata = Metadata::new()
        .title(report.title.clone())
        .creator(report.generator.clone())
        .language("en".to_owned());
    if let Some(date) = date(&report.generated_at) {
        metadata = metadata.creation_date(date);
    }
    document.set_metadata(metadata);
    document.finish().map_err(|error| ReportError::Pdf {
        why: format!("{error:?}"),
    })
}

fn rgb(color: Color) -> rgb::Color {
    match color {
        Color::Text => rgb::Color::new(0x12, 0x15, 0x19),
        Color::Secondary => rgb::Color::new(0x50, 0x57, 0x60),
        Color::Rule => rgb::Color::new(0x3c, 0x42, 0x4a),
        Color::Hairline => rgb::Color::new(0xd0, 0xd4, 0xd9),
        Color::Tint => rgb::Color::new(0xf3, 0xf4, 0xf6),
    }
}

fn fill(color: Color) -> Fill {
    Fill {
        paint: rgb(color).into(),
        ..Fill::default()
    }
}

fn put(surface: &mut Surface<'_>, fonts: &Fonts, text: &str, at: (f32, f32), style: Text) {
    surface.set_stroke(None);
    surface.set_fill(Some(fill(style.color)));
    surface.draw_text(
        Point::from_xy(at.0, at.1),
        fonts.of(style.font),
        style.size,
        &printable(text),
        false,
        TextDirection::Auto,
    );
}

/// Draws one thing; `None` when its size is none that can be drawn.
fn draw(surface: &mut Surface<'_>, op: &Op, fonts: &Fonts) -> Option<()> {
    match op {
        Op::Text {
            text,
            x,
            baseline,
            style,
        } => put(surface, fonts, text, (*x, *baseline), *style),
        Op::Line {
            from,
            to,
            width,
            color,
        } => {
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                paint: rgb(*color).into(),
                width: *width,
                ..Stroke::default()
            }));
            surface.draw_path(&path.finish()?);
        }
        Op::Fill {
            x,
            y,
            width,
            height,
            color,
        } => {
            let mut path = PathBuilder::new();
            path.push_rect(Rect::from_xywh(*x, *y, *width, *height)?);
            surface.set_stroke(None);
            surface.set_fill(Some(fill(*color)));
            surface.draw_path(&path.finish()?);
        }
        Op::Drawing {
            tree,
            x,
            y,
            width,
            height,
        } => {
            surface.push_transform(&Transform::from_translate(*x, *y));
            let size = Size::from_wh(*width, *height)?;
            let drawn = surface.draw_svg(tree, size, SvgSettings::default());
            surface.pop();
            drawn?;
        }
    }
    Some(())
}

fn footer(surface: &mut Surface<'_>, fonts: &Fonts, title: &str, page: usize, pages: usize) {
    let style = Text { size: 7.8, ..SMALL };
    let number = format!("Page {page} of {pages}");
    let width = style.font.width(&number, style.size);
    let baseline = PAGE.1 - 36.0;
    let title = style.font.elide(title, style.size, WIDTH - width - 24.0);
    put(surface, fonts, &title, (LEFT, baseline), style);
    put(
        surface,
        fonts,
        &number,
        (LEFT + WIDTH - width, baseline),
        style,
    );
}

/// Headings of the second level, with those of the third below them.
fn outline(bookmarks: &[Bookmark]) -> Outline {
    let mut outline = Outline::new();
    let node = |bookmark: &Bookmark| {
        let point = Point::from_xy(0.0, (bookmark.y - 12.0).max(0.0));
        OutlineNode::new(
            printable(&bookmark.text),
            XyzDestination::new(bookmark.page, point),
        )
    };
    let mut current: Option<OutlineNode> = None;
    for bookmark in bookmarks {
        match &mut current {
            Some(parent) if bookmark.level > 2 => parent.push_child(node(bookmark)),
            _ => {
                if let Some(done) = current.replace(node(bookmark)) {
                    outline.push_child(done);
                }
            }
        }
    }
    if let Some(done) = current {
        outline.push_child(done);
    }
    outline
}

/// Date and time of an RFC 3339 text, in UTC where it says so; `None` for another text.
fn date(text: &str) -> Option<DateTime> {
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<u16>().ok();
    let byte = |from: usize, to: usize| part(from, to).and_then(|v| u8::try_from(v).ok());
    let mut date = DateTime::new(part(0, 4)?)
        .month(byte(5, 7)?)
        .day(byte(8, 10)?)
        .hour(byte(11, 13)?)
        .minute(byte(14, 16)?)
        .second(byte(17, 19)?);
    if text.ends_with('Z') {
        date = date.utc_offset_hour(0).utc_offset_minute(0);
    }
    Some(date)
}
