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
        title: "half a stream is void and asked for again",
        check: |case| Box::pin(half_a_stream(case)),
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
        title: "a refused key that the server repeats is shown nowhere",
        check: |case| Box::pin(refused_key(case)),
    },
    Fault {
        title: "an error inside a stream is an error",
        check: |case| Box::pin(error_in_a_stream(case)),
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

async fn retry_after(case: Case) {
    for (header, slept) in [
        ("Retry-After: 3\r\n", 3250),
        ("Retry-After: Wed, 21 Oct 2015 07:28:07 GMT\r\n", 7250),
    ] {
        let busy = json_step(429, header, r#"{"error":{"message":"slow down"}}"#);
        let server = Server::play(vec![busy, whole(case, "ok")]).await;
        let setting = setting();
        let answer = ask(case, &server.url, &setting).await.unwrap();
        assert_eq!((answer.text.as_str(), answer.attempts), ("ok", 2));
        assert_eq!(setting.slept(), [Duration::from_millis(slept)]);
    }
}

async fn busy(case: Case) {
    let busy = json_step(503, "", r#"{"error":{"message":"loading model"}}"#);
    let server = Server::play(vec![busy.clone(), busy, whole(case, "ok")]).await;
    let setting = setting();
    let answer = ask(case, &server.url, &setting).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.attempts), ("ok", 3));
    assert_eq!(setting.slept(), [250, 500].map(Duration::from_millis));
}

async fn dropped(case: Case) {
    let server = Server::play(vec![vec![Step::Reset], whole(case, "ok")]).await;
    let answer = ask(case, &server.url, &setting()).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.attempts), ("ok", 2));
}

async fn half_a_stream(case: Case) {
    for end in [None, Some(Step::Reset)] {
        let broken = stream(case, &["ab"], "", end);
        let good = stream(case, &["cd"], case.wire.end, None);
        let server = Server::play(vec![broken.clone(), good]).await;
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
        assert_eq!(heard.into_inner().unwrap(), ["ab", "restart", "cd"]);

        let server = Server::play(vec![broken]).await;
        let error = ask(case, &server.url, &setting()).await.unwrap_err();
        assert_eq!(error.transport(), Some(Transport::Truncated));
        let Failure::Truncated { partial, .. } = error.failure else {
            panic!("{error:?}");
        };
        assert_eq!(partial, "ab", "what had arrived is kept");
    }
}

async fn times_out(case: Case, reply: Vec<Step>, first: bool) {
    let short = Duration::from_millis(80);
    let server = Server::play(vec![reply]).await;
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
    times_out(case, stream(case, &["ab"], "", Some(Step::Hang)), false).await;
}

async fn cancelled(case: Case) {
    let server = Server::play(vec![stream(case, &["ab"], "", Some(Step::Hang))]).await;
    let provider = case.open(&server.url, &setting().config);
    let cancel = CancellationToken::new();
    let stop = |_: Delta<'_>| cancel.cancel();
    let error = provider
        .generate(&case.request(), &stop, &cancel)
        .await
        .unwrap_err();
    assert!(error.is_cancelled(), "{error:?}");
    for _ in 0..2000 {
        if server.left() == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the server still waits");
}

async fn refused_key(case: Case) {
    let said = format!("{} {KEY} is wrong", "x".repeat(290));
    let body = serde_json::json!({"error": {"message": said, "type": "authentication_error"}});
    let server = Server::play(vec![json_step(401, "", &body.to_string())]).await;
    let port = server.url.split(':').nth(2).unwrap().replace("/v1", "");
    let variable = format!("ASSAY_KEY_127_0_0_1_{port}");
    let mut setting = setting();
    setting.config.keys = ApiKeys::none().with(&variable, ApiKey::new(KEY));
    let provider = case.open(&server.url, &setting.config);
    let cancel = CancellationToken::new();
    let error = provider
        .generate(&case.request(), &ignore_deltas, &cancel)
        .await
        .unwrap_err();
    assert_eq!((error.code(), error.attempts), ("api-key-refused", 1));
    assert!(error.hint().unwrap().contains(&variable));
    let listing = provider.list_models(&cancel).await.unwrap_err();
    let shown = format!(
        "{error} {error:?} {:?} {listing:?} {provider:?}",
        error.info()
    );
    assert!(!shown.contains("sk-s"), "{shown}");
    let heads: Vec<String> = server.requests().into_iter().map(|r| r.head).collect();
    assert!(heads.iter().all(|head| head.contains(KEY)), "it was sent");
}

async fn error_in_a_stream(case: Case) {
    let reply = stream(case, &["ab"], case.wire.error, None);
    let server = Server::play(vec![reply]).await;
    let error = ask(case, &server.url, &setting()).await.unwrap_err();
    assert!(
        matches!(error.failure, Failure::Http { status: 400, .. }),
        "{error:?}"
    );
    assert_eq!(error.attempts, 1);
}

async fn proxied(case: Case) {
    // A name that nothing resolves: only the proxy can lead there.
    let proxy = Server::play(vec![whole(case, "ok")]).await;
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
    let server = TlsServer::play(&["models.invalid"], reply).await;
    let tunnel = Tunnel::to(server.port).await;
    let folder = tempfile::tempdir().unwrap();
    setting.config.http.ca_file = Some(server.write_authority(folder.path()));
    setting.config.http.proxy = Some(ProxyAddress::new(&tunnel.address));
    let answer = ask(case, "https://models.invalid/v1", &setting)
        .await
        .unwrap();
    assert_eq!(answer.text, "ok");
    assert_eq!(tunnel.asked(), ["CONNECT models.invalid:443 HTTP/1.1"]);
}

async fn own_authority(case: Case) {
    let reply = json_reply(200, "", &(case.wire.whole)("ok"));
    let server = TlsServer::play(&["localhost"], reply).await;
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
    for reply in [
        stream(case, &[long.as_str(); 3], "", None),
        whole(case, &long),
    ] {
        let server = Server::play(vec![reply]).await;
        let mut setting = setting();
        setting.config.http.max_reply = 2000;
        let error = ask(case, &server.url, &setting).await.unwrap_err();
        assert_eq!((error.code(), error.attempts), ("bad-reply", 1), "{error}");
        assert!(error.to_string().contains("it does not end"), "{error}");
    }
}

async fn cut_characters(case: Case) {
    let [head, ..] = &stream(case, &[], "", None)[..] else {
        panic!("a stream begins");
    };
    let Step::Send(head) = head else {
        panic!("it begins with its head");
    };
    let events = (case.wire.piece)("a☃b") + case.wire.end;
    let mut steps = vec![Step::Send(head.clone())];
    steps.extend(
        events
            .into_bytes()
            .chunks(5)
            .map(|c| Step::Send(c.to_vec())),
    );
    let server = Server::play(vec![steps]).await;
    assert_eq!(
        ask(case, &server.url, &setting()).await.unwrap().text,
        "a☃b"
    );
}

async fn late_stop(case: Case) {
    let pieces = ["    return 1\n", "#", " talk"];
    for reply in [
        stream(case, &pieces, case.wire.end, None),
        whole(case, &pieces.concat()),
    ] {
        let server = Server::play(vec![reply]).await;
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
