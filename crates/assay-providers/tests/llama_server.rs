//! Providers over HTTP against a real server: llama.cpp's llama-server, put into the folder of
//! test data by `scripts/lib/test-llama-server.sh`.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests: a panic is a failed test.

mod support;

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use assay_providers::models::ModelStore;
use assay_providers::{CancellationToken, ProviderConfig, ignore_deltas};
use support::subjects::{By, SUBJECTS};
use support::{chat, completion, open, test_data};

struct Server {
    child: Child,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

async fn start() -> Server {
    let program = test_data().join("llama-server").join("llama-server");
    assert!(
        program.is_file(),
        "{} is missing: run scripts/lib/test-llama-server.sh",
        program.display()
    );
    let model = ModelStore::new(&test_data()).path("smollm2-135m").unwrap();
    let port = free_port();
    let child = Command::new(&program)
        .args(["--host", "127.0.0.1", "--alias", "smollm2", "--no-webui"])
        // One thread, for the reason in docs/adr/0004-local-models.md.
        .args(["--threads", "1", "--ctx-size", "2048", "--parallel", "1"])
        .arg("--port")
        .arg(port.to_string())
        .arg("--model")
        .arg(model)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut server = Server {
        child,
        url: format!("http://127.0.0.1:{port}/v1"),
    };
    let provider = open(
        &format!("openai:smollm2@{}", server.url),
        &ProviderConfig::new("/nowhere"),
    );
    let cancel = CancellationToken::new();
    for _ in 0..600 {
        if provider.check(&cancel).await.is_ok()
            && provider
                .generate(&completion("x", 1), &ignore_deltas, &cancel)
                .await
                .is_ok()
        {
            return server;
        }
        if let Some(status) = server.child.try_wait().unwrap() {
            panic!("llama-server ended with {status}");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("llama-server did not come up");
}

#[tokio::test]
async fn every_protocol_conforms() {
    let server = start().await;
    for subject in SUBJECTS {
        for trial in subject.trials_by(By::LlamaServer) {
            let opened = subject.open(trial, &server.url);
            subject.conform(trial, opened.provider.as_ref()).await;
        }
    }
}

/// A program of others that speaks Ollama's protocol and asks llama-server, put into the folder of test data by
/// `scripts/lib/test-ollama-proxy.sh`.
async fn start_proxy(server: &Server) -> Server {
    let folder = test_data().join("ollama-proxy");
    assert!(
        folder.join("VERSION").is_file(),
        "{} is missing: run scripts/lib/test-ollama-proxy.sh",
        folder.display()
    );
    let port = free_port();
    let child = Command::new("python3")
        .args(["-m", "ollama_proxy", "--host", "127.0.0.1", "--port"])
        .arg(port.to_string())
        // Where no file of settings lies.
        .current_dir(&folder)
        .env("PYTHONPATH", folder.join("packages"))
        .env("PROVIDERS_SMOL_BASE_URL", &server.url)
        .env("PROVIDERS_SMOL_API_KEY", "none")
        .env("EXTRA_MODELS", "smol/smollm2")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut proxy = Server {
        child,
        url: format!("http://127.0.0.1:{port}"),
    };
    let model = format!("ollama:smol/smollm2@{}", proxy.url);
    let provider = open(&model, &ProviderConfig::new("/nowhere"));
    for _ in 0..600 {
        if provider.check(&CancellationToken::new()).await.is_ok() {
            return proxy;
        }
        if let Some(status) = proxy.child.try_wait().unwrap() {
            panic!("the proxy ended with {status}");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the proxy did not come up");
}

#[tokio::test]
async fn ollamas_protocol_conforms_as_others_speak_it() {
    let server = start().await;
    let proxy = start_proxy(&server).await;
    for subject in SUBJECTS {
        for trial in subject.trials_by(By::Proxy) {
            let opened = subject.open(trial, &proxy.url);
            subject.conform(trial, opened.provider.as_ref()).await;
        }
    }
}

#[tokio::test]
async fn prompts_are_read_as_the_local_provider_reads_them() {
    let server = start().await;
    let remote = open(
        &format!("openai:smollm2@{}", server.url),
        &ProviderConfig::new("/nowhere"),
    );

    // The same tokens reach the model either way: tokenizer and chat template agree.
    let local = open("local:smollm2-135m", &ProviderConfig::new(test_data()));
    let cancel = CancellationToken::new();
    for request in [
        completion("def f(x):\n    return x ** 2 # ☃\n", 4),
        chat("Write <|im_end|> a loop.", 4),
    ] {
        let there = remote
            .generate(&request, &ignore_deltas, &cancel)
            .await
            .unwrap();
        let here = local
            .generate(&request, &ignore_deltas, &cancel)
            .await
            .unwrap();
        // Not the text: another build of the same arithmetic may round another way.
        assert_eq!(here.usage.prompt_tokens, there.usage.prompt_tokens);
    }
}
