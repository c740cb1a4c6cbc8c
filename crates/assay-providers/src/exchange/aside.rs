//! What a server is asked beside answers.

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{Body, Protocol, Remote};
use crate::{ApiKey, Failure, ProviderError};

impl<P: Protocol> Remote<P> {
    pub(crate) fn protocol(&self) -> &P {
        &self.protocol
    }

    /// Keys that the protocol puts into its own headers: named in hints, and shown to nobody.
    pub(crate) fn with_keys(mut self, keys: Vec<(String, ApiKey)>) -> Self {
        self.endpoint.hide(keys);
        self
    }

    /// POSTs JSON that costs no tokens; answers the body of a reply of success.
    ///
    /// # Errors
    /// As any request, made once.
    pub(crate) async fn ask(
        &self,
        what: &'static str,
        path: &str,
        body: &Value,
        cancel: &CancellationToken,
    ) -> Result<String, ProviderError> {
        let body = Body::from(body.clone());
        let posting = self.body_of(Method::POST, path, Some(&body));
        self.quickly(what, cancel, posting).await
    }

    /// The status of a HEAD request without any key: whether something answers there.
    ///
    /// # Errors
    /// [`Failure::Refused`], [`Failure::Timeout`].
    pub(crate) async fn knock(&self, cancel: &CancellationToken) -> Result<u16, ProviderError> {
        let knocking = async {
            let path = self.protocol.knock_path();
            let reply = self
                .endpoint
                .send_without_key(Method::HEAD, path, HeaderMap::new())
                .await?;
            Ok::<_, Failure>(reply.status.as_u16())
        };
        self.quickly("an answer to HEAD", cancel, knocking).await
    }
}
