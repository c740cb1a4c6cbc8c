//! What goes wrong between a program and a server, played by a server on the loopback.

use std::sync::Mutex;
use std::time::Duration;

use assay_core::{Coded, FinishReason, Generation, Transport};
use assay_providers::{
    ApiKey, ApiKeys, CancellationToken, Delta, Failure, ProviderError, ProxyAddress, ignore_deltas,
};
use futures::future::BoxFuture;

use super::recorded::{Server, Step, json_reply, json_step};
use super::subjects::Case;
use super::tls::{TlsServer, Tunnel};
use super::{Setting, setting};

/// Something that goes wrong, and what a provider must make of it.
pub struct Fault {
    pub title: &'static str,
    pub check: fn(Case) -> BoxFuture<'static, ()>,
}

/// Every fault is tried on every protocol.
pub const FAULTS: &[Fault] = &[
    Fault {
        title: "429 with `Retry-After` in seconds or as a date is waited for",
        check: |case| Box::pin(retry_after(case)),
    },
    Fault {
        title: "a server that is busy (503) is asked again, with jitter",
        check: |case| Box::pin(busy(case)),
    },
    Fault {
        title: "a connection that is dropped is made again",
        check: |case| Box::pin(dropped(case)),
    },
    Fault {
        title: "half an answer is void and asked for again",
        check: |case| Box::pin(half_an_answer(case)),
    },
    Fault {
        title: "a slow first byte is a timeout",
        check: |case| Box::pin(slow_first_byte(case)),
    },
    Fault {
        title: "a slow next byte is a timeout",
        check: |case| Box::pin(slow_next_byte(case)),
    },
    Fault {
        title: "the server of a cancelled request sees its end",
        check: |case| Box::pin(cancelled(case)),
    },
    Fault {
        title: "a key that the server repeats is shown nowhere, refused or in half an answer",
        check: |case| Box::pin(repeated_key(case)),
    },
    Fault {
        title: "an error inside a reply of status 200 is an error",
        check: |case| Box::pin(error_inside(case)),
    },
    Fault {
        title: "a proxy sees the request, and `https` through it is tunnelled",
        check: |case| Box::pin(proxied(case)),
    },
    Fault {
        title: "an authority of one's own is trusted when named, and not before",
        check: |case| Box::pin(own_authority(case)),
    },
    Fault {
        title: "a reply that does not end is not read on",
        check: |case| Box::pin(endless(case)),
    },
    Fault {
        title: "characters may be cut anywhere",
        check: |case| Box::pin(cut_characters(case)),
    },
    Fault {
        title: "an answer that runs over a stop sequence is cut before it",
        check: |case| Box::pin(late_stop(case)),
    },
];

const KEY: &str = "sk-secret-of-mine";

async fn ask(case: Case, url: &str, setting: &Setting) -> Result<Generation, ProviderError> {
    case.open(url, &setting.config)
        .generate(&case.request(), &ignore_deltas, &CancellationToken::new())
        .await
}

fn whole(case: Case, text: &str) -> Vec<Step> {
    json_step(200, "", &(case.wire.whole)(text))
}

/// A stream with these pieces of text, each written by itself, and then `last`.
fn stream(case: Case, pieces: &[&str], last: &str, end: Option<Step>) -> Vec<Step> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nConnection: close\r\n\r\n",
        case.wire.content_type
    );
    let mut steps = vec![Step::Send((head + case.wire.begin).into_bytes())];
    steps.extend(
        pieces
            .iter()
            .map(|piece| Step::Send((case.wire.piece)(piece).into_bytes())),
    );
    steps.push(Step::Send(last.as_bytes().to_vec()));
    steps.extend(end);
    steps
}

/// Every protocol is tried with answers in pieces, where it knows them, and with whole ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Streamed,
    Whole,
}

fn shapes(case: Case) -> &'static [Shape] {
    if case.wire.streams {
        &[Shape::Streamed, Shape::Whole]
    } else {
        &[Shape::Whole]
    }
}

/// An answer of these pieces.
fn answer(case: Case, shape: Shape, pieces: &[&str]) -> Vec<Step> {
    match shape {
        Shape::Streamed => stream(case, pieces, case.wire.end, None),
        Shape::Whole => whole(case, &pieces.concat()),
    }
}

/// The beginning of an answer, and then `end`: what has come of it so far is the second.
fn half(case: Case, shape: Shape, text: &str, end: Option<Step>) -> (Vec<Step>, String) {
    if shape == Shape::Streamed {
        return (stream(case, &[text], "", end), text.to_owned());
    }
    let body = (case.wire.whole)(text);
    let (begun, rest) = body.split_at(body.len() / 2);
    let mut bytes = json_reply(200, "", &body);
    bytes.truncate(bytes.len() - rest.len());
    let mut steps = vec![Step::Send(bytes)];
    steps.extend(end);
    (steps, begun.to_owned())
}

async fn play(case: Case, replies: Vec<Vec<Step>>) -> Server {
    Server::play_beside(replies, case.wire.aside).await
}

async fn retry_after(case: Case) {
    for (header, slept) in [
        ("Retry-After: 3\r\n", 3250),
        ("Retry-After: Wed, 21 Oct 2015 07:28:07 GMT\r\n", 7250),
    ] {
        let busy = json_step(429, header, r#"{"error":{"message":"slow down"}}"#);
        let server = play(case, vec![busy, whole(case, "ok")]).await;
        let setting = setting();
        let answer = ask(case, &server.url, &setting).await.unwrap();
        assert_eq!((answer.text.as_str(), answer.attempts), ("ok", 2));
        assert_eq!(setting.slept(), [Duration::from_millis(slept)]);
    }
}

async fn busy(case: Case) {
    let busy = json_step(503, "", r#"{"error":{"message":"loading model"}}"#);
    let server = play(case, vec![busy.clone(), busy, whole(case, "ok")]).await;
    let setting = setting();
    let answer = ask(case, &server.url, &setting).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.attempts), ("ok", 3));
    assert_eq!(setting.slept(), [250, 500].map(Duration::from_millis));
}

async fn dropped(case: Case) {
    let server = play(case, vec![vec![Step::Reset], whole(case, "ok")]).await;
    let answer = ask(case, &server.url, &setting()).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.attempts), ("ok", 2));
}

async fn half_an_answer(case: Case) {
    for shape in shapes(case) {
        for end in [None, Some(Step::Reset)] {
            let (broken, begun) = half(case, *shape, "ab", end);
            let server = play(case, vec![broken.clone(), answer(case, *shape, &["cd"])]).await;
            let heard = Mutex::new(Vec::new());
            let listen = |delta: Delta<'_>| {
                heard.lock().unwrap().push(match delta {
                    Delta::Text(text) => text.to_owned(),
                    Delta::Restart => "restart".to_owned(),
                });
            };
            let answer = case
                .open(&server.url, &setting().config)
                .generate(&case.request(), &listen, &CancellationToken::new())
                .await
                .unwrap();
            assert_eq!((answer.text.as_str(), answer.attempts), ("cd", 2));
            let expected = match shape {
                Shape::Streamed => &["ab", "restart", "cd"][..],
                Shape::Whole => &["cd"],
            };
            assert_eq!(heard.into_inner().unwrap(), expected);

            let server = play(case, vec![broken]).await;
            let error = ask(case, &server.url, &setting()).await.unwrap_err();
            assert_eq!(error.transport(), Some(Transport::Truncated));
            let Failure::Truncated { partial, .. } = error.failure else {
                panic!("{error:?}");
            };
            assert_eq!(partial, begun, "what had arrived is kept");
        }
    }
}

async fn times_out(case: Case, reply: Vec<Step>, first: bool) {
    let short = Duration::from_millis(80);
    let server = play(case, vec![reply]).await;
    let mut setting = setting();
    // Only the limit under test is short: a slow machine must not meet another one first.
    if first {
        setting.config.http.first_byte = short;
    } else {
        setting.config.http.idle = short;
    }
    setting.config.http.retry.max_attempts = 1;
    let error = ask(case, &server.url, &setting).await.unwrap_err();
    assert_eq!(error.transport(), Some(Transport::Timeout), "{error:?}");
    let Failure::Timeout { phase, limit, .. } = error.failure else {
        panic!("{error:?}");
    };
    let expected = if first {
        "the first byte"
    } else {
        "the next byte"
    };
    assert_eq!((phase, limit), (expected, short));
}

async fn slow_first_byte(case: Case) {
    times_out(case, vec![Step::Hang], true).await;
}

async fn slow_next_byte(case: Case) {
    for shape in shapes(case) {
        let (hanging, _) = half(case, *shape, "ab", Some(Step::Hang));
        times_out(case, hanging, false).await;
    }
}

async fn cancelled(case: Case) {
    for shape in shapes(case) {
        let (hanging, _) = half(case, *shape, "ab", Some(Step::Hang));
        let server = play(case, vec![hanging]).await;
        let provider = case.open(&server.url, &setting().config);
        let cancel = CancellationToken::new();
        let stop = |_: Delta<'_>| cancel.cancel();
        let request = case.request();
        let asking = provider.generate(&request, &stop, &cancel);
        let watching = async {
            // Of a whole answer no piece is heard.
            if *shape == Shape::Whole {
                until(|| !server.requests().is_empty()).await;
                cancel.cancel();
            }
        };
        let error = tokio::join!(asking, watching).0.unwrap_err();
        assert!(error.is_cancelled(), "{error:?}");
        until(|| server.left() == 1).await;
    }
}

/// Waits for something that comes soon, or never.
async fn until(come: impl Fn() -> bool) {
    for _ in 0..2000 {
        if come() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it does not come");
}

async fn repeated_key(case: Case) {
    let said = format!("{} {KEY} is wrong", "x".repeat(290));
    let body = serde_json::json!({"error": {"message": said, "type": "authentication_error"}});
    let server = Server::play(vec![json_step(401, "", &body.to_string())]).await;
    let variable = key_variable(case, &server);
    let mut setting = setting();
    setting.config.keys = keys_for(case, &server);
    let provider = case.open(&server.url, &setting.config);
    let cancel = CancellationToken::new();
    let error = provider
        .generate(&case.request(), &ignore_deltas, &cancel)
        .await
        .unwrap_err();
    assert_eq!((error.code(), error.attempts), ("api-key-refused", 1));
    assert!(error.hint().unwrap().contains(&variable));
    let listing = provider.list_models(&cancel).await;
    // The endpoints of a template are those that are defined: nobody is asked.
    assert_eq!(listing.is_err(), case.provider != "http");
    let shown = format!(
        "{error} {error:?} {:?} {listing:?} {provider:?}",
        error.info()
    );
    assert!(!shown.contains("sk-s"), "{shown}");
    let heads: Vec<String> = server.requests().into_iter().map(|r| r.head).collect();
    assert!(!heads.is_empty() && heads.iter().all(|head| head.contains(KEY)));

    for shape in shapes(case) {
        let (broken, begun) = half(case, *shape, &format!("{KEY} {}", "x".repeat(900)), None);
        assert!(begun.contains(KEY));
        let server = play(case, vec![broken]).await;
        setting.config.keys = keys_for(case, &server);
        let error = ask(case, &server.url, &setting).await.unwrap_err();
        assert_eq!(error.transport(), Some(Transport::Truncated));
        let shown = format!("{error:?}");
        assert!(!shown.contains("sk-s") && shown.contains("*** "), "{shown}");
    }
}

fn key_variable(case: Case, server: &Server) -> String {
    let port = server.url.split(':').nth(2).unwrap().replace("/v1", "");
    case.key_variable(&port)
}

fn keys_for(case: Case, server: &Server) -> ApiKeys {
    ApiKeys::none().with(&key_variable(case, server), ApiKey::new(KEY))
}

async fn error_inside(case: Case) {
    let wire = case.wire;
    let mut replies = Vec::new();
    if wire.streams {
        replies.push(stream(case, &["ab"], wire.error, None));
    }
    replies.extend(wire.whole_error.map(|body| json_step(200, "", body)));
    for reply in replies {
        let server = play(case, vec![reply]).await;
        let setting = setting();
        let error = ask(case, &server.url, &setting).await.unwrap_err();
        let Failure::Http { status, .. } = error.failure else {
            panic!("{error:?}");
        };
        assert_eq!(status, wire.error_status);
        // What may pass is asked again.
        let attempts = match status {
            500.. => setting.config.http.retry.max_attempts,
            _ => 1,
        };
        assert_eq!(error.attempts, attempts);
    }
}

async fn proxied(case: Case) {
    // A name that nothing resolves: only the proxy can lead there.
    let proxy = play(case, vec![whole(case, "ok")]).await;
    let mut setting = setting();
    let address = proxy.url.replace("/v1", "").replace("//", "//me:pass@");
    setting.config.http.proxy = Some(ProxyAddress::new(address));
    let answer = ask(case, "http://models.invalid/v1", &setting)
        .await
        .unwrap();
    assert_eq!(answer.text, "ok");
    let head = &proxy.requests()[0].head;
    assert!(head.starts_with("post http://models.invalid/v1/"), "{head}");
    assert!(head.contains("proxy-authorization: basic "), "{head}");

    let reply = json_reply(200, "", &(case.wire.whole)("ok"));
    let server = TlsServer::play_beside(&["models.invalid"], reply, case.wire.aside).await;
    let tunnel = Tunnel::to(server.port).await;
    let folder = tempfile::tempdir().unwrap();
    setting.config.http.ca_file = Some(server.write_authority(folder.path()));
    setting.config.http.proxy = Some(ProxyAddress::new(&tunnel.address));
    let answer = ask(case, "https://models.invalid/v1", &setting)
        .await
        .unwrap();
    assert_eq!(answer.text, "ok");
    let mut asked = tunnel.asked();
    asked.dedup();
    assert_eq!(asked, ["CONNECT models.invalid:443 HTTP/1.1"]);
}

async fn own_authority(case: Case) {
    let reply = json_reply(200, "", &(case.wire.whole)("ok"));
    let server = TlsServer::play_beside(&["localhost"], reply, case.wire.aside).await;
    let url = format!("https://localhost:{}/v1", server.port);
    let mut setting = setting();
    setting.config.http.retry.max_attempts = 1;
    let error = ask(case, &url, &setting).await.unwrap_err();
    assert_eq!(error.transport(), Some(Transport::Refused), "{error:?}");
    assert!(error.to_string().contains("certificate"), "{error}");

    let folder = tempfile::tempdir().unwrap();
    setting.config.http.ca_file = Some(server.write_authority(folder.path()));
    assert_eq!(ask(case, &url, &setting).await.unwrap().text, "ok");
}

async fn endless(case: Case) {
    let long = "x".repeat(3000);
    for shape in shapes(case) {
        let server = play(case, vec![answer(case, *shape, &[long.as_str(); 3])]).await;
        let mut setting = setting();
        setting.config.http.max_reply = 2000;
        let error = ask(case, &server.url, &setting).await.unwrap_err();
        assert_eq!((error.code(), error.attempts), ("bad-reply", 1), "{error}");
        assert!(error.to_string().contains("it does not end"), "{error}");
    }
}

async fn cut_characters(case: Case) {
    for shape in shapes(case) {
        let mut bytes = Vec::new();
        for step in answer(case, *shape, &["a\u{2603}b"]) {
            let Step::Send(piece) = step else {
                panic!("an answer is sent");
            };
            bytes.extend(piece);
        }
        // Not the head: how that is cut is not our matter.
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let (head, body) = bytes.split_at(end + 4);
        let pieces = std::iter::once(head).chain(body.chunks(5));
        let steps = pieces.map(|piece| Step::Send(piece.to_vec())).collect();
        let server = play(case, vec![steps]).await;
        let answer = ask(case, &server.url, &setting()).await.unwrap();
        assert_eq!(answer.text, "a\u{2603}b");
    }
}

async fn late_stop(case: Case) {
    for shape in shapes(case) {
        let reply = answer(case, *shape, &["    return 1\n", "#", " talk"]);
        let server = play(case, vec![reply]).await;
        let mut request = case.request();
        request.sampling.stop = vec!["\n#".to_owned()];
        let answer = case
            .open(&server.url, &setting().config)
            .generate(&request, &ignore_deltas, &CancellationToken::new())
            .await
            .unwrap();
        assert_eq!(answer.text, "    return 1");
        assert_eq!(answer.finish, FinishReason::Stop);
    }
}
