//! What providers over HTTP share: time limits, retries with backoff and jitter, and the clock they run by.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

/// Time and chance, passed in so that tests wait for neither.
#[async_trait]
pub trait Clock: Send + Sync + fmt::Debug {
    fn now(&self) -> SystemTime;

    async fn sleep(&self, duration: Duration);

    /// Uniform in `[0, 1)`.
    fn chance(&self) -> f64;
}

/// The real clock and the thread's random numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    fn chance(&self) -> f64 {
        rand::random()
    }
}

/// When a failed request is made again: exponential backoff with full jitter, so that many clients of one
/// server do not come back all at once (Brooker, "Exponential Backoff and Jitter", 2015).
#[derive(Debug, Clone, PartialEq)]
pub struct RetryPolicy {
    /// Requests in all, the first included.
    pub max_attempts: u32,
    /// The wait before the second request is drawn from zero to this; it doubles for each further one.
    pub base: Duration,
    /// No drawn wait is longer.
    pub cap: Duration,
    /// A server that asks for a longer pause than this (`Retry-After`) is given up on.
    pub retry_after_cap: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 5,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(20),
            retry_after_cap: Duration::from_secs(120),
        }
    }
}

impl RetryPolicy {
    /// The wait after `failed` failed requests, or `None` when there shall be no other. What the server
    /// asks for is a lower bound; the jitter comes on top of it.
    pub(crate) fn wait(
        &self,
        failed: u32,
        retry_after: Option<Duration>,
        chance: f64,
    ) -> Option<Duration> {
        if failed >= self.max_attempts
            || retry_after.is_some_and(|wait| wait > self.retry_after_cap)
        {
            return None;
        }
        let ceiling = match retry_after {
            Some(_) => self.base,
            None => self
                .base
                .saturating_mul(2_u32.saturating_pow(failed.saturating_sub(1)))
                .min(self.cap),
        };
        Some(retry_after.unwrap_or_default() + ceiling.mul_f64(chance.clamp(0.0, 1.0)))
    }
}

/// The address of a proxy, `http://[USER:PASSWORD@]HOST:PORT`. Its `Debug` leaves out who asks.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress(String);

impl ProxyAddress {
    pub fn new(address: impl Into<String>) -> Self {
        Self(address.into())
    }

    /// With its password, for the one place that connects to it.
    pub(crate) fn whole(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.rsplit('@').next().unwrap_or_default();
        let host = host.rsplit("://").next().unwrap_or_default();
        write!(f, "ProxyAddress({host})")
    }
}

/// How requests over HTTP are made, and their limits.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    pub connect: Duration,
    /// From sending to the first byte of the answer; a busy server keeps requests in line for this long.
    pub first_byte: Duration,
    /// Between two pieces of an answer.
    pub idle: Duration,
    /// The whole of one attempt.
    pub total: Duration,
    /// Of a reply no more bytes are read: no answer to a prompt is near this.
    pub max_reply: usize,
    pub retry: RetryPolicy,
    /// Whether answers are streamed: it times the first token, and a cancelled request ends at the server.
    pub stream: bool,
    /// Requests under way at once to one model, at most: how many are worth having is the caller's to find out.
    pub concurrency: usize,
    /// Through which all requests go but those to this machine's loopback and to what `NO_PROXY` names.
    /// `None` leaves it to the environment: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`.
    pub proxy: Option<ProxyAddress>,
    /// A PEM file of certificate authorities that are trusted beside the system's.
    pub ca_file: Option<PathBuf>,
    pub clock: Arc<dyn Clock>,
}

impl HttpConfig {
    /// The defaults, with the certificates that `ASSAY_CA_FILE` names.
    pub fn from_env() -> Self {
        Self {
            ca_file: assay_fetch::ca_file_from_env(),
            ..Self::default()
        }
    }
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(180),
            idle: Duration::from_secs(120),
            total: Duration::from_secs(600),
            max_reply: 64 << 20,
            retry: RetryPolicy::default(),
            stream: true,
            concurrency: 256,
            proxy: None,
            ca_file: None,
            clock: Arc::new(SystemClock),
        }
    }
}

/// `Retry-After` in either of its forms (RFC 9110, section 10.2.3): seconds, or a date; a date that has
/// passed means now.
pub(crate) fn parse_retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_are_capped_and_end() {
        let policy = RetryPolicy {
            max_attempts: 8,
            base: Duration::from_secs(1),
            cap: Duration::from_secs(5),
            ..RetryPolicy::default()
        };
        let longest: Vec<u64> = (1..8)
            .map(|failed| policy.wait(failed, None, 1.0).unwrap().as_secs())
            .collect();
        assert_eq!(longest, [1, 2, 4, 5, 5, 5, 5]);
        assert_eq!(policy.wait(1, None, 0.0), Some(Duration::ZERO));
        assert_eq!(policy.wait(8, None, 0.5), None);
        assert_eq!(policy.wait(u32::MAX - 1, None, 0.5), None);
    }

    #[test]
    fn a_server_that_asks_for_time_gets_it_within_reason() {
        let policy = RetryPolicy::default();
        let asked = Duration::from_secs(7);
        let wait = policy.wait(1, Some(asked), 0.5).unwrap();
        assert!(wait > asked && wait <= asked + policy.base);
        assert_eq!(policy.wait(1, Some(Duration::from_secs(3600)), 0.5), None);
    }

    #[test]
    fn a_proxys_password_is_not_shown() {
        for address in ["http://me:sec@ret@proxy:3128", "proxy:3128"] {
            let shown = format!("{:?}", ProxyAddress::new(address));
            assert_eq!(shown, "ProxyAddress(proxy:3128)");
        }
    }

    #[test]
    fn both_forms_of_retry_after_are_read() {
        let now = httpdate::parse_http_date("Wed, 21 Oct 2015 07:28:00 GMT").unwrap();
        for (text, seconds) in [
            ("3", Some(3)),
            (" 0 ", Some(0)),
            ("Wed, 21 Oct 2015 07:28:09 GMT", Some(9)),
            ("Wed, 21 Oct 2015 07:27:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(
                parse_retry_after(text, now),
                seconds.map(Duration::from_secs),
                "{text}"
            );
        }
    }
}
