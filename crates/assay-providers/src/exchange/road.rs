//! How a server is reached: straight, or by a client that knows TLS and proxies.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::Full;
use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::header::{ACCEPT, HOST, HeaderMap, HeaderValue};
use reqwest::{Client, ClientBuilder, Method, Url};

use super::direct::{Direct, DirectError};
use super::endpoint::is_loopback;
use super::frames::root_cause;
use super::reply::Reply;
use crate::HttpConfig;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Lost {
    /// Connecting took too long.
    Slow,
    /// The innermost reason.
    Refused(String),
}

#[derive(Debug)]
pub(super) enum Road {
    Direct(Straight),
    Client(Client),
}

/// The straight road, with what is the same for every request.
#[derive(Debug)]
pub(super) struct Straight {
    server: Arc<Direct>,
    host: HeaderValue,
    /// The last path that was asked for, and its address: mostly it is always the same.
    last: Mutex<Option<(String, Uri)>>,
}

impl Road {
    /// `proxied` says that a proxy is set for this address, beside those that the environment may name.
    ///
    /// # Errors
    /// When `client`, which is made only where it is used (it reads every certificate of the system), cannot be.
    pub(super) fn new(
        url: &Url,
        client: ClientBuilder,
        proxied: bool,
        http: &HttpConfig,
    ) -> Result<Self, reqwest::Error> {
        match Straight::new(url, proxied, http) {
            Some(straight) => Ok(Self::Direct(straight)),
            None => client.build().map(Self::Client),
        }
    }

    /// Answers when the head of the answer is there.
    pub(super) async fn send(
        &self,
        base: &str,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Reply, Lost> {
        match self {
            Self::Direct(straight) => straight.send(base, method, path, headers, body).await,
            Self::Client(client) => {
                let request = client
                    .request(method, format!("{base}/{path}"))
                    .headers(headers);
                let request = if body.is_empty() {
                    request
                } else {
                    request.body(body)
                };
                let sent = request.send().await.map_err(|error| {
                    if error.is_timeout() {
                        Lost::Slow
                    } else {
                        Lost::Refused(root_cause(&error))
                    }
                });
                sent.map(Reply::of_client)
            }
        }
    }
}

impl Straight {
    fn new(url: &Url, proxied: bool, http: &HttpConfig) -> Option<Self> {
        if url.scheme() != "http" || proxied {
            return None;
        }
        let host = url.host_str()?;
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let address: Uri = format!("http://{authority}").parse().ok()?;
        // By the rules of the client that would be used otherwise.
        if !is_loopback(host) && Matcher::from_system().intercept(&address).is_some() {
            return None;
        }
        let host = HeaderValue::from_str(&authority).ok()?;
        Some(Self {
            server: Arc::new(Direct::new(address, http.connect)),
            host,
            last: Mutex::new(None),
        })
    }

    async fn send(
        &self,
        base: &str,
        method: Method,
        path: &str,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Result<Reply, Lost> {
        headers.entry(HOST).or_insert_with(|| self.host.clone());
        headers
            .entry(ACCEPT)
            .or_insert(HeaderValue::from_static("*/*"));
        let mut request = hyper::Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = self.uri(base, path)?;
        *request.headers_mut() = headers;
        let sent = self.server.send(request).await;
        sent.map(Reply::direct).map_err(|error| match error {
            DirectError::Slow => Lost::Slow,
            error => Lost::Refused(root_cause(&error)),
        })
    }

    /// What the first line of a request names: path and query.
    fn uri(&self, base: &str, path: &str) -> Result<Uri, Lost> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, uri)) = last.as_ref().filter(|(of, _)| of == path) {
            return Ok(uri.clone());
        }
        let refused = |error: &dyn std::error::Error| Lost::Refused(root_cause(error));
        let url = Url::parse(&format!("{base}/{path}")).map_err(|e| refused(&e))?;
        let named = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let uri: Uri = named.parse().map_err(|e| refused(&e))?;
        *last = Some((path.to_owned(), uri.clone()));
        Ok(uri)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn road(url: &str, proxied: bool) -> Road {
        let url = url.parse().unwrap();
        Road::new(&url, Client::builder(), proxied, &HttpConfig::default()).unwrap()
    }

    #[test]
    fn only_a_server_without_tls_and_proxy_is_reached_straight() {
        for (url, proxied, straight) in [
            ("http://127.0.0.1:8080/v1", false, true),
            ("http://[::1]:8080/v1", false, true),
            ("http://127.0.0.1:8080/v1", true, false),
            ("https://127.0.0.1:8080/v1", false, false),
        ] {
            let is_straight = matches!(road(url, proxied), Road::Direct(_));
            assert_eq!(is_straight, straight, "{url}, proxied: {proxied}");
        }
    }

    #[test]
    fn a_request_names_its_path_and_query() {
        let Road::Direct(straight) = road("http://[::1]:8080/v1", false) else {
            panic!("it goes straight");
        };
        assert_eq!(straight.host, "[::1]:8080");
        let base = "http://[::1]:8080/v1";
        for (path, named) in [
            ("completions", "/v1/completions"),
            ("completions", "/v1/completions"),
            ("models?after=a b", "/v1/models?after=a%20b"),
            ("ü", "/v1/%C3%BC"),
            ("?key=1#part", "/v1/?key=1"),
        ] {
            assert_eq!(straight.uri(base, path).unwrap(), named, "{path}");
        }
    }
}
