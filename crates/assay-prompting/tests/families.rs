//! Families: which model belongs to which, and how it is spoken to.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a panic is a failed test"
)]

mod support;

use assay_core::{Message, Prompt, Role};
use assay_prompting::{Families, ModelFacts};
use support::{plan, problem};

/// Names as repositories, files, Ollama and servers write them.
const NAMES: &[(&str, &[&str])] = &[
    (
        "phi-3.5",
        &[
            "microsoft/Phi-3.5-mini-instruct",
            "phi3.5:3.8b",
            "phi3:mini",
            "bartowski/Phi-3.5-mini-instruct-GGUF",
            "microsoft_Phi-3.5-mini-instruct-Q4_K_M.gguf",
            "microsoft/Phi-3-medium-4k-instruct",
        ],
    ),
    (
        "mistral",
        &[
            "mistralai/Mistral-7B-Instruct-v0.3",
            "mistral",
            "mistral:7b",
            "mistral:latest",
            "mistral:7b-instruct-v0.2-q4_0",
            "TheBloke/Mistral-7B-Instruct-v0.2-GGUF",
            "mistralai/Mistral-7B-v0.1",
        ],
    ),
    (
        "qwen2.5-coder",
        &[
            "Qwen/Qwen2.5-Coder-7B-Instruct",
            "qwen2.5-coder:1.5b",
            "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
            "qwen2.5-coder-7b-instruct-q4_k_m.gguf",
            "unsloth/Qwen2.5-Coder-14B",
            "models/Qwen_Qwen2.5-Coder-32B-Instruct-Q8_0.gguf",
        ],
    ),
    (
        "codellama",
        &[
            "codellama/CodeLlama-7b-hf",
            "meta-llama/CodeLlama-13b-Instruct-hf",
            "codellama:7b-code",
            "TheBloke/CodeLlama-34B-Python-GGUF",
            "codellama-7b.Q4_K_M.gguf",
        ],
    ),
    (
        "deepseek-coder",
        &[
            "deepseek-ai/deepseek-coder-6.7b-instruct",
            "deepseek-coder:1.3b",
            "deepseek-ai/deepseek-coder-1.3b-base",
            "TheBloke/deepseek-coder-33B-instruct-GGUF",
            "deepseek-ai/deepseek-coder-7b-instruct-v1.5",
        ],
    ),
    (
        "starcoder2",
        &[
            "bigcode/starcoder2-3b",
            "starcoder2:7b",
            "bigcode/starcoder2-15b-instruct-v0.1",
            "second-state/StarCoder2-7B-GGUF",
        ],
    ),
    (
        "llama-3",
        &[
            "meta-llama/Meta-Llama-3-8B-Instruct",
            "meta-llama/Llama-3.2-1B-Instruct",
            "llama3:8b",
            "llama3.1:70b-instruct-q4_0",
            "llama3.2",
            "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF",
            "meta-llama_Llama-3.3-70B-Instruct.gguf",
            "meta-llama/Llama-3.1-8B",
        ],
    ),
    (
        "gemma-3",
        &[
            "google/gemma-3-1b-it",
            "gemma3:270m",
            "gemma3",
            "google/gemma-3-270m",
            "bartowski/google_gemma-3-4b-it-GGUF",
            "gemma-3-270m-q4_k_m",
        ],
    ),
    (
        "smollm2",
        &[
            "HuggingFaceTB/SmolLM2-135M-Instruct",
            "smollm2:360m",
            "smollm2-135m",
            "HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF",
        ],
    ),
    (
        "default",
        &[
            "gpt-4o-mini",
            "",
            "microsoft/phi-4",
            "microsoft/phi-2",
            "mistral-nemo:12b",
            "mistralai/Mixtral-8x7B-Instruct-v0.1",
            "mistralai/Codestral-22B-v0.1",
            "mistralai/Mistral-Small-24B-Instruct-2501",
            "teknium/OpenHermes-2.5-Mistral-7B",
            "Open-Orca/Mistral-7B-OpenOrca",
            "Qwen/Qwen2.5-7B-Instruct",
            "Qwen/Qwen3-Coder-30B-A3B-Instruct",
            "Qwen/CodeQwen1.5-7B-Chat",
            "huggyllama/llama-30b",
            "meta-llama/Llama-2-7b-chat-hf",
            "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
            "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
            "deepseek-ai/DeepSeek-Coder-V2-Lite-Instruct",
            "deepseek-ai/deepseek-llm-7b-chat",
            "bigcode/starcoder",
            "bigcode/starcoderbase-1b",
            "NousResearch/Hermes-3-Llama-3.1-8B",
            "cognitivecomputations/dolphin-2.9-llama3-8b",
            "codellama/CodeLlama-70b-Instruct-hf",
            "google/gemma-2-9b-it",
            "google/codegemma-7b",
            "HuggingFaceTB/SmolLM-135M-Instruct",
            "HuggingFaceTB/SmolLM3-3B",
            "phind-codellama-34b-v2",
            "llama-guard-3-8b",
        ],
    ),
];

#[test]
fn names_find_their_family_and_no_other() {
    let families = Families::builtin().unwrap();
    let mut wrong = Vec::new();
    for (family, names) in NAMES {
        for name in *names {
            let found = &families.of(&[(*name).to_owned()]).id;
            if found != family {
                wrong.push(format!("{name:?} is {found}, not {family}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Each family is in the table.
    let tested: Vec<&str> = NAMES.iter().map(|(family, _)| *family).collect();
    assert!(families.iter().all(|f| tested.contains(&f.id.as_str())));
    // A name that says nothing leaves it to the file's own.
    let names = [
        "model-7".to_owned(),
        "HuggingFaceTB/SmolLM2-135M".to_owned(),
    ];
    assert_eq!(families.of(&names).id, "smollm2");
}

fn conversation(prefill: bool) -> Vec<Message> {
    let message = |role, content: &str| Message {
        role,
        content: content.to_owned(),
    };
    let mut messages = vec![
        message(Role::System, "Be brief."),
        message(Role::User, "One?"),
        message(Role::Assistant, "1"),
        message(Role::User, "Two?"),
    ];
    if prefill {
        messages.push(message(Role::Assistant, "```python\n"));
    }
    messages
}

#[test]
fn chat_templates_are_what_they_were() {
    for family in Families::builtin().unwrap().iter() {
        let id = &family.id;
        if family.chat_template.is_none() {
            assert_eq!(id, "default");
            assert!(family.render_chat(&conversation(false)).is_err());
            continue;
        }
        let whole = family.render_chat(&conversation(false)).unwrap();
        let begun = family.render_chat(&conversation(true)).unwrap();
        assert!(
            begun.ends_with("```python\n") && begun.starts_with(&whole),
            "{id}"
        );
        let plain = family.render_chat(&conversation(false)[1..2]).unwrap();
        insta::assert_snapshot!(
            format!("family-{id}"),
            format!("{whole}\n=== without a system message\n{plain}")
        );
    }
}

#[test]
fn gaps_are_marked_as_each_family_was_trained() {
    for (name, text) in [
        (
            "Qwen/Qwen2.5-Coder-7B",
            "<|fim_prefix|>P<|fim_suffix|>\n<|fim_middle|>",
        ),
        ("codellama/CodeLlama-7b-hf", "<PRE> P <SUF>\n <MID>"),
        (
            "deepseek-ai/deepseek-coder-1.3b-base",
            "<｜fim▁begin｜>P<｜fim▁hole｜>\n<｜fim▁end｜>",
        ),
        (
            "bigcode/starcoder2-3b",
            "<fim_prefix>P<fim_suffix>\n<fim_middle>",
        ),
    ] {
        let mut problem = problem("python");
        problem.prompt = "P".to_owned();
        let facts = ModelFacts::new(name, false, true);
        let built = plan("fill-in-the-middle", &problem, &facts)
            .unwrap()
            .first()
            .unwrap();
        assert_eq!(
            built.prompt,
            Prompt::Completion {
                text: text.to_owned()
            }
        );
        assert!(
            built.stop.len() > 6,
            "the family's and the language's: {:?}",
            built.stop
        );
    }
    for name in [
        "codellama-7b-python",
        "codellama/CodeLlama-34b-hf",
        "starcoder2-15b-instruct",
        "llama3",
        "gpt-4o",
    ] {
        let facts = ModelFacts::new(name, false, true);
        assert!(
            plan("fill-in-the-middle", &problem("python"), &facts).is_err(),
            "{name}"
        );
    }
}

/// The template in the model's own file says the same, where the file is there.
#[test]
fn smollm2s_own_template_agrees() {
    let Some(template) = own_template() else {
        return;
    };
    let mut environment = minijinja::Environment::new();
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    let families = Families::builtin().unwrap();
    let family = families.of(&["smollm2-135m".to_owned()]);
    for messages in [conversation(false), conversation(false)[1..].to_vec()] {
        let own = environment
            .render_str(
                &template,
                minijinja::context! { messages => messages, add_generation_prompt => true },
            )
            .unwrap();
        assert_eq!(family.render_chat(&messages).unwrap(), own);
    }
}

/// `tokenizer.chat_template` of the model the tests of local models use: a GGUF string is its length in 8 bytes and its text, and
/// stands behind its key and its type.
fn own_template() -> Option<String> {
    use std::io::Read as _;
    let folder = std::env::var_os("ASSAY_TEST_DATA").map_or_else(
        || std::path::Path::new(&std::env::var_os("HOME").unwrap()).join(".cache/assay/test-data"),
        std::path::PathBuf::from,
    );
    let file = std::fs::read_dir(folder.join("models/smollm2-135m"))
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|e| e == "gguf"))?;
    let mut head = Vec::new();
    std::fs::File::open(file)
        .ok()?
        .take(16 << 20)
        .read_to_end(&mut head)
        .ok()?;
    let key = b"tokenizer.chat_template";
    let at = head.windows(key.len()).position(|w| w == key)? + key.len() + 4;
    let length = u64::from_le_bytes(head.get(at..at + 8)?.try_into().ok()?);
    let text = head.get(at + 8..at + 8 + usize::try_from(length).ok()?)?;
    String::from_utf8(text.to_vec()).ok()
}
