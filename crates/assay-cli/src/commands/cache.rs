//! `assay cache`

use assay_app::dto::{CacheKind, CacheState, Caches};
use assay_app::{App, AppError};

use crate::Ending;
use crate::args::{CacheArg, CacheCommand};
use crate::output::{Output, percent, table};

pub async fn run(app: &App, command: CacheCommand, output: Output) -> Result<Ending, AppError> {
    match command {
        CacheCommand::Stats => output.answer(&app.caches().await?, stats_text),
        CacheCommand::Clear { only } => {
            let only = only.map(|only| match only {
                CacheArg::Answers => CacheKind::Answers,
                CacheArg::Executions => CacheKind::Executions,
            });
            let gone = app.clear_caches(only).await?;
            output.answer(&serde_json::json!({ "removed": gone }), |_| {
                format!("{gone} entries are gone; runs keep their samples")
            });
        }
        CacheCommand::Limit { megabytes } => {
            let gone = app.set_cache_limit(megabytes).await?;
            output.answer(
                &serde_json::json!({ "limit_mb": megabytes, "removed": gone }),
                |_| format!("the caches may take {megabytes} MB; {gone} entries went for it"),
            );
        }
    }
    Ok(Ending::Done)
}

fn stats_text(caches: &Caches) -> String {
    let row = |state: &CacheState| {
        vec![
            match state.kind {
                CacheKind::Answers => "answers",
                CacheKind::Executions => "executions",
            }
            .to_owned(),
            format!("{:.0}", state.entries),
            megabytes(state.bytes),
            format!("{:.0}", state.hits),
            format!("{:.0}", state.misses),
            state.hit_rate.map_or_else(|| "—".to_owned(), percent),
            state
                .cost_usd
                .map_or_else(|| "—".to_owned(), |cost| format!("${cost:.2}")),
        ]
    };
    format!(
        "{}\n\nthey may take {} together",
        table(
            &[
                "cache",
                "entries",
                "size",
                "hits",
                "misses",
                "hit rate",
                "cost once"
            ],
            &[row(&caches.answers), row(&caches.executions)],
        ),
        megabytes(caches.limit_bytes)
    )
}

fn megabytes(bytes: f64) -> String {
    format!("{:.1} MB", bytes / 1e6)
}
