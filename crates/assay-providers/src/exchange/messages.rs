//! What protocols share that answer messages alone.

use assay_core::Sampling;
use serde_json::{Map, Value, json};

use crate::{Capabilities, ProviderConfig};

/// They continue no text and take no seed.
pub(crate) fn messages_alone(config: &ProviderConfig) -> Capabilities {
    Capabilities {
        completion: false,
        chat: true,
        streaming: true,
        seed: false,
        context_length: None,
        concurrency: config.http.concurrency,
    }
}

/// Says how tokens are drawn, of how many at most (in the field `limit`), and whether the answer comes in pieces.
pub(crate) fn sampled(
    body: &mut Map<String, Value>,
    limit: &str,
    sampling: &Sampling,
    stream: bool,
) {
    body.insert(limit.to_owned(), json!(sampling.max_tokens));
    body.insert("temperature".to_owned(), json!(sampling.temperature));
    if let Some(top_p) = sampling.top_p {
        body.insert("top_p".to_owned(), json!(top_p));
    }
    if stream {
        body.insert("stream".to_owned(), json!(true));
    }
}
