//! Models of a hub from their names to their answers, and hubs of other authorities.

#![allow(clippy::unwrap_used)] // Helpers of tests: a panic is a failed test.

mod support;

use assay_core::{Coded, ModelRef};
use assay_providers::models::ModelStore;
use assay_providers::{CancellationToken, ProviderConfig, ProviderRegistry, ignore_deltas};
use support::hub::{Kept, State};
use support::pulls::{Bench, gguf};
use support::subjects::{By, subject};
use support::tls::TlsServer;
use support::{completion, test_data};

/// From a name to text: not there, brought here, checked, asked.
#[tokio::test]
async fn a_real_model_is_brought_and_answers() {
    let bench = Bench::new().await;
    let error = bench.open("hf:org/smol").unwrap_err();
    assert_eq!(error.code(), "unknown-model");
    assert!(
        error
            .hint()
            .unwrap()
            .contains("assay models pull hf:org/smol"),
        "{error:?}"
    );
    assert!(bench.hub.seen().is_empty(), "opening asks nobody");
    let path = ModelStore::new(&test_data()).path("smollm2-135m").unwrap();
    let content = std::fs::read(&path).unwrap();
    bench.hub.put("org/smol", "smol.Q4_1.gguf", content);
    let registry = ProviderRegistry::new();
    let model: ModelRef = "hf:org/smol".parse().unwrap();
    let cancel = CancellationToken::new();
    let pulled = registry
        .ensure(&model, &bench.config, &|_| {}, &cancel)
        .await
        .unwrap();
    assert_eq!(pulled.unwrap().architecture, "llama");
    bench.hub.seen();
    let again = registry
        .ensure(&model, &bench.config, &|_| {}, &cancel)
        .await
        .unwrap();
    assert_eq!(again, None);
    let provider = registry.open(&model, &bench.config).unwrap();
    let check = provider.check(&cancel).await.unwrap();
    assert!(
        check.summary.contains("Q4_1, commit 0123456789ab"),
        "{}",
        check.summary
    );
    assert!(bench.hub.seen().is_empty(), "what is there needs no hub");
    assert!(provider.capabilities().chat);
    let request = completion("def add(a, b):\n", 8);
    let answer = provider
        .generate(&request, &ignore_deltas, &cancel)
        .await
        .unwrap();
    let local = support::open("local:smollm2-135m", &ProviderConfig::new(test_data()));
    let expected = local
        .generate(&request, &ignore_deltas, &cancel)
        .await
        .unwrap();
    assert_eq!(answer.text, expected.text);
    assert_eq!(answer.served_model.as_deref(), Some("org/smol"));
    assert_eq!(
        provider.list_models(&cancel).await.unwrap()[0].name,
        "org/smol"
    );
    let subject = subject("hf");
    for trial in subject.trials_by(By::InProcess) {
        assert_eq!(trial.model, model.name);
        subject.conform(trial, provider.as_ref()).await;
    }
}

/// A hub of a company's own, behind a certificate no authority of the system vouches for.
#[tokio::test]
async fn a_hub_of_ones_own_authority_is_trusted_when_it_is_told() {
    let mut bench = Bench::new().await;
    bench.hub.put("org/m", "m-Q4_K_M.gguf", gguf("m", 500));
    // So that the file itself comes from the hub, and from no content network.
    let in_git = |kept: &mut Kept| kept.lfs = false;
    let repo = |state: &mut State| {
        state
            .repos
            .get_mut("org/m")
            .unwrap()
            .values_mut()
            .for_each(in_git);
    };
    repo(&mut bench.hub.state());
    let port = bench.hub.url.rsplit(':').next().unwrap().parse().unwrap();
    let front = TlsServer::before(&["localhost"], port).await;
    bench.config.hub.endpoint = format!("https://localhost:{}", front.port);
    let error = bench.pull("hf:org/m").await.unwrap_err();
    assert_eq!(error.code(), "hub-unreachable", "{error}");
    assert!(bench.hub.seen().is_empty());

    bench.config.hub.ca_file = Some(front.write_authority(bench.folder.path()));
    let model = bench.pull("hf:org/m").await.unwrap();
    assert_eq!(model.reference(), "hf:org/m");
    assert!(
        bench.hub.seen().len() >= 2,
        "asked of it, and downloaded from it"
    );

    bench.config.hub.ca_file = Some(bench.folder.path().join("gone.pem"));
    let error = bench.pull("hf:org/m:Q8_0").await.unwrap_err();
    assert_eq!(error.code(), "bad-certificates", "{error}");
}
