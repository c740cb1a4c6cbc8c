//! A figure as it is told, not as it is drawn: the window draws it with its own means, paper with
//! [`crate::svg`], and both show the same.

use serde::{Deserialize, Serialize};

use crate::palette::MarkColor;

/// A chart with all that is shown around it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Figure {
    /// Kebab-case, unique among the figures of a page or report; a good file name.
    pub id: String,
    pub title: String,
    pub subtitle: Option<String>,
    pub drawing: Drawing,
    /// One paragraph: what is shown, n, interval, seed, data-set version.
    pub caption: String,
    /// The same facts one by one.
    pub facts: Vec<Fact>,
    /// What the figure shows, in words, for who cannot see it.
    pub summary: String,
    /// What the figure shows, in numbers.
    pub table: Table,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Fact {
    pub label: String,
    pub value: String,
}

/// What is drawn, by kind of chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Drawing {
    /// One row a category, in each a dot with its interval.
    DotInterval(DotInterval),
    /// Rows by columns, each cell filled by its class.
    Matrix(Matrix),
    /// One dot a series over two numeric axes, with the front that no one beats.
    Scatter(Scatter),
    /// Lines of dots with intervals over time.
    Timeline(Timeline),
}

/// Rows of dots with intervals over one numeric axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DotInterval {
    pub x: Axis,
    /// From top to bottom.
    pub categories: Vec<Category>,
    pub marks: Vec<Mark>,
    pub references: Vec<Reference>,
}

/// Cells of rows by columns. A cell's fill stands for a class that the legend names, and the cell says
/// the same by its text or sign: colour is never alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Matrix {
    /// What the rows are, and the columns.
    pub row_heading: String,
    pub column_heading: String,
    pub columns: Vec<Category>,
    /// From top to bottom.
    pub rows: Vec<Category>,
    pub density: CellDensity,
    /// Classes, in the order of the legend.
    pub fills: Vec<FillClass>,
    /// Row by row; a place without a cell stays empty.
    pub cells: Vec<Cell>,
}

/// How much room a cell takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum CellDensity {
    /// Two lines of text in each cell.
    Roomy,
    /// A sign or a short text: many rows.
    Dense,
}

/// A class of cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FillClass {
    /// In the legend: `40–60 %`, `not significant`.
    pub label: String,
    pub ground: MarkColor,
    /// Of text and signs on it.
    pub ink: MarkColor,
    /// Drawn where a cell has no text.
    pub sign: Option<Sign>,
}

/// A sign that stands for a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    Check,
    Cross,
    /// Some of both.
    Half,
    /// Nothing is known.
    Dash,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Cell {
    /// Places in `rows`, `columns` and `fills`.
    pub row: u32,
    pub column: u32,
    pub fill: u32,
    /// In the cell, when it has a text: `61.6`, `+7.9`, `3/5`.
    pub label: Option<String>,
    /// Below it, in small: `54.0–68.7`, `p = 0.031`.
    pub annotation: Option<String>,
    pub emphasis: Emphasis,
    /// What a reader is told beside the names of row and column.
    pub description: String,
}

/// Dots over two axes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Scatter {
    pub x: Axis,
    pub x_scale: Scale,
    pub y: Axis,
    pub points: Vec<Point>,
    /// Places in `points` of those on the Pareto front, from left to right.
    pub front: Vec<u32>,
    /// Where it is good to be: `cheaper and better`.
    pub better: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    Linear,
    Log,
}

/// A dot with an interval in both directions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Point {
    /// What it stands for, so that a click can lead there.
    pub key: String,
    pub label: String,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub x: f64,
    /// `None` where nothing tells how sure it is.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub x_low: Option<f64>,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub x_high: Option<f64>,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub y: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub y_low: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub y_high: f64,
    pub color: MarkColor,
    pub emphasis: Emphasis,
    pub on_front: bool,
    /// All of it in one sentence.
    pub description: String,
}

/// Lines over time: a dot with its interval for each measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Timeline {
    /// Milliseconds since 1970, UTC; or a count of what came one after the other.
    pub x: Axis,
    pub y: Axis,
    pub lines: Vec<TimeLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TimeLine {
    pub key: String,
    /// At the line's end, where there are several.
    pub label: String,
    pub color: MarkColor,
    /// From left to right.
    pub points: Vec<TimePoint>,
    /// Where its level changed, when that is significant.
    pub change: Option<LevelMark>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TimePoint {
    /// What it stands for, so that a click can lead there.
    pub key: String,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub x: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub y: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub y_low: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub y_high: f64,
    pub emphasis: Emphasis,
    /// What a significant difference from the point before is shown with.
    pub step: Option<StepMark>,
    /// All of it in one sentence.
    pub description: String,
}

/// A triangle with a number: a significant difference from the measurement before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct StepMark {
    pub is_worse: bool,
    /// `−7.9`.
    pub label: String,
    pub color: MarkColor,
}

/// A change of level: the mean before and after it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LevelMark {
    /// Between the last measurement of the old level and the first of the new one.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub x: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub before: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub after: f64,
    /// `level −7.9, p = 0.004`.
    pub label: String,
}

/// A numeric axis. Values are in data units (0.5); labels are ready to be shown (`50 %`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Axis {
    pub label: String,
    /// Of the labels, when they have one: `%`, `points`.
    pub unit: Option<String>,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub min: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub max: f64,
    pub ticks: Vec<Tick>,
    pub format: NumberFormat,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Tick {
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub value: f64,
    pub label: String,
}

/// How numbers of an axis are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    /// 0.616 is `61.6 %`.
    Percent,
    /// 0.079 is `+7.9` (percentage points).
    SignedPoints,
    /// 0.0042 is `$0.0042`.
    Dollars,
    /// 4.2 is `4.2 s`.
    Seconds,
    /// Milliseconds since 1970 are `2026-11-26`, UTC.
    Date,
    /// 1234 is `1,234`.
    Count,
    /// 0.616 is `0.62`.
    Share,
}

impl NumberFormat {
    /// A value with one decimal and its unit.
    pub fn value(self, value: f64) -> String {
        match self {
            Self::Percent => crate::format::percent(value),
            Self::SignedPoints => crate::format::signed_points(value),
            Self::Dollars => crate::format::dollars(value),
            Self::Seconds => crate::format::seconds(value),
            Self::Date => crate::figures::day(value as i64),
            Self::Count if value.fract() == 0.0 && value >= 0.0 => {
                crate::format::thousands(value as u64)
            }
            Self::Count => format!("{value:.1}"),
            Self::Share => format!("{value:.2}"),
        }
    }

    /// An interval; of shares and points with one decimal, the unit left out.
    pub fn interval(self, low: f64, high: f64) -> String {
        match self {
            Self::Percent => crate::format::percent_interval(low, high),
            Self::SignedPoints => crate::format::points_interval(low, high),
            Self::Dollars | Self::Seconds | Self::Date | Self::Count | Self::Share => {
                format!("{}–{}", self.value(low), self.value(high))
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Category {
    /// What the marks name; the key of the score.
    pub key: String,
    pub label: String,
    /// Beside or under the label, in small: `n = 164`.
    pub detail: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Emphasis {
    Normal,
    /// Not significant, or incomplete: drawn hollow and grey, so that colour is not alone.
    Muted,
}

/// A dot with its interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Mark {
    /// The category it stands in.
    pub category: String,
    /// What it stands for, so that a click can lead there: keys of scores.
    pub keys: Vec<String>,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub value: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub low: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub high: f64,
    pub color: MarkColor,
    pub emphasis: Emphasis,
    /// Beside the mark: `61.6 %`.
    pub label: String,
    /// After the label, in small: `54.0–68.7`, `p = 0.031`.
    pub annotation: Option<String>,
    /// All of it in one sentence, for hover and keyboard focus.
    pub description: String,
}

/// A line or band across the drawing, behind the marks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reference {
    Line {
        #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
        value: f64,
        label: Option<String>,
    },
    Band {
        #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
        low: f64,
        #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
        high: f64,
        label: Option<String>,
    },
}

/// A table of ready-made texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    /// As many cells as there are columns.
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Column {
    pub label: String,
    /// In the heading: `%`, `points`.
    pub unit: Option<String>,
    pub align: Align,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Texts.
    Start,
    /// Numbers.
    End,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Row {
    pub cells: Vec<String>,
    /// Greyed: the row shows nothing significant.
    pub is_muted: bool,
}

impl Column {
    pub fn text(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            unit: None,
            align: Align::Start,
        }
    }

    pub fn number(label: &str) -> Self {
        Self {
            align: Align::End,
            ..Self::text(label)
        }
    }

    #[must_use]
    pub fn with_unit(mut self, unit: &str) -> Self {
        self.unit = Some(unit.to_owned());
        self
    }

    /// The heading with its unit.
    pub fn heading(&self) -> String {
        match &self.unit {
            Some(unit) => format!("{} ({unit})", self.label),
            None => self.label.clone(),
        }
    }
}
