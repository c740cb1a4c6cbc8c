//! Models of the hub: found, downloaded with interruptions, refused.

#![allow(clippy::unwrap_used)] // Helpers of tests: a panic is a failed test.

mod support;

use std::path::Path;
use std::sync::Mutex;

use assay_core::Coded;
use assay_providers::models::{
    HubConfig, InstalledModel, ModelOrigin, ModelState, ModelStore, Progress, Stage,
};
use assay_providers::{ApiKey, CancellationToken};
use support::hub::{COMMIT, Kept};
use support::pulls::{Bench, gguf};

fn names_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn hub_origin(model: &InstalledModel) -> (String, Option<String>, bool) {
    match &model.origin {
        ModelOrigin::Hub {
            source,
            commit,
            quantisation,
            by_default,
            ..
        } => {
            assert_eq!(commit, COMMIT);
            (source.clone(), quantisation.clone(), *by_default)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_best_file_is_pulled_once_and_recorded() {
    let bench = Bench::new().await;
    for quantisation in ["Q8_0", "Q4_K_M", "F16"] {
        let file = format!("m-{quantisation}.gguf");
        bench.hub.put("org/m", &file, gguf(quantisation, 50_000));
    }
    let heard = Mutex::new(Vec::new());
    let hear = |p: Progress| heard.lock().unwrap().push(p);
    let cancel = CancellationToken::new();
    let model = bench
        .store()
        .pull("hf:org/m", &hear, &cancel)
        .await
        .unwrap();
    assert_eq!(model.reference(), "hf:org/m");
    assert_eq!(model.name, "Q4_K_M");
    assert_eq!(model.license.as_deref(), Some("apache-2.0"));
    assert_eq!(model.sha256, support::hub::sha256(&gguf("Q4_K_M", 50_000)));
    let expected = ("org/m".to_owned(), Some("Q4_K_M".to_owned()), true);
    assert_eq!(hub_origin(&model), expected);
    assert_eq!(
        names_in(&bench.at("org/m")),
        ["m-Q4_K_M.gguf", "m-Q4_K_M.gguf.json"]
    );
    let heard = heard.into_inner().unwrap();
    assert_eq!(heard.last().unwrap().stage, Stage::Done);
    assert!(heard.iter().all(|p| p.total == Some(model.bytes)));
    assert_eq!(bench.downloads().len(), 1);

    bench.pull("hf:org/m").await.unwrap();
    assert!(bench.downloads().is_empty(), "it is there already");

    // Another one beside it; what the bare name means stays.
    let other = bench.pull("hf:org/m:q8_0").await.unwrap();
    assert_eq!(other.reference(), "hf:org/m:Q8_0");
    let store = bench.store();
    let path = |id: &str| store.path(id).unwrap();
    assert_eq!(path("hf:org/m"), bench.at("org/m/m-Q4_K_M.gguf"));
    assert_eq!(path("hf:org/m:Q4_K_M"), bench.at("org/m/m-Q4_K_M.gguf"));
    assert_eq!(path("hf:org/m:m-Q8_0.gguf"), bench.at("org/m/m-Q8_0.gguf"));
    let listed: Vec<String> = store
        .list()
        .into_iter()
        .filter(|row| matches!(row.state, ModelState::Installed { .. }))
        .map(|row| row.reference)
        .collect();
    assert_eq!(listed, ["hf:org/m", "hf:org/m:Q8_0"]);
    store.verify("hf:org/m", &|_| {}, &cancel).await.unwrap();

    // A flipped byte is found, a pull mends it.
    let file = bench.at("org/m/m-Q8_0.gguf");
    let mut bytes = std::fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let error = store.verify("hf:org/m:Q8_0", &|_| {}, &cancel).await;
    assert_eq!(error.unwrap_err().code(), "model-damaged");
    bench.pull("hf:org/m:Q8_0").await.unwrap();
    store
        .verify("hf:org/m:Q8_0", &|_| {}, &cancel)
        .await
        .unwrap();
    store.remove("hf:org/m").unwrap();
    assert_eq!(
        names_in(&bench.at("org/m")),
        ["m-Q8_0.gguf", "m-Q8_0.gguf.json"]
    );
    assert_eq!(
        store.path("hf:org/m").unwrap_err().code(),
        "model-not-installed"
    );
}

#[tokio::test]
async fn a_split_model_comes_with_all_its_parts() {
    let bench = Bench::new().await;
    let [first, second] = [1, 2].map(|part| format!("Q4_K_M/big-0000{part}-of-00002.gguf"));
    bench.hub.put("org/big", &first, gguf("big", 3000));
    bench.hub.put("org/big", &second, gguf("big", 2000));
    let model = bench.pull("hf:org/big").await.unwrap();
    let sizes: Vec<u64> = model.parts().map(|part| part.bytes).collect();
    assert_eq!(model.bytes, sizes.iter().sum::<u64>());
    assert_eq!(
        names_in(&bench.at("org/big/Q4_K_M")),
        ["big-00001-of-00002.gguf", "big-00002-of-00002.gguf"]
    );
    assert_eq!(
        bench.store().path("hf:org/big").unwrap(),
        bench.at("org/big").join(&first)
    );
    std::fs::remove_file(bench.at("org/big").join(&second)).unwrap();
    assert_eq!(
        bench.store().path("hf:org/big").unwrap_err().code(),
        "model-damaged"
    );
}

#[tokio::test]
async fn a_download_that_breaks_off_goes_on_where_it_stopped() {
    let bench = Bench::new().await;
    let content = gguf("m", 100_000);
    bench.hub.put("org/m", "m-Q4_K_M.gguf", content.clone());
    bench.hub.state().cuts = [40_000, 20_000].into();
    let model = bench.pull("hf:org/m").await.unwrap();
    assert_eq!(model.sha256, support::hub::sha256(&content));
    let asked = bench.downloads();
    assert_eq!(asked.len(), 3);
    assert!(asked[1].contains("range: bytes=40000-"), "{}", asked[1]);
    assert!(asked[2].contains("range: bytes=60000-"), "{}", asked[2]);
    assert!(asked[2].contains("if-range: "), "{}", asked[2]);
}

/// As a killed program leaves it: nothing of the pull runs on, and only the half-done file is there.
#[tokio::test]
async fn what_a_killed_pull_left_is_used_by_the_next() {
    let bench = Bench::new().await;
    let content = gguf("m", 100_000);
    bench.hub.put("org/m", "m-Q4_K_M.gguf", content.clone());
    bench.hub.state().cuts = [30_000].into();
    let part = bench.at("org/m/m-Q4_K_M.gguf.part");
    let arrived = async {
        while std::fs::metadata(&part).map_or(0, |meta| meta.len()) < 30_000 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        // The broken connection is taken up only after half a second.
        result = bench.pull("hf:org/m") => panic!("{result:?}"),
        () = arrived => {}
    }
    assert_eq!(
        bench.store().path("hf:org/m").unwrap_err().code(),
        "model-not-installed"
    );
    bench.downloads();
    let model = bench.pull("hf:org/m").await.unwrap();
    assert_eq!(model.sha256, support::hub::sha256(&content));
    let asked = bench.downloads();
    assert!(asked[0].contains("range: bytes=30000-"), "{}", asked[0]);
    assert_eq!(
        names_in(&bench.at("org/m")),
        ["m-Q4_K_M.gguf", "m-Q4_K_M.gguf.json"]
    );
}

#[tokio::test]
async fn a_file_that_changed_meanwhile_starts_anew() {
    let bench = Bench::new().await;
    bench.hub.put("org/m", "m.gguf", gguf("old", 100_000));
    bench.hub.state().cuts = [30_000, 0, 0, 0].into();
    let error = bench.pull("hf:org/m").await.unwrap_err();
    assert_eq!(error.code(), "download-failed");
    let content = gguf("new", 90_000);
    bench.hub.put("org/m", "m.gguf", content.clone());
    let model = bench.pull("hf:org/m").await.unwrap();
    assert_eq!(model.name, "new");
    assert_eq!(std::fs::read(bench.at("org/m/m.gguf")).unwrap(), content);
}

#[tokio::test]
async fn what_is_not_what_was_promised_is_refused_and_leaves_nothing() {
    let bench = Bench::new().await;
    bench.hub.put("org/m", "m.gguf", gguf("m", 1000));
    bench.hub.state().lies = true;
    let error = bench.pull("hf:org/m").await.unwrap_err();
    assert_eq!(error.code(), "checksum-mismatch");
    assert!(names_in(&bench.at("org/m")).is_empty());
    bench.hub.state().lies = false;
    bench
        .hub
        .put("org/x", "x.gguf", b"no model at all".to_vec());
    let error = bench.pull("hf:org/x").await.unwrap_err();
    assert_eq!(error.code(), "not-a-model");
    assert!(names_in(&bench.at("org/x")).is_empty());
}

/// A listing without digests, and a file outside of Git LFS: the file's own address tells.
#[tokio::test]
async fn digests_come_from_the_files_address_where_the_listing_has_none() {
    let bench = Bench::new().await;
    bench.hub.put("org/m", "m.gguf", gguf("m", 1000));
    bench.hub.state().bare_listing = true;
    let promised = |model: &InstalledModel| model.parts().all(|part| part.promised);
    assert!(promised(&bench.pull("hf:org/m").await.unwrap()));
    let heads = bench.hub.seen();
    assert!(heads.iter().any(|(_, head)| head.starts_with("head ")));

    let small = Kept {
        bytes: gguf("small", 10),
        lfs: false,
        etag: String::new(),
    };
    let files = [("s.gguf".to_owned(), small)].into();
    bench.hub.state().repos.insert("org/s".to_owned(), files);
    assert!(promised(&bench.pull("hf:org/s").await.unwrap()));
}

#[tokio::test]
async fn the_token_goes_to_the_hub_and_not_to_where_files_come_from() {
    let mut bench = Bench::new().await;
    bench.hub.put("org/m", "m.gguf", gguf("m", 1000));
    bench
        .hub
        .state()
        .private
        .insert("org/m".to_owned(), "hf_s3cret");
    let error = bench.pull("hf:org/m").await.unwrap_err();
    assert_eq!(error.code(), "unknown-model");
    assert!(error.hint().unwrap().contains("HF_TOKEN"), "{error:?}");
    bench.config.hub.token = Some(ApiKey::new("hf_s3cret"));
    bench.hub.seen();
    bench.pull("hf:org/m").await.unwrap();
    let seen = bench.hub.seen();
    assert!(seen.iter().any(|(who, _)| *who == "cdn"));
    for (who, head) in seen {
        assert_eq!(head.contains("hf_s3cret"), who == "hub", "{head}");
    }
    let record = std::fs::read_to_string(bench.at("org/m/m.gguf.json")).unwrap();
    assert!(!record.contains("s3cret"));
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let bench = Bench::new().await;
    bench.hub.put("org/gated", "m.gguf", gguf("m", 10));
    bench.hub.state().gated.push("org/gated".to_owned());
    bench.hub.put("org/m", "m-Q8_0.gguf", gguf("m", 10));
    bench.hub.put("org/docs", "README.md", b"#".to_vec());
    for (name, code, words) in [
        ("hf:org/gated", "model-gated", "accept its terms at"),
        ("hf:org/nothing", "unknown-model", "HF_TOKEN"),
        ("hf:org/m:Q2_K", "no-gguf", "name one of those"),
        ("hf:org/docs", "no-gguf", "GGUF in its name"),
        ("hf:org", "bad-model-id", "hf:ORG/NAME"),
        ("hf:../../etc:x.gguf", "bad-model-id", "hf:ORG/NAME"),
    ] {
        let error = bench.pull(name).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.hint().unwrap().contains(words), "{error:?}");
    }
    let gone = ModelStore::new(bench.folder.path()).with_hub(HubConfig {
        endpoint: "http://127.0.0.1:9".to_owned(),
        ..HubConfig::default()
    });
    let error = gone
        .pull("hf:org/m", &|_| {}, &CancellationToken::new())
        .await
        .unwrap_err();
    assert_eq!(error.code(), "hub-unreachable");
}

#[tokio::test]
async fn a_quantisation_of_weights_is_taken_from_others_when_it_is_asked_for_and_that_is_said() {
    let bench = Bench::new().await;
    bench.hub.put("org/base", "model.safetensors", vec![1; 100]);
    let none = bench.pull("hf:org/base:Q5_K_M").await.unwrap_err();
    assert_eq!(none.code(), "no-gguf");
    bench.hub.put("fans/empty-GGUF", "README.md", vec![]);
    bench
        .hub
        .put("fans/base-GGUF", "base-Q5_K_M.gguf", gguf("base", 10));
    bench.hub.state().quantised.insert(
        "org/base".to_owned(),
        vec!["fans/empty-GGUF".to_owned(), "fans/base-GGUF".to_owned()],
    );
    let model = bench.pull("hf:org/base:Q5_K_M").await.unwrap();
    let expected = (
        "fans/base-GGUF".to_owned(),
        Some("Q5_K_M".to_owned()),
        false,
    );
    assert_eq!(hub_origin(&model), expected);
    let provider = bench.open("hf:org/base:Q5_K_M").unwrap();
    let check = provider.check(&CancellationToken::new()).await.unwrap();
    assert!(
        check
            .summary
            .contains("quantised by others in fans/base-GGUF"),
        "{}",
        check.summary
    );
}

#[tokio::test]
async fn cancelling_ends_a_pull_and_keeps_what_came() {
    let bench = Bench::new().await;
    bench.hub.put("org/m", "m.gguf", gguf("m", 100_000));
    bench.hub.state().cuts = [30_000].into();
    let cancel = CancellationToken::new();
    let stop = |p: Progress| {
        if p.bytes >= 1 {
            cancel.cancel();
        }
    };
    let store = bench.store();
    let error = store.pull("hf:org/m", &stop, &cancel).await.unwrap_err();
    assert!(error.is_cancelled(), "{error}");
    bench.pull("hf:org/m").await.unwrap();
}
