//! Files from a URL, going on where an earlier call stopped.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::StreamExt;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_LENGTH, ETAG, HeaderMap, IF_RANGE, RANGE};
use tokio_util::sync::CancellationToken;

use crate::checksum::Tally;
use crate::error::redact_credentials;
use crate::place;
use crate::trust::{ca_file_from_env, certificates};
use crate::{Checksum, FetchError, OnProgress, Progress, Stage, verify_file};

/// A connection that is silent for this long is given up.
const SILENCE: Duration = Duration::from_secs(60);
const CONNECT: Duration = Duration::from_secs(20);

/// Downloads `url` to `dest` and checks it against `expected`; answers what was found, so that a caller
/// who knows no digest beforehand can store it. Answers at once when `dest` already is that file.
///
/// Bytes gather in `<dest>.part`; when the call is cancelled or the connection breaks they stay, and the
/// next call asks the server for the rest only. A resumed file that fails its check is fetched once more
/// from the beginning.
///
/// # Errors
/// [`FetchError::Status`], [`FetchError::Connection`], [`FetchError::WrongSize`],
/// [`FetchError::WrongDigest`], [`FetchError::WrongBlob`], [`FetchError::Busy`] when another process fetches
/// the same file, [`FetchError::Certificates`] of what `ASSAY_CA_FILE` names, [`FetchError::Io`],
/// [`FetchError::Cancelled`]. After an error `dest` is as it was before.
pub async fn fetch_url(
    url: &str,
    expected: &Checksum,
    dest: &Path,
    progress: OnProgress<'_>,
    cancel: &CancellationToken,
) -> Result<Checksum, FetchError> {
    let ca_file = ca_file_from_env();
    let access = Access {
        ca_file: ca_file.as_deref(),
        token: None,
    };
    fetch_url_as(url, access, expected, dest, progress, cancel).await
}

/// Who asks a server, and whom they trust.
#[derive(Clone, Copy, Default)]
pub struct Access<'a> {
    /// `Authorization: Bearer`, for the host of the URL. A host it redirects to does not get it.
    pub token: Option<&'a str>,
    /// A PEM file of authorities that are trusted beside the system's.
    pub ca_file: Option<&'a Path>,
}

/// As [`fetch_url`], with a token, and with the authorities that are named instead of the environment's.
///
/// # Errors
/// As [`fetch_url`].
pub async fn fetch_url_as(
    url: &str,
    access: Access<'_>,
    expected: &Checksum,
    dest: &Path,
    progress: OnProgress<'_>,
    cancel: &CancellationToken,
) -> Result<Checksum, FetchError> {
    if expected.has_digest()
        && dest.is_file()
        && let Ok(found) = verify_file(dest, expected, progress, cancel).await
    {
        finished(progress, &found);
        return Ok(found);
    }
    let mut client = reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE);
    if let Some(file) = access.ca_file {
        client = client.tls_certs_merge(certificates(file)?);
    }
    let client = client
        .build()
        .map_err(|source| FetchError::connection(url, source))?;
    place::parent_of(dest)?;
    let mut part = Part::open(dest)?;
    loop {
        let resumed = part.length()? > 0;
        let attempt = async {
            // Every redirect to another host, port or scheme drops the token: reqwest sees to that.
            let request = client.get(url);
            let request = match access.token {
                Some(token) => request.bearer_auth(token),
                None => request,
            };
            let tally = stream(request, url, expected, &mut part, progress, cancel).await?;
            tally.check(expected, &redact_credentials(url))
        };
        match attempt.await {
            Ok(found) => {
                part.finish(dest)?;
                finished(progress, &found);
                return Ok(found);
            }
            Err(error) if error.is_mismatch() => {
                part.clear()?;
                if !resumed {
                    part.discard();
                    return Err(error);
                }
                tracing::warn!(url = %redact_credentials(url), %error, "the resumed download does not fit; starting again");
            }
            Err(error) => {
                if part.length()? == 0 {
                    part.discard();
                }
                return Err(error);
            }
        }
    }
}

fn finished(progress: OnProgress<'_>, found: &Checksum) {
    progress(Progress {
        stage: Stage::Done,
        bytes: found.bytes.unwrap_or_default(),
        total: found.bytes,
    });
}

/// Brings the bytes that are missing into `part`; answers the tally of the whole.
async fn stream(
    mut request: reqwest::RequestBuilder,
    url: &str,
    expected: &Checksum,
    part: &mut Part,
    progress: OnProgress<'_>,
    cancel: &CancellationToken,
) -> Result<Tally, FetchError> {
    let have = part.length()?;
    if have > 0 {
        request = request.header(RANGE, format!("bytes={have}-"));
        if let Some(tag) = part.tag() {
            request = request.header(IF_RANGE, tag);
        }
    }
    let failed = |source| FetchError::connection(url, source);
    let answer = tokio::select! {
        () = cancel.cancelled() => return Err(FetchError::Cancelled),
        answer = request.send() => answer.map_err(failed)?,
    };
    let mut tally = match answer.status() {
        StatusCode::PARTIAL_CONTENT => part.tally(expected)?,
        StatusCode::RANGE_NOT_SATISFIABLE if have > 0 => {
            // All of it may be here already; the check will tell.
            return part.tally(expected);
        }
        status if status.is_success() => {
            part.clear()?;
            Tally::of(expected)
        }
        status => {
            return Err(FetchError::Status {
                url: redact_credentials(url),
                status: status.as_u16(),
            });
        }
    };
    part.remember_tag(answer.headers());
    let total = length_of(answer.headers())
        .map(|rest| rest + tally.bytes)
        .or(expected.bytes);
    let mut body = answer.bytes_stream();
    let mut reported = std::time::Instant::now();
    report(progress, tally.bytes, total);
    loop {
        let chunk = tokio::select! {
            () = cancel.cancelled() => return Err(FetchError::Cancelled),
            chunk = body.next() => chunk,
        };
        let Some(chunk) = chunk else { break };
        let chunk = chunk.map_err(failed)?;
        tally.update(&chunk);
        if let Some(limit) = expected.bytes
            && tally.bytes > limit
        {
            return Err(FetchError::WrongSize {
                what: redact_credentials(url),
                expected: limit,
                found: tally.bytes,
            });
        }
        part.write(&chunk)?;
        if reported.elapsed() >= Duration::from_millis(200) {
            reported = std::time::Instant::now();
            report(progress, tally.bytes, total);
        }
    }
    report(progress, tally.bytes, total);
    Ok(tally)
}

fn report(progress: OnProgress<'_>, bytes: u64, total: Option<u64>) {
    progress(Progress {
        stage: Stage::Downloading,
        bytes,
        total,
    });
}

fn length_of(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The half-done file `<dest>.part`, locked against other processes, and the server's tag of it.
struct Part {
    path: PathBuf,
    file: File,
}

impl Part {
    fn open(dest: &Path) -> Result<Self, FetchError> {
        let path = with_suffix(dest, ".part");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(FetchError::io(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path, file }),
            Err(TryLockError::WouldBlock) => Err(FetchError::Busy {
                path: dest.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(FetchError::Io { path, source }),
        }
    }

    fn io(&self) -> impl FnOnce(std::io::Error) -> FetchError + use<> {
        FetchError::io(self.path.clone())
    }

    fn length(&self) -> Result<u64, FetchError> {
        Ok(self.file.metadata().map_err(self.io())?.len())
    }

    /// Reads what is there, leaving the position at the end.
    fn tally(&mut self, expected: &Checksum) -> Result<Tally, FetchError> {
        let io = self.io();
        let mut run = || {
            let mut tally = Tally::of(expected);
            let mut buffer = vec![0_u8; 1 << 20];
            self.file.seek(SeekFrom::Start(0))?;
            loop {
                let read = self.file.read(&mut buffer)?;
                if read == 0 {
                    return Ok(tally);
                }
                tally.update(&buffer[..read]);
            }
        };
        run().map_err(io)
    }

    fn write(&mut self, chunk: &[u8]) -> Result<(), FetchError> {
        let io = self.io();
        self.file.write_all(chunk).map_err(io)
    }

    fn clear(&mut self) -> Result<(), FetchError> {
        let io = self.io();
        let _ = std::fs::remove_file(self.tag_path());
        self.file
            .set_len(0)
            .and_then(|()| self.file.seek(SeekFrom::Start(0)))
            .map_err(io)?;
        Ok(())
    }

    fn tag_path(&self) -> PathBuf {
        with_suffix(&self.path, ".etag")
    }

    fn tag(&self) -> Option<String> {
        std::fs::read_to_string(self.tag_path()).ok()
    }

    /// Only a strong tag may stand behind `If-Range` (RFC 9110, section 13.1.5).
    fn remember_tag(&self, headers: &HeaderMap) {
        if let Some(tag) = headers.get(ETAG).and_then(|tag| tag.to_str().ok())
            && !tag.starts_with("W/")
        {
            let _ = std::fs::write(self.tag_path(), tag);
        }
    }

    fn finish(self, dest: &Path) -> Result<(), FetchError> {
        self.file.sync_all().map_err(self.io())?;
        let _ = std::fs::remove_file(self.tag_path());
        place::put(&self.path, dest)
    }

    fn discard(&self) {
        let _ = std::fs::remove_file(&self.path);
        let _ = std::fs::remove_file(self.tag_path());
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
