//! A calibration plot: what scores predict beside what came of them.

use assay_stats::CalibrationBin;

use crate::figure::{
    Axis, Category, Column, DotInterval, Drawing, Emphasis, Fact, Figure, Mark, NumberFormat, Row,
    Table, Tick,
};
use crate::format;
use crate::palette::MarkColor;

/// What the bins stand on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationFacts {
    pub runs: usize,
    pub samples: usize,
    /// Mean squared distance of the score from the verdict.
    pub brier: f64,
}

/// One row a bin of scores: the share that passed with its interval, and the mean score in grey.
pub fn figure(bins: &[CalibrationBin], facts: &CalibrationFacts) -> Figure {
    let mut categories = Vec::new();
    let mut marks = Vec::new();
    let mut rows = Vec::new();
    let mut sentences = Vec::new();
    for bin in bins {
        let key = format!("{:.2}", bin.low);
        let range = format!("{:.1}–{:.1}", bin.low, bin.high);
        let interval = NumberFormat::Percent.interval(bin.interval.low, bin.interval.high);
        categories.push(Category {
            key: key.clone(),
            label: format!("score {range}"),
            detail: Some(format!("n = {}", format::thousands(bin.n as u64))),
        });
        let description = format!(
            "Scores {range}: mean {}, {} passed, interval {interval}, {}.",
            format::percent(bin.predicted),
            format::percent(bin.observed),
            format::counted(bin.n as u64, "sample"),
        );
        marks.push(Mark {
            category: key.clone(),
            keys: Vec::new(),
            value: bin.observed,
            low: bin.interval.low,
            high: bin.interval.high,
            color: MarkColor::of_slot(0),
            emphasis: Emphasis::Normal,
            label: format::percent(bin.observed),
            annotation: Some(interval.clone()),
            description: description.clone(),
        });
        marks.push(Mark {
            category: key,
            keys: Vec::new(),
            value: bin.predicted,
            low: bin.predicted,
            high: bin.predicted,
            color: MarkColor::muted(),
            emphasis: Emphasis::Muted,
            label: format::percent(bin.predicted),
            annotation: Some("score".to_owned()),
            description: description.clone(),
        });
        sentences.push(description);
        rows.push(Row {
            cells: vec![
                range,
                format::thousands(bin.n as u64),
                format::percent_bare(bin.predicted),
                format::percent_bare(bin.observed),
                interval,
            ],
            is_muted: false,
        });
    }
    let caption = format!(
        "Share of samples that passed in each tenth of the static score, with 95 % Wilson intervals; hollow \
         grey: the mean score there. {} of {}; Brier score {:.3}.",
        format::counted(facts.samples as u64, "sample"),
        format::counted(facts.runs as u64, "run"),
        facts.brier,
    );
    let fact = |label: &str, value: String| Fact {
        label: label.to_owned(),
        value,
    };
    Figure {
        id: "quality-calibration".to_owned(),
        title: "What the static score predicts, and what passed".to_owned(),
        subtitle: None,
        drawing: Drawing::DotInterval(DotInterval {
            x: Axis {
                label: "Passed".to_owned(),
                unit: Some("%".to_owned()),
                min: 0.0,
                max: 1.0,
                ticks: (0..=5)
                    .map(|i| Tick {
                        value: f64::from(i) * 0.2,
                        label: format!("{}\u{202f}%", i * 20),
                    })
                    .collect(),
                format: NumberFormat::Percent,
            },
            categories,
            marks,
            references: Vec::new(),
        }),
        caption: caption.clone(),
        facts: vec![
            fact("Runs", facts.runs.to_string()),
            fact("Samples", format::thousands(facts.samples as u64)),
            fact("Brier score", format!("{:.3}", facts.brier)),
        ],
        summary: format!("Calibration of the static score. {}", sentences.join(" ")),
        table: Table {
            caption,
            columns: vec![
                Column::text("Score"),
                Column::number("Samples"),
                Column::number("Mean score").with_unit("%"),
                Column::number("Passed").with_unit("%"),
                Column::number("Interval").with_unit("%"),
            ],
            rows,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_stats::calibration;

    #[test]
    fn each_bin_is_a_row_with_what_was_predicted_and_what_came() {
        let scores: Vec<f64> = (0..200).map(|i| f64::from(i) / 200.0).collect();
        let passed: Vec<bool> = (0..200).map(|i| i * 7 % 200 < i).collect();
        let bins = calibration(&scores, &passed, 10, 0.95).unwrap();
        let facts = CalibrationFacts {
            runs: 2,
            samples: 200,
            brier: 0.2,
        };
        let figure = figure(&bins, &facts);
        assert_eq!(figure.table.rows.len(), 10);
        let Drawing::DotInterval(drawing) = &figure.drawing else {
            panic!("{:?}", figure.drawing)
        };
        assert_eq!((drawing.categories.len(), drawing.marks.len()), (10, 20));
        assert!(
            figure.caption.contains("200 samples of 2 runs"),
            "{}",
            figure.caption
        );
        let svg = crate::figure_svg(&figure).unwrap();
        assert!(svg.contains("score 0.3–0.4") && svg == crate::figure_svg(&figure).unwrap());
    }
}
