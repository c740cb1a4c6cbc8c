//! Problems that one solves and the other does not, as a table.

use std::collections::BTreeSet;

use assay_analytics::{Flip, Flips, ProblemAt};

use super::problems::{naming, tally};
use crate::figure::{Column, Row, Table};
use crate::format;

/// Problems on which two groups part, both ways, the hardest first; at most `most` of each.
pub fn table(found: &Flips, most: usize) -> Table {
    let (a, b) = (&found.a.label, &found.b.label);
    let flips = || found.only_a.iter().chain(&found.only_b);
    let several = |of: fn(&ProblemAt) -> String| {
        let kinds: BTreeSet<String> = flips().map(|flip| of(&flip.at)).collect();
        kinds.len() > 1
    };
    let with_language = several(|at| {
        at.language
            .as_ref()
            .map(|l| l.to_string())
            .unwrap_or_default()
    });
    let with_version = several(|at| format!("{} {}", at.dataset, at.version));
    let mut columns = vec![Column::text("Problem")];
    if with_language || with_version {
        columns.push(Column::text("Of"));
    }
    columns.extend([
        Column::text("Solved by"),
        Column::number(a),
        Column::number(b),
        Column::number("All"),
    ]);
    let row = |flip: &Flip, solver: &str| {
        let (name, detail) = naming(&flip.at, with_language, with_version);
        let mut cells = vec![name];
        if with_language || with_version {
            cells.push(detail.unwrap_or_default());
        }
        cells.push(solver.to_owned());
        cells.extend([flip.a, flip.b, flip.all].map(tally));
        Row {
            cells,
            is_muted: false,
        }
    };
    let of_a = found.only_a.iter().take(most).map(|flip| row(flip, a));
    let of_b = found.only_b.iter().take(most).map(|flip| row(flip, b));
    let rows = of_a.chain(of_b).collect();
    let problems = |n: usize| format::counted(n as u64, "problem");
    let mut caption = format!(
        "Of {} that both were judged on, {a} alone solves {}, {b} alone {}, both {}, neither {}. Solved: more than \
         half of the samples pass. Passed of judged samples; all: those of every series of the chosen runs. The hardest first.",
        problems(found.n as usize),
        found.only_a.len(),
        found.only_b.len(),
        found.both,
        found.neither,
    );
    if found.only_a.len().max(found.only_b.len()) > most {
        caption.push_str(&format!(" At most {} of each are shown.", problems(most)));
    }
    Table {
        caption,
        columns,
        rows,
    }
}
