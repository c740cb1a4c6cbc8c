//! What a server answers, however it was reached.

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::direct::DirectBody;
use super::frames::root_cause;

/// An answer whose head is there.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Direct(DirectBody),
    Client(reqwest::Response),
}

impl Reply {
    pub(super) fn direct(response: hyper::Response<DirectBody>) -> Self {
        let (head, body) = response.into_parts();
        Self {
            status: head.status,
            headers: head.headers,
            body: Body::Direct(body),
        }
    }

    pub(super) fn of_client(mut response: reqwest::Response) -> Self {
        Self {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: Body::Client(response),
        }
    }

    /// The next piece of the body; `None` at its end. An error is the innermost reason why it broke off.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, String> {
        match &mut self.body {
            Body::Direct(body) => body.chunk().await.map_err(|error| root_cause(&error)),
            Body::Client(response) => response.chunk().await.map_err(|error| root_cause(&error)),
        }
    }

    /// The answer has ended, whatever follows; dropping it says that no more is wanted.
    pub(crate) fn finish(self) {
        if let Body::Direct(body) = self.body {
            body.finish();
        }
    }
}
