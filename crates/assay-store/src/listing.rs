//! Which samples a list holds, and in which order: found once, so that every page of it is read by key.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::{StreamExt, TryStreamExt};
use sqlx::{Connection, QueryBuilder, Sqlite, SqliteConnection};
use tokio::sync::OnceCell;

use crate::page::{order, pattern, push_filter};
use crate::records::{SampleFilter, SampleQuery, SampleSort};
use crate::{READERS, Store, StoreError, open};

/// Lists that are kept: those between which a person goes back and forth.
const KEPT: usize = 6;

/// Samples whose texts one statement looks through: some 10 ms of work, so that a search whose asker has gone ends soon.
const SEARCHED_AT_ONCE: usize = 1_024;

/// Numbers of samples in the order of a list.
pub(crate) type Ids = Arc<[i64]>;

/// What tells a list from others.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    filter: SampleFilter,
    sort: SampleSort,
    descending: bool,
}

struct Listing {
    asked: Asked,
    /// The state of the file when the list was asked for.
    stamp: i64,
    /// Made by the first who needs it; the others wait for that.
    ids: Arc<OnceCell<Ids>>,
}

/// The lists that were asked for last.
#[derive(Default)]
pub(crate) struct Listings {
    kept: Mutex<VecDeque<Listing>>,
    /// Sees whether anybody, this program or another, has written: SQLite tells it of everyone's writes but a
    /// connection's own, and this one makes none.
    watch: tokio::sync::Mutex<Option<SqliteConnection>>,
}

impl Listings {
    fn kept(&self) -> MutexGuard<'_, VecDeque<Listing>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The place of a list, made already or to be filled.
    fn place(&self, asked: &Asked, stamp: i64) -> Arc<OnceCell<Ids>> {
        let mut kept = self.kept();
        let found = kept.iter().position(|k| k.asked == *asked);
        let listing = found
            .and_then(|at| kept.remove(at))
            .filter(|listing| listing.stamp == stamp)
            .unwrap_or_else(|| Listing {
                asked: asked.clone(),
                stamp,
                ids: Arc::default(),
            });
        let ids = Arc::clone(&listing.ids);
        kept.push_front(listing);
        kept.truncate(KEPT);
        ids
    }

    pub(crate) async fn close(&self) {
        self.kept().clear();
        if let Some(watch) = self.watch.lock().await.take() {
            // A reader has nothing to lose by a failed close.
            let _ = watch.close().await;
        }
    }
}

impl Store {
    /// The samples of a list, in its order.
    pub(crate) async fn listing(&self, query: &SampleQuery) -> Result<Ids, StoreError> {
        if self.inner.readers.is_closed() {
            return Err(StoreError::Closed);
        }
        // Before anything is read: what is written meanwhile makes the list old, not wrong.
        let stamp = self.stamp().await?;
        let mut asked = Asked {
            filter: query.filter.clone(),
            sort: query.sort,
            descending: query.descending,
        };
        let text = asked.filter.text.take().filter(|text| !text.is_empty());
        let place = self.inner.listings.place(&asked, stamp);
        let all = place
            .get_or_try_init(|| self.find(&asked))
            .await
            .map(Arc::clone)?;
        let Some(text) = text else { return Ok(all) };
        asked.filter.text = Some(text.clone());
        let place = self.inner.listings.place(&asked, stamp);
        place
            .get_or_try_init(|| self.search(&all, &text))
            .await
            .map(Arc::clone)
    }

    /// Changes whenever anybody has written.
    async fn stamp(&self) -> Result<i64, StoreError> {
        let mut watch = self.inner.listings.watch.lock().await;
        let connection = match watch.as_mut() {
            Some(connection) => connection,
            None => watch.insert(open::reader(&self.inner.path).await?),
        };
        Ok(sqlx::query_scalar("PRAGMA data_version")
            .fetch_one(connection)
            .await?)
    }

    async fn find(&self, asked: &Asked) -> Result<Ids, StoreError> {
        let mut connection = self.reader().await?;
        // One row, however many samples: to hand over a row for each takes longer than to find them.
        let mut query = QueryBuilder::<Sqlite>::new("SELECT group_concat(s.id, ','");
        // The order of the plan is that of the numbers, which are sorted here in less time than SQLite takes.
        let by_number = asked.sort == SampleSort::Plan;
        if !by_number {
            query
                .push(" ORDER BY ")
                .push(order(asked.sort, asked.descending));
        }
        // Run by run and question by question: most filters are then answered from indexes alone.
        query.push(") FROM runs r CROSS JOIN questions q ON q.run = r.pk CROSS JOIN samples s ON s.question = q.id");
        push_filter(&mut query, &asked.filter)?;
        let found: Option<String> = query
            .build_query_scalar()
            .fetch_one(&mut *connection)
            .await?;
        let mut ids = parse(found.as_deref().unwrap_or_default())?;
        if by_number {
            ids.sort_unstable();
            if asked.descending {
                ids.reverse();
            }
        }
        Ok(Arc::from(ids))
    }

    /// Those of `ids` in whose texts `text` stands. Every text is read: an index of all of them made
    /// each answer dearer to store and did not make this quicker (docs/window.md).
    async fn search(&self, ids: &[i64], text: &str) -> Result<Ids, StoreError> {
        // In the order of the file.
        let mut sorted = ids.to_vec();
        sorted.sort_unstable();
        let pattern = pattern(text);
        // One reader stays free for who looks at something else.
        let at_once = std::thread::available_parallelism()
            .map_or(1, usize::from)
            .clamp(1, READERS as usize - 1);
        let parts: Vec<String> = sorted.chunks(SEARCHED_AT_ONCE).map(json).collect();
        let mut found: Vec<i64> = futures::stream::iter(parts)
            .map(|part| {
                let (store, pattern) = (self.clone(), pattern.clone());
                async move { store.search_in(&part, &pattern).await }
            })
            .buffer_unordered(at_once)
            .try_concat()
            .await?;
        found.sort_unstable();
        Ok(ids
            .iter()
            .copied()
            .filter(|id| found.binary_search(id).is_ok())
            .collect())
    }

    /// `ids` as [`json`] writes them.
    async fn search_in(&self, ids: &str, pattern: &str) -> Result<Vec<i64>, StoreError> {
        let mut connection = self.reader().await?;
        let found: Option<String> = sqlx::query_scalar(
            "SELECT group_concat(s.id) FROM json_each(?1) j
             CROSS JOIN samples s ON s.id = j.value
             CROSS JOIN questions q ON q.id = s.question
             LEFT JOIN sample_texts x ON x.sample = s.id
             WHERE q.problem LIKE ?2 ESCAPE '\\' OR x.raw LIKE ?2 ESCAPE '\\' OR x.cleaned LIKE ?2 ESCAPE '\\'
                OR x.prompt LIKE ?2 ESCAPE '\\' OR x.detail LIKE ?2 ESCAPE '\\'
                OR x.transport_detail LIKE ?2 ESCAPE '\\' OR x.stdout LIKE ?2 ESCAPE '\\'
                OR x.stderr LIKE ?2 ESCAPE '\\' OR x.diagnostics LIKE ?2 ESCAPE '\\'",
        )
        .bind(ids)
        .bind(pattern)
        .fetch_one(&mut *connection)
        .await?;
        parse(found.as_deref().unwrap_or_default())
    }
}

/// Numbers as SQLite's `json_each` reads them.
pub(crate) fn json(ids: &[i64]) -> String {
    let mut list = String::with_capacity(ids.len() * 8 + 2);
    list.push('[');
    for (at, id) in ids.iter().enumerate() {
        if at > 0 {
            list.push(',');
        }
        list.push_str(&id.to_string());
    }
    list.push(']');
    list
}

/// Numbers as SQLite's `group_concat` writes them.
fn parse(list: &str) -> Result<Vec<i64>, StoreError> {
    if list.is_empty() {
        return Ok(Vec::new());
    }
    list.split(',')
        .map(|id| {
            id.parse().map_err(|_| StoreError::BadValue {
                what: "sample",
                value: id.to_owned(),
            })
        })
        .collect()
}
