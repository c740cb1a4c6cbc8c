//! Repositories with safetensors, as the public hub has them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::{Value as Json, json};

use super::gguf::{Gguf, bytes_of};

/// The files of a repository.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What `tests/fixtures/safetensors/make.py` made: a tiny model as the transformers library saves it.
pub fn tiny(name: &str) -> (Files, Json) {
    let folder = fixtures().join("models").join(name);
    let mut files: Files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    let expected = files.remove("expected.json").unwrap();
    (files, serde_json::from_slice(&expected).unwrap())
}

pub fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/safetensors")
}

/// The repository a GGUF file of SmolLM2 was made from: its numbers in 16-bit floats, the rows of queries
/// and keys as they were before, tokenizer and settings in files of their own, the weights in two. And those
/// numbers by the names they have in GGUF, the rows as they are there.
pub fn of_smollm2(gguf: &Gguf) -> (Files, BTreeMap<String, Vec<u8>>) {
    let number = |key: &str| gguf.pairs[&format!("llama.{key}")].number();
    let heads = |name: &str| {
        let key = if name.ends_with("attn_q.weight") {
            "attention.head_count"
        } else {
            "attention.head_count_kv"
        };
        number(key) as usize
    };
    let mut tensors: BTreeMap<String, (Vec<usize>, Vec<u8>)> = BTreeMap::new();
    let mut kept = BTreeMap::new();
    for (name, tensor) in &gguf.tensors {
        let shape: Vec<usize> = tensor.dims.iter().rev().copied().collect();
        let mut numbers = tensor.halves();
        kept.insert(name.clone(), bytes_of(&numbers));
        if name.ends_with("attn_q.weight") || name.ends_with("attn_k.weight") {
            numbers = apart(&numbers, heads(name), shape[1]);
        }
        tensors.insert(published_name(name), (shape, bytes_of(&numbers)));
    }
    let mut files = Files::new();
    let mut map = BTreeMap::new();
    let middle = tensors.keys().nth(tensors.len() / 2).unwrap().clone();
    let second = tensors.split_off(&middle);
    for (part, tensors) in [tensors, second].into_iter().enumerate() {
        let file = format!("model-0000{}-of-00002.safetensors", part + 1);
        let views = tensors.iter().map(|(name, (shape, bytes))| {
            map.insert(name.clone(), file.clone());
            let view = TensorView::new(Dtype::F16, shape.clone(), bytes).unwrap();
            (name.clone(), view)
        });
        let views: Vec<_> = views.collect();
        let notes = Some([("format".to_owned(), "pt".to_owned())].into());
        let bytes = safetensors::serialize(views, notes).unwrap();
        files.insert(file, bytes);
    }
    let mut put = |name: &str, json: Json| {
        files.insert(name.to_owned(), json.to_string().into_bytes());
    };
    put(
        "model.safetensors.index.json",
        json!({"metadata": {"total_size": 1}, "weight_map": map}),
    );
    put(
        "config.json",
        json!({
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "torch_dtype": "float16",
            "hidden_act": "silu",
            "attention_bias": false,
            "mlp_bias": false,
            "rope_scaling": null,
            "tie_word_embeddings": true,
            "bos_token_id": 1,
            "eos_token_id": 2,
            "pad_token_id": 2,
            "vocab_size": number("vocab_size") as u64,
            "hidden_size": number("embedding_length") as u64,
            "intermediate_size": number("feed_forward_length") as u64,
            "num_hidden_layers": number("block_count") as u64,
            "num_attention_heads": number("attention.head_count") as u64,
            "num_key_value_heads": number("attention.head_count_kv") as u64,
            "max_position_embeddings": number("context_length") as u64,
            "rope_theta": number("rope.freq_base"),
            "rms_norm_eps": 1e-5,
        }),
    );
    put(
        "generation_config.json",
        json!({"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2}),
    );
    files.extend(tokenizer_of_smollm2(gguf));
    (files, kept)
}

/// Its tokenizer, as its repository has it.
pub fn tokenizer_of_smollm2(gguf: &Gguf) -> Files {
    let mut files = Files::new();
    let mut put = |name: &str, json: Json| {
        files.insert(name.to_owned(), json.to_string().into_bytes());
    };
    let tokens = gguf.pairs["tokenizer.ggml.tokens"].texts();
    let special: Vec<Json> = tokens[..17]
        .iter()
        .enumerate()
        .map(|(id, token)| {
            json!({"id": id, "content": token, "single_word": false, "lstrip": false,
                "rstrip": false, "normalized": false, "special": true})
        })
        .collect();
    let vocab: serde_json::Map<String, Json> = tokens
        .iter()
        .enumerate()
        .map(|(id, token)| ((*token).to_owned(), json!(id)))
        .collect();
    put(
        "tokenizer.json",
        json!({
            "version": "1.0", "truncation": null, "padding": null,
            "added_tokens": special,
            "normalizer": null,
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Digits", "individual_digits": true},
                {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
            ]},
            "post_processor": null,
            "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
            "model": {
                "type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
                "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
                "ignore_merges": false,
                "vocab": vocab,
                "merges": gguf.pairs["tokenizer.ggml.merges"].texts(),
            },
        }),
    );
    put(
        "tokenizer_config.json",
        json!({
            "tokenizer_class": "GPT2Tokenizer",
            "add_prefix_space": false,
            "bos_token": "<|im_start|>", "eos_token": "<|im_end|>",
            "pad_token": "<|im_end|>", "unk_token": "<|endoftext|>",
            "model_max_length": 8192,
            "chat_template": gguf.pairs["tokenizer.chat_template"].text(),
        }),
    );
    files
}

/// A model of one small layer that knows `vocabulary` tokens and nothing else, without its tokenizer.
pub fn blank(vocabulary: usize) -> Files {
    const SIZE: usize = 32;
    let matrix = |rows: usize, columns: usize| (vec![rows, columns], vec![0; rows * columns * 2]);
    let vector = || (vec![SIZE], vec![0; SIZE * 2]);
    let layer = |part: &str| format!("model.layers.0.{part}.weight");
    let mut tensors = BTreeMap::from([
        (
            "model.embed_tokens.weight".to_owned(),
            matrix(vocabulary, SIZE),
        ),
        ("model.norm.weight".to_owned(), vector()),
        (layer("input_layernorm"), vector()),
        (layer("post_attention_layernorm"), vector()),
    ]);
    for part in ["q_proj", "k_proj", "v_proj", "o_proj"] {
        tensors.insert(layer(&format!("self_attn.{part}")), matrix(SIZE, SIZE));
    }
    for part in ["gate_proj", "up_proj", "down_proj"] {
        tensors.insert(layer(&format!("mlp.{part}")), matrix(SIZE, SIZE));
    }
    let views = tensors.iter().map(|(name, (shape, bytes))| {
        let view = TensorView::new(Dtype::BF16, shape.clone(), bytes).unwrap();
        (name.clone(), view)
    });
    let config = json!({
        "architectures": ["LlamaForCausalLM"], "hidden_act": "silu", "tie_word_embeddings": true,
        "vocab_size": vocabulary, "hidden_size": SIZE, "intermediate_size": SIZE,
        "num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": 512,
        "rms_norm_eps": 1e-5,
    });
    [
        (
            "model.safetensors".to_owned(),
            safetensors::serialize(views.collect::<Vec<_>>(), None).unwrap(),
        ),
        ("config.json".to_owned(), config.to_string().into_bytes()),
    ]
    .into()
}

/// Rows that alternate between the halves of a head, put back into those halves.
fn apart(numbers: &[u16], heads: usize, columns: usize) -> Vec<u16> {
    let rows: Vec<&[u16]> = numbers.chunks_exact(columns).collect();
    let mut halves = Vec::with_capacity(numbers.len());
    for head in rows.chunks_exact(rows.len() / heads) {
        let even = head.iter().step_by(2);
        for row in even.chain(head.iter().skip(1).step_by(2)) {
            halves.extend_from_slice(row);
        }
    }
    halves
}

fn published_name(name: &str) -> String {
    let outer = [
        ("token_embd.weight", "model.embed_tokens.weight"),
        ("output_norm.weight", "model.norm.weight"),
    ];
    if let Some((_, published)) = outer.iter().find(|(own, _)| *own == name) {
        return (*published).to_owned();
    }
    let (layer, part) = name
        .strip_prefix("blk.")
        .and_then(|rest| rest.split_once('.'))
        .unwrap();
    let part = match part.strip_suffix(".weight").unwrap() {
        "attn_norm" => "input_layernorm",
        "ffn_norm" => "post_attention_layernorm",
        "attn_q" => "self_attn.q_proj",
        "attn_k" => "self_attn.k_proj",
        "attn_v" => "self_attn.v_proj",
        "attn_output" => "self_attn.o_proj",
        "ffn_gate" => "mlp.gate_proj",
        "ffn_up" => "mlp.up_proj",
        "ffn_down" => "mlp.down_proj",
        other => panic!("{other}"),
    };
    format!("model.layers.{layer}.{part}.weight")
}
