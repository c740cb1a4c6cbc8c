//! An address: how it is reached, and what it is shown.

use std::time::Duration;

use assay_core::ModelRef;
use assay_fetch::FetchError;
use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, ClientBuilder, Method, NoProxy, Url};

use super::complaint::one_line;
use super::frames::root_cause;
use super::protocol::Body;
use super::reply::Reply;
use super::road::{Lost, Road};
use crate::key::{variable_of_host, without_keys};
use crate::{ApiKey, Failure, HttpConfig, ProviderConfig};

/// Where a provider's models are when a person names no address, and how a key is shown there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'a> {
    /// Of no provider when it has no address of its own.
    pub(crate) default_url: Option<&'a str>,
    /// The variable with the key of that address.
    pub(crate) key_variable: Option<&'a str>,
    pub(crate) key_style: KeyStyle<'a>,
    /// Put behind an address without a path, with a slash before it; mostly nothing.
    pub(crate) path: &'a str,
}

/// How a key is put on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyStyle<'a> {
    /// `Authorization: Bearer KEY` (RFC 6750).
    Bearer,
    /// `NAME: KEY`.
    Header(&'a str),
}

/// An address that can be asked.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// Without a slash at its end.
    pub(crate) base: String,
    road: Road,
    key: Option<ApiKey>,
    /// The header with the key, marked as sensitive so that no `Debug` shows it.
    key_header: Option<(HeaderName, HeaderValue)>,
    key_variable: String,
    /// Keys that a protocol puts into headers of its own.
    other_keys: Vec<ApiKey>,
    pub(crate) http: HttpConfig,
}

impl Endpoint {
    /// The address of `model`: that in its name, that set for its provider, or the provider's own.
    ///
    /// # Errors
    /// When it is no HTTP address, or proxy, certificates or key cannot be used.
    pub(crate) fn open(
        model: &ModelRef,
        config: &ProviderConfig,
        site: Site<'_>,
    ) -> Result<Self, Failure> {
        let named = model
            .url
            .as_deref()
            .or(config.base_urls.get(&model.provider).map(String::as_str))
            .or(site.default_url)
            .unwrap_or_default()
            .trim()
            .trim_end_matches('/');
        if named.is_empty() {
            return Err(Failure::Setting {
                name: model.to_string(),
                detail: format!(
                    "it has no address: write {}:{}@http://HOST:PORT",
                    model.provider, model.name
                ),
            });
        }
        let refused = |detail: String| Failure::Refused {
            url: named.to_owned(),
            detail,
        };
        let url = Url::parse(named).map_err(|e| refused(e.to_string()))?;
        let Some(host) = url
            .host_str()
            .filter(|_| matches!(url.scheme(), "http" | "https"))
        else {
            return Err(refused("it is no http address".to_owned()));
        };
        // An address is shown in errors and lists; a model's name cannot hold any to begin with.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Failure::Setting {
                name: format!("the address of {}", model.provider),
                detail: "it holds credentials: put the key into a variable of its own".to_owned(),
            });
        }
        let base = match url.path() {
            "/" => format!("{named}{}", site.path),
            _ => named.to_owned(),
        };
        let (key, key_variable) = find_key(model, config, &site, &url, host);
        let key_header = match &key {
            Some(key) => Some(header_of(key, site.key_style, &key_variable)?),
            None => None,
        };
        let client = client(&config.http, host)?;
        let proxied = !is_loopback(host) && config.http.proxy.is_some();
        let road =
            Road::new(&url, client, proxied, &config.http).map_err(|e| refused(root_cause(&e)))?;
        Ok(Self {
            base,
            road,
            key,
            key_header,
            key_variable,
            other_keys: Vec::new(),
            http: config.http.clone(),
        })
    }

    /// Lets no words show these keys; the first one's variable is the one to name in a hint.
    pub(crate) fn hide(&mut self, keys: Vec<(String, ApiKey)>) {
        for (at, (variable, key)) in keys.into_iter().enumerate() {
            if at == 0 {
                self.key_variable = variable;
            }
            self.other_keys.push(key);
        }
    }

    /// Sends a request with the key, and with `json` as its body. `path` is below the base address.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        json: Option<&Body>,
        headers: HeaderMap,
    ) -> Result<Reply, Failure> {
        let key = self.key_header.as_ref();
        self.send_showing(key, method, path, json, headers).await
    }

    pub(crate) async fn send_without_key(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
    ) -> Result<Reply, Failure> {
        self.send_showing(None, method, path, None, headers).await
    }

    async fn send_showing(
        &self,
        key: Option<&(HeaderName, HeaderValue)>,
        method: Method,
        path: &str,
        json: Option<&Body>,
        mut headers: HeaderMap,
    ) -> Result<Reply, Failure> {
        let refused = |detail: String| Failure::Refused {
            url: self.base.clone(),
            detail: self.tell(&detail),
        };
        // A header of the protocol's own goes before these.
        if let Some((name, value)) = key {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        let body = match json {
            Some(json) => {
                headers
                    .entry(CONTENT_TYPE)
                    .or_insert(HeaderValue::from_static("application/json"));
                json.text().map_err(|error| refused(error.to_string()))?
            }
            None => Bytes::new(),
        };
        let sent = self
            .road
            .send(&self.base, method, path, headers, body)
            .await;
        sent.map_err(|lost| match lost {
            Lost::Slow => self.timeout("connecting", self.http.connect),
            Lost::Refused(detail) => refused(detail),
        })
    }

    /// The whole of a reply, whose pieces come within the limits.
    pub(crate) async fn read_body(
        &self,
        mut reply: Reply,
        limit: usize,
    ) -> Result<String, Failure> {
        let mut bytes = Vec::new();
        loop {
            let chunk = tokio::time::timeout(self.http.idle, reply.chunk())
                .await
                .map_err(|_| self.timeout("the next byte", self.http.idle))?;
            match chunk {
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(detail) => {
                    return Err(Failure::Truncated {
                        detail: self.tell(&detail),
                        partial: self.hidden(&String::from_utf8_lossy(&bytes)),
                    });
                }
            }
            if bytes.len() > limit {
                return Err(self.bad_reply("it does not end"));
            }
        }
        // What is text already, as nearly everything is, is not copied.
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|no_text| String::from_utf8_lossy(no_text.as_bytes()).into_owned()))
    }

    /// What a status and the server's words mean. `detail` is fit to be shown.
    pub(crate) fn failure_of(
        &self,
        model: &str,
        status: u16,
        detail: String,
        code: Option<&str>,
        retry_after: Option<Duration>,
    ) -> Failure {
        let url = self.base.clone();
        let about_model = code == Some("model_not_found")
            || (detail.to_lowercase().contains("model") && status == 404);
        match status {
            401 | 403 => Failure::Auth {
                url,
                status,
                detail,
                variable: self.key_variable.clone(),
                sent: self.key.is_some() || !self.other_keys.is_empty(),
            },
            400 | 404 if about_model => Failure::ModelNotFound {
                model: model.to_owned(),
                detail,
                hint: format!("ask {url} which models it serves"),
            },
            // An account without money answers 429 for ever.
            429 if code != Some("insufficient_quota") => Failure::RateLimited {
                url,
                detail,
                retry_after,
            },
            _ => Failure::Http {
                url,
                status,
                detail,
            },
        }
    }

    /// A server's words as people are shown them. Some servers repeat the key they refuse; it goes before
    /// the text is cut, or its beginning could stay.
    pub(crate) fn tell(&self, words: &str) -> String {
        one_line(&self.hidden(words))
    }

    /// The text without any key that is sent here.
    pub(crate) fn hidden(&self, text: &str) -> String {
        without_keys(self.key.iter().chain(&self.other_keys), text)
    }

    pub(crate) fn timeout(&self, phase: &'static str, limit: Duration) -> Failure {
        Failure::Timeout {
            url: self.base.clone(),
            phase,
            limit,
        }
    }

    pub(crate) fn bad_reply(&self, detail: &str) -> Failure {
        Failure::BadReply {
            url: self.base.clone(),
            detail: self.tell(detail),
        }
    }
}

/// The key for this address and the variable to name in a hint. A provider's key goes to its own address
/// (or to the one set for it, which the person has put beside the key) and never to a URL that was written
/// into a model's name: that one has a variable of its own.
fn find_key(
    model: &ModelRef,
    config: &ProviderConfig,
    site: &Site<'_>,
    url: &Url,
    host: &str,
) -> (Option<ApiKey>, String) {
    let authority = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    let mut variables = Vec::new();
    if model.url.is_none() {
        variables.extend(site.key_variable.map(str::to_owned));
        variables.push(variable_of_host(&model.provider));
    }
    if model.url.is_some() || site.key_variable.is_none() {
        variables.extend([variable_of_host(&authority), variable_of_host(host)]);
    }
    for variable in &variables {
        if let Some(key) = config.keys.get(variable) {
            return (Some(key), variable.clone());
        }
    }
    (None, variables.swap_remove(0))
}

fn header_of(
    key: &ApiKey,
    style: KeyStyle<'_>,
    variable: &str,
) -> Result<(HeaderName, HeaderValue), Failure> {
    let failed = |name: &str, detail: &str| Failure::Setting {
        name: name.to_owned(),
        detail: detail.to_owned(),
    };
    let (name, text) = match style {
        KeyStyle::Bearer => (AUTHORIZATION, format!("Bearer {}", key.reveal())),
        KeyStyle::Header(name) => (
            HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| failed(name, "it is no name of an HTTP header"))?,
            key.reveal().to_owned(),
        ),
    };
    let mut value = HeaderValue::from_str(&text)
        .map_err(|_| failed(variable, "it holds characters that no HTTP header can"))?;
    value.set_sensitive(true);
    Ok((name, value))
}

pub(super) fn is_loopback(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

fn client(http: &HttpConfig, host: &str) -> Result<ClientBuilder, Failure> {
    let mut client = Client::builder()
        .connect_timeout(http.connect)
        // A redirected POST becomes a GET: better to say that the address is wrong.
        .redirect(reqwest::redirect::Policy::none());
    if is_loopback(host) {
        // No proxy can know this machine's loopback.
        client = client.no_proxy();
    } else if let Some(proxy) = &http.proxy {
        let through = reqwest::Proxy::all(proxy.whole()).map_err(|e| Failure::Setting {
            name: "the proxy".to_owned(),
            detail: root_cause(&e),
        })?;
        client = client.proxy(through.no_proxy(NoProxy::from_env()));
    }
    if let Some(file) = &http.ca_file {
        let trusted = assay_fetch::certificates(file).map_err(|error| Failure::Setting {
            name: format!("the certificates in {}", file.display()),
            detail: match error {
                FetchError::Certificates { detail, .. } => detail,
                other => other.to_string(),
            },
        })?;
        client = client.tls_certs_merge(trusted);
    }
    Ok(client)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ApiKeys, ProxyAddress};

    const VENDOR: Site<'_> = Site {
        default_url: Some("https://api.vendor.example/v1"),
        key_variable: Some("VENDOR_API_KEY"),
        key_style: KeyStyle::Bearer,
        path: "",
    };

    fn opened(model: &str, config: &ProviderConfig) -> Result<Endpoint, Failure> {
        Endpoint::open(&model.parse().unwrap(), config, VENDOR)
    }

    #[test]
    fn the_vendors_key_never_goes_to_a_url_in_a_models_name() {
        let mut config = ProviderConfig::new("/nowhere");
        config.keys = ApiKeys::none().with("VENDOR_API_KEY", ApiKey::new("vendor"));
        let there = opened("vendor:m", &config).unwrap();
        assert_eq!(there.key, Some(ApiKey::new("vendor")));
        let elsewhere = opened("vendor:m@http://lab.example:8080/v1", &config).unwrap();
        assert_eq!((elsewhere.key, elsewhere.key_header), (None, None));
        assert_eq!(elsewhere.key_variable, "ASSAY_KEY_LAB_EXAMPLE_8080");

        config.keys = config
            .keys
            .with("ASSAY_KEY_LAB_EXAMPLE", ApiKey::new("lab"));
        let elsewhere = opened("vendor:m@http://lab.example:8080/v1", &config).unwrap();
        assert_eq!(elsewhere.key, Some(ApiKey::new("lab")));
    }

    #[test]
    fn an_address_set_for_a_provider_gets_its_key() {
        let mut config = ProviderConfig::new("/nowhere");
        config.keys = ApiKeys::none().with("VENDOR_API_KEY", ApiKey::new("vendor"));
        let gateway = "https://gateway.example/v1";
        config.base_urls.insert("vendor".into(), gateway.into());
        let there = opened("vendor:m", &config).unwrap();
        assert_eq!(there.base, gateway);
        assert_eq!(there.key, Some(ApiKey::new("vendor")));
        assert!(opened("other:m", &config).unwrap().base != gateway);
    }

    #[test]
    fn an_address_with_credentials_is_refused_and_not_shown() {
        let mut config = ProviderConfig::new("/nowhere");
        let gateway = "https://me:s3cret@gateway.example/v1";
        config.base_urls.insert("vendor".into(), gateway.into());
        let said = format!("{:?}", opened("vendor:m", &config).unwrap_err());
        assert!(said.contains("the address of vendor"), "{said}");
        assert!(!said.contains("s3cret"), "{said}");
    }

    #[test]
    fn nothing_an_endpoint_shows_holds_its_key() {
        let mut config = ProviderConfig::new("/nowhere");
        config.keys = ApiKeys::none().with("VENDOR_API_KEY", ApiKey::new("sk-secret"));
        let endpoint = opened("vendor:m", &config).unwrap();
        assert!(!format!("{endpoint:?}").contains("secret"));
        assert_eq!(endpoint.tell("no sk-secret here"), "no *** here");
    }

    #[test]
    fn settings_that_cannot_be_used_are_named() {
        let mut config = ProviderConfig::new("/nowhere");
        config.keys = ApiKeys::none().with("VENDOR_API_KEY", ApiKey::new("two\nlines"));
        let said = opened("vendor:m", &config).unwrap_err().to_string();
        assert!(said.contains("VENDOR_API_KEY"), "{said}");
        assert!(!said.contains("lines"), "{said}");

        let mut config = ProviderConfig::new("/nowhere");
        let file = tempfile::NamedTempFile::new().unwrap();
        config.http.ca_file = Some(file.path().to_owned());
        let said = opened("vendor:m", &config).unwrap_err().to_string();
        assert!(said.contains("holds no PEM certificate"), "{said}");

        let mut config = ProviderConfig::new("/nowhere");
        config.http.proxy = Some(ProxyAddress::new("http://me:secret@:x"));
        let said = opened("vendor:m", &config).unwrap_err().to_string();
        assert!(said.contains("the proxy cannot be used"), "{said}");
        assert!(!said.contains("secret"), "{said}");
        assert!(!format!("{config:?}").contains("secret"));
    }
}
