//! A hub on this machine with the public one's interface: models as JSON, files that redirect to a second
//! server as to a content network, ranges, tags, and downloads that break off where a test wants it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A file as the hub keeps it.
#[derive(Debug, Clone)]
pub struct Kept {
    pub bytes: Vec<u8>,
    /// Kept by Git LFS: the listing has its digest, and its address redirects.
    pub lfs: bool,
    pub etag: String,
}

#[derive(Debug, Default)]
pub struct State {
    /// By `ORG/NAME`, then by path.
    pub repos: BTreeMap<String, BTreeMap<String, Kept>>,
    /// Repositories that are shown to nobody without this token.
    pub private: BTreeMap<String, &'static str>,
    /// Repositories that are shown, and whose files are given to nobody.
    pub gated: Vec<String>,
    /// What the search for quantisations of a repository answers.
    pub quantised: BTreeMap<String, Vec<String>>,
    /// Listings leave out what Git LFS says: the digest is only at the file's address.
    pub bare_listing: bool,
    /// Digests the listing tells are those of other files.
    pub lies: bool,
    /// The next downloads break off after so many bytes of body.
    pub cuts: VecDeque<usize>,
    /// Requests: `hub` or `cdn`, and their head in lower case.
    pub seen: Vec<(&'static str, String)>,
}

#[derive(Clone)]
pub struct Hub {
    pub url: String,
    state: Arc<Mutex<State>>,
}

impl Hub {
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let cdn = serve("cdn", String::new(), Arc::clone(&state)).await;
        let url = serve("hub", cdn, Arc::clone(&state)).await;
        Self { url, state }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn put(&self, repo: &str, path: &str, bytes: Vec<u8>) {
        let kept = Kept {
            etag: sha256(&bytes),
            bytes,
            lfs: true,
        };
        let mut state = self.state();
        let files = state.repos.entry(repo.to_owned()).or_default();
        files.insert(path.to_owned(), kept);
    }

    /// A file that is kept in Git itself.
    pub fn put_small(&self, repo: &str, path: &str, bytes: Vec<u8>) {
        let kept = Kept {
            bytes,
            lfs: false,
            etag: String::new(),
        };
        let mut state = self.state();
        let files = state.repos.entry(repo.to_owned()).or_default();
        files.insert(path.to_owned(), kept);
    }

    /// What came in since the last call.
    pub fn seen(&self) -> Vec<(&'static str, String)> {
        std::mem::take(&mut self.state().seen)
    }
}

pub fn sha256(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    std::fs::write(&path, bytes).unwrap();
    let output = std::process::Command::new("sha256sum")
        .arg(&path)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()[..64].to_owned()
}

/// `git hash-object`.
fn git_blob(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    std::fs::write(
        &path,
        [format!("blob {}\0", bytes.len()).as_bytes(), bytes].concat(),
    )
    .unwrap();
    let output = std::process::Command::new("sha1sum")
        .arg(&path)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()[..40].to_owned()
}

async fn serve(who: &'static str, cdn: String, state: Arc<Mutex<State>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (state, cdn) = (Arc::clone(&state), cdn.clone());
            tokio::spawn(async move {
                let Some(head) = read_head(&mut socket).await else {
                    return;
                };
                let reply = {
                    let mut state = state.lock().unwrap();
                    state.seen.push((who, head.to_lowercase()));
                    match who {
                        "hub" => on_hub(&head, &cdn, &mut state),
                        _ => on_cdn(&head, &mut state),
                    }
                };
                let _ = socket.write_all(&reply).await;
                let _ = socket.shutdown().await;
            });
        }
    });
    url
}

async fn read_head(socket: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if socket.read(&mut byte).await.ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

fn reply(status: &str, headers: &[String], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
    if !headers.iter().any(|h| h.starts_with("Content-Length")) {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    for header in headers {
        head += header;
        head += "\r\n";
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

fn json_reply(value: &Value) -> Vec<u8> {
    let headers = ["Content-Type: application/json".to_owned()];
    reply("200 OK", &headers, value.to_string().as_bytes())
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn refused(status: &str, code: &str) -> Vec<u8> {
    reply(
        status,
        &[format!("X-Error-Code: {code}")],
        br#"{"error":"no"}"#,
    )
}

fn on_hub(head: &str, cdn: &str, state: &mut State) -> Vec<u8> {
    let target = head.split(' ').nth(1).unwrap().to_owned();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    if path == "/api/models" {
        let base = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("filter=base_model%3Aquantized%3A"))
            .unwrap()
            .replace("%2F", "/");
        assert!(
            query.contains("filter=gguf&") && query.contains("sort=downloads"),
            "{query}"
        );
        let rows: Vec<Value> = state
            .quantised
            .get(&base)
            .into_iter()
            .flatten()
            .map(|id| json!({ "id": id, "modelId": id, "downloads": 7 }))
            .collect();
        return json_reply(&json!(rows));
    }
    let (repo, file) = match path.strip_prefix("/api/models/") {
        Some(repo) => (repo.to_owned(), None),
        None => {
            let (repo, file) = path
                .trim_start_matches('/')
                .split_once(&format!("/resolve/{COMMIT}/"))
                .unwrap_or_else(|| panic!("{path}"));
            (repo.to_owned(), Some(file.to_owned()))
        }
    };
    let token = header(head, "authorization").and_then(|value| value.strip_prefix("Bearer "));
    if state
        .private
        .get(&repo)
        .is_some_and(|wanted| token != Some(wanted))
    {
        return refused("401 Unauthorized", "RepoNotFound");
    }
    let Some(files) = state.repos.get(&repo) else {
        return refused("401 Unauthorized", "RepoNotFound");
    };
    let Some(file) = file else {
        assert_eq!(query, "blobs=true");
        return json_reply(&listing(&repo, files, state));
    };
    if state.gated.contains(&repo) {
        return refused("403 Forbidden", "GatedRepo");
    }
    let Some(kept) = files.get(&file) else {
        return refused("404 Not Found", "EntryNotFound");
    };
    if kept.lfs {
        let headers = [
            format!("X-Repo-Commit: {COMMIT}"),
            format!("X-Linked-Size: {}", kept.bytes.len()),
            format!("X-Linked-ETag: \"{}\"", sha256(&kept.bytes)),
            format!("Location: {cdn}/{repo}/{file}"),
        ];
        return reply("302 Found", &headers, b"");
    }
    let headers = [
        format!("ETag: \"{}\"", git_blob(&kept.bytes)),
        format!("Content-Length: {}", kept.bytes.len()),
    ];
    let body = if head.starts_with("HEAD") {
        b""
    } else {
        kept.bytes.as_slice()
    };
    reply("200 OK", &headers, body)
}

fn listing(repo: &str, files: &BTreeMap<String, Kept>, state: &State) -> Value {
    let siblings: Vec<Value> = files
        .iter()
        .map(|(path, kept)| {
            let mut row = json!({
                "rfilename": path,
                "size": kept.bytes.len(),
                "blobId": if kept.lfs { "f".repeat(40) } else { git_blob(&kept.bytes) },
            });
            if kept.lfs && !state.bare_listing {
                let digest = if state.lies {
                    "0".repeat(64)
                } else {
                    sha256(&kept.bytes)
                };
                row["lfs"] = json!({
                    "sha256": digest, "size": kept.bytes.len(), "pointerSize": 134,
                });
            }
            row
        })
        .collect();
    json!({
        "_id": "66d0f0f0f0f0f0f0f0f0f0f0",
        "id": repo,
        "private": false,
        "gated": if state.gated.contains(&repo.to_owned()) { json!("manual") } else { json!(false) },
        "sha": COMMIT,
        "tags": ["gguf", "license:apache-2.0", "region:us"],
        "cardData": { "license": "apache-2.0", "language": ["en"] },
        "siblings": siblings,
    })
}

fn on_cdn(head: &str, state: &mut State) -> Vec<u8> {
    let path = head.split(' ').nth(1).unwrap().trim_start_matches('/');
    let mut parts = path.splitn(3, '/');
    let repo = format!("{}/{}", parts.next().unwrap(), parts.next().unwrap());
    let kept = state.repos[&repo][parts.next().unwrap()].clone();
    let tag = format!("\"{}\"", kept.etag);
    let from: usize = header(head, "range")
        .and_then(|range| {
            range
                .strip_prefix("bytes=")?
                .strip_suffix('-')?
                .parse()
                .ok()
        })
        .filter(|_| header(head, "if-range").is_none_or(|wanted| wanted == tag))
        .unwrap_or(0);
    let rest = &kept.bytes[from..];
    let mut headers = vec![
        format!("ETag: {tag}"),
        "Accept-Ranges: bytes".to_owned(),
        format!("Content-Length: {}", rest.len()),
    ];
    let status = if from > 0 {
        let all = kept.bytes.len();
        headers.push(format!("Content-Range: bytes {from}-{}/{all}", all - 1));
        "206 Partial Content"
    } else {
        "200 OK"
    };
    let sent = state.cuts.pop_front().unwrap_or(rest.len()).min(rest.len());
    reply(status, &headers, &rest[..sent])
}
