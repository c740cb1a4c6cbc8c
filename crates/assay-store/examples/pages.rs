//! How long pages of a store's list of samples take; `samples` makes one that is large enough:
//!
//! ```sh
//! cargo run --release -p assay-store --example pages -- FOLDER/assay.sqlite3
//! ```

#![allow(clippy::unwrap_used, clippy::print_stdout)] // A measurement, not a part of the program.

use std::time::Instant;

use assay_core::Verdict;
use assay_store::{SampleFilter, SampleQuery, SampleSort, Store};

const LIMIT: u32 = 200;

#[tokio::main]
async fn main() {
    let path = std::env::args().nth(1).unwrap();
    let store = Store::open(&path).await.unwrap();
    let all = SampleQuery {
        limit: LIMIT,
        ..SampleQuery::default()
    };
    let sorted = |sort| SampleQuery {
        sort,
        ..all.clone()
    };
    let text = |text: &str| SampleQuery {
        filter: SampleFilter {
            text: Some(text.to_owned()),
            ..SampleFilter::default()
        },
        ..all.clone()
    };
    let failed = SampleQuery {
        filter: SampleFilter {
            verdicts: vec![Verdict::Failed],
            ..SampleFilter::default()
        },
        ..all.clone()
    };
    for (name, query) in [
        ("all, in the order of the plan", all.clone()),
        ("those that failed", failed),
        ("sorted by problem", sorted(SampleSort::Problem)),
        ("sorted by duration", sorted(SampleSort::Duration)),
        ("search, in many", text("IndexError")),
        ("search, in none", text("nowhere to be found")),
    ] {
        let mut took = Vec::new();
        let mut total = 0_u32;
        // The first page with which the list is found, the same again, the one in the middle, the last.
        for part in [0_u32, 0, 1, 2] {
            let offset = (total / 2 * part).saturating_sub(if part == 2 { LIMIT } else { 0 });
            let start = Instant::now();
            let page = store
                .samples_page(&SampleQuery {
                    offset,
                    ..query.clone()
                })
                .await
                .unwrap();
            took.push(format!("{:.0}", start.elapsed().as_secs_f64() * 1e3));
            total = page.total;
        }
        println!("{name} ({total}): {} ms", took.join(", "));
    }
}
