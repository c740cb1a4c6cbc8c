//! Repositories that hold safetensors alone: pulled, converted, refused, interrupted.

#![allow(clippy::unwrap_used)] // Helpers of tests: a panic is a failed test.

mod support;

use assay_core::{Coded, ModelRef};
use assay_providers::models::{ModelOrigin, ModelState, Progress, Stage};
use assay_providers::{CancellationToken, ProviderRegistry};
use serde_json::{Value as Json, json};
use support::bench::Bench;
use support::layout::tiny;

#[tokio::test]
async fn what_was_made_is_recorded_listed_verified_and_removed() {
    let bench = Bench::new().await;
    let (files, _) = tiny("qwen3");
    let shards = files
        .keys()
        .filter(|name| name.ends_with(".safetensors"))
        .count();
    bench.put("org/tiny", files);
    let (model, stages) = bench.watch("hf:org/tiny").await;
    assert_eq!(stages, [Stage::Downloading, Stage::Converting, Stage::Done]);
    assert_eq!(model.reference(), "hf:org/tiny");
    assert_eq!((model.name.as_str(), model.chat), ("tiny", true));
    assert_eq!(model.file, "tiny-BF16.gguf");
    let ModelOrigin::Hub {
        converted: Some(converted),
        source,
        quantisation,
        by_default: true,
        ..
    } = &model.origin
    else {
        panic!("{:?}", model.origin)
    };
    assert_eq!(
        (source.as_str(), quantisation.as_deref()),
        ("org/tiny", Some("BF16"))
    );
    assert_eq!(converted.from.len(), shards + 6);
    assert!(converted.from.iter().all(|part| part.promised));
    assert_eq!(
        bench.names("org/tiny"),
        ["source", "tiny-BF16.gguf", "tiny-BF16.gguf.json"]
    );
    let left = bench.names("org/tiny/source");
    assert!(
        !left.iter().any(|name| name.ends_with(".safetensors")),
        "{left:?}"
    );
    let store = bench.store();
    let listed = store.list();
    let row = listed
        .iter()
        .find(|row| row.reference == "hf:org/tiny")
        .unwrap();
    assert!(matches!(row.state, ModelState::Installed { .. }));
    assert_eq!(row.quantisation.as_deref(), Some("BF16"));
    assert!(row.converted);

    // It is there: nothing is fetched, and the same file stays.
    bench.downloads();
    let (again, stages) = bench.watch("hf:org/tiny").await;
    assert_eq!(again, model);
    assert_eq!(stages, [Stage::Verifying, Stage::Done]);
    assert!(bench.downloads().is_empty());
    bench.pull("hf:org/tiny:BF16").await.unwrap();

    let cancel = CancellationToken::new();
    store.verify("hf:org/tiny", &|_| {}, &cancel).await.unwrap();
    let path = bench.at("org/tiny/tiny-BF16.gguf");
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let error = store.verify("hf:org/tiny", &|_| {}, &cancel).await;
    assert_eq!(error.unwrap_err().code(), "model-damaged");
    let mended = bench.pull("hf:org/tiny").await.unwrap();
    assert_eq!(
        mended.sha256, model.sha256,
        "the same weights give the same file"
    );

    store.remove("hf:org/tiny").unwrap();
    assert!(bench.names("org/tiny").is_empty());
}

/// Another tokenizer in the same repository gives another file.
#[tokio::test]
async fn what_changed_on_the_hub_is_made_anew() {
    let bench = Bench::new().await;
    let (files, _) = tiny("qwen2");
    bench.put("org/tiny", files);
    let before = bench.pull("hf:org/tiny").await.unwrap();
    bench.put(
        "org/tiny",
        [(
            "chat_template.jinja".to_owned(),
            b"{{ messages[0].content }}".to_vec(),
        )]
        .into(),
    );
    let after = bench.pull("hf:org/tiny").await.unwrap();
    assert_ne!(after.sha256, before.sha256);
    let gguf = bench.gguf("hf:org/tiny");
    assert_eq!(
        gguf.pairs["tokenizer.chat_template"].text(),
        "{{ messages[0].content }}"
    );
}

#[tokio::test]
async fn what_cannot_be_converted_is_refused_before_its_weights_come() {
    let changed = |file: &str, change: &dyn Fn(&mut Json)| {
        let (mut files, _) = tiny("qwen2");
        let mut json: Json = serde_json::from_slice(&files[file]).unwrap();
        change(&mut json);
        files.insert(file.to_owned(), json.to_string().into_bytes());
        files
    };
    let without = |file: &str| {
        let (mut files, _) = tiny("qwen2");
        files.remove(file);
        files
    };
    for (files, code, words) in [
        (
            changed("config.json", &|c| {
                c["architectures"] = json!(["Phi3ForCausalLM"])
            }),
            "unknown-architecture",
            "Phi3ForCausalLM",
        ),
        (
            changed("tokenizer.json", &|t| {
                t["pre_tokenizer"] = json!({"type": "Whitespace"})
            }),
            "not-convertible",
            "the tokenizer",
        ),
        (
            changed("tokenizer.json", &|t| {
                t["model"] = json!({"type": "Unigram", "vocab": [["a", 0.0]]})
            }),
            "not-convertible",
            "Unigram",
        ),
        (
            changed("tokenizer.json", &|t| {
                t["normalizer"] = json!({"type": "Lowercase"})
            }),
            "not-convertible",
            "Lowercase",
        ),
        (
            without("tokenizer.json"),
            "not-convertible",
            "tokenizer.json",
        ),
        (without("config.json"), "not-convertible", "config.json"),
    ] {
        let bench = Bench::new().await;
        bench.put("org/tiny", files);
        let error = bench.pull("hf:org/tiny").await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(error.is_missing_requirement());
        let hint = error.hint().unwrap();
        assert!(hint.contains("hf:org/tiny:Q4_K_M"), "{hint}");
        assert!(bench.downloads().is_empty());
        assert!(bench.names("org/tiny").is_empty());
    }
}

#[tokio::test]
async fn broken_weights_are_named() {
    let changed = |change: &dyn Fn(&mut Json)| {
        let (mut files, _) = tiny("qwen2");
        let bytes = &files["model.safetensors"];
        let size = usize::try_from(u64::from_le_bytes(bytes[..8].try_into().unwrap())).unwrap();
        let mut header: Json = serde_json::from_slice(&bytes[8..8 + size]).unwrap();
        change(&mut header);
        let header = header.to_string();
        let mut changed = (header.len() as u64).to_le_bytes().to_vec();
        changed.extend(header.as_bytes());
        changed.extend(&bytes[8 + size..]);
        files.insert("model.safetensors".to_owned(), changed);
        files
    };
    let norm = "model.norm.weight";
    for (files, words) in [
        (changed(&|h| h[norm]["shape"] = json!([65])), norm),
        (
            changed(&|h| h[norm]["data_offsets"] = json!([0, 9e15])),
            norm,
        ),
        (
            changed(&|h| {
                let row = h.as_object_mut().unwrap().remove(norm).unwrap();
                h["model.odd.weight"] = row;
            }),
            norm,
        ),
        (
            changed(&|h| {
                let row = &mut h["model.layers.0.mlp.up_proj.weight"];
                row["shape"] = json!([64, 96]);
            }),
            "model.layers.0.mlp.up_proj.weight",
        ),
    ] {
        let bench = Bench::new().await;
        bench.put("org/tiny", files);
        let error = bench.pull("hf:org/tiny").await.unwrap_err();
        assert_eq!(error.code(), "bad-weights", "{error}");
        let text = error.to_string();
        assert!(
            text.contains("model.safetensors") && text.contains(words),
            "{text}"
        );
        assert!(bench.names("org/tiny").is_empty());
    }
}

/// As a killed program leaves it: a piece of the file under its other name. Its weights are there and are not fetched
/// again.
#[tokio::test]
async fn what_a_killed_conversion_left_is_overwritten() {
    let bench = Bench::new().await;
    let (files, _) = tiny("qwen2");
    let weights = files["model.safetensors"].clone();
    bench.put("org/tiny", files);
    std::fs::create_dir_all(bench.at("org/tiny/source")).unwrap();
    std::fs::write(bench.at("org/tiny/source/model.safetensors"), weights).unwrap();
    std::fs::write(bench.at("org/tiny/tiny-BF16.gguf.part"), vec![7; 900_000]).unwrap();
    assert_eq!(
        bench.store().path("hf:org/tiny").unwrap_err().code(),
        "model-not-installed"
    );
    bench.pull("hf:org/tiny").await.unwrap();
    assert!(bench.downloads().is_empty());
    assert_eq!(
        bench.names("org/tiny"),
        ["source", "tiny-BF16.gguf", "tiny-BF16.gguf.json"]
    );
    let cancel = CancellationToken::new();
    bench
        .store()
        .verify("hf:org/tiny", &|_| {}, &cancel)
        .await
        .unwrap();
}

#[tokio::test]
async fn cancelling_a_conversion_leaves_the_weights_and_no_piece_of_the_file() {
    let bench = Bench::new().await;
    let (files, _) = tiny("llama3");
    bench.put("org/tiny", files);
    let cancel = CancellationToken::new();
    let stop = |p: Progress| {
        if p.stage == Stage::Converting {
            cancel.cancel();
        }
    };
    let error = bench.store().pull("hf:org/tiny", &stop, &cancel).await;
    assert!(error.unwrap_err().is_cancelled());
    let names = bench.names("org/tiny");
    let half_done = |name: &String| name.ends_with(".part") || name.ends_with(".json");
    assert!(!names.iter().any(half_done), "{names:?}");
    bench.downloads();
    bench.pull("hf:org/tiny").await.unwrap();
    assert!(bench.downloads().is_empty());
}

/// A device that is always full stands where the file is written.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_said_and_what_came_is_kept() {
    let bench = Bench::new().await;
    let (files, _) = tiny("qwen2");
    bench.put("org/tiny", files);
    std::fs::create_dir_all(bench.at("org/tiny")).unwrap();
    let part = bench.at("org/tiny/tiny-BF16.gguf.part");
    std::os::unix::fs::symlink("/dev/full", &part).unwrap();
    let error = bench.pull("hf:org/tiny").await.unwrap_err();
    assert_eq!(error.code(), "disk-full", "{error}");
    assert!(error.hint().unwrap().contains("free some space"));
    assert_eq!(bench.names("org/tiny"), ["source"]);
    bench.downloads();
    bench.pull("hf:org/tiny").await.unwrap();
    assert!(bench.downloads().is_empty());
}

/// Where a repository has both, its own GGUF file is what its name stands for.
#[tokio::test]
async fn a_gguf_file_of_the_repository_comes_first() {
    let bench = Bench::new().await;
    let (files, _) = tiny("qwen2");
    bench.put("org/tiny", files.clone());
    bench.pull("hf:org/tiny").await.unwrap();
    let made = std::fs::read(bench.store().path("hf:org/tiny").unwrap()).unwrap();
    let other = Bench::new().await;
    other.put("org/both", files);
    other.hub.put("org/both", "both-BF16.gguf", made);
    let (model, stages) = other.watch("hf:org/both").await;
    assert_eq!(stages, [Stage::Downloading, Stage::Done]);
    assert!(matches!(
        model.origin,
        ModelOrigin::Hub {
            converted: None,
            ..
        }
    ));
}

#[tokio::test]
async fn the_check_says_where_it_is_from_and_the_window_is_kept() {
    let bench = Bench::new().await;
    bench.put("org/tiny", tiny("mistral").0);
    let model = bench.pull("hf:org/tiny").await.unwrap();
    // Up to its window, attention reaches everything.
    assert_eq!(model.context_length, Some(128));
    let reference: ModelRef = "hf:org/tiny".parse().unwrap();
    let provider = ProviderRegistry::new()
        .open(&reference, &bench.config)
        .unwrap();
    let check = provider.check(&CancellationToken::new()).await.unwrap();
    let said = "BF16, converted here from safetensors, commit 0123456789ab";
    assert!(check.summary.contains(said), "{}", check.summary);
    assert!(provider.capabilities().chat);
}
