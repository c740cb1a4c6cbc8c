//! Whom the conformance suite and the faults are tried on. The table in docs/conformance.md is made of these
//! lists: what stands there is what the tests iterate over.

use std::path::Path;
use std::sync::Arc;

use assay_core::GenerationRequest;
use assay_providers::{CancellationToken, Capabilities, Provider, ProviderConfig};

use super::conformance::{Expectations, suite};
use super::wires::{
    CHAT, COMPLETIONS, MESSAGES, OLLAMA_CHAT, OLLAMA_GENERATE, RESPONSES, TEMPLATE, TEMPLATE_CHAT,
    Wire,
};
use super::{chat, completion, open, setting, test_data};

/// A provider.
pub struct Subject {
    /// Before the colon.
    pub provider: &'static str,
    /// How answers of its server look, a kind of prompt each; empty where no HTTP is spoken.
    pub wires: &'static [&'static Wire],
    /// What is behind it in the tests, for the table.
    pub behind: &'static str,
    pub trials: &'static [Trial],
}

/// One way in which it goes through the suite.
#[derive(Clone, Copy)]
pub struct Trial {
    pub by: By,
    /// Of its models, or of its definitions, which.
    pub model: &'static str,
    /// Answers are asked for in pieces.
    pub stream: bool,
    pub expect: Expectations,
}

/// What answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A server that plays what was recorded or written by hand.
    Played,
    /// llama-server with a real model.
    LlamaServer,
    /// A server of others before llama-server.
    Proxy,
    /// A real model in this process.
    InProcess,
    /// A program that the tests bring.
    Script,
    /// A recording of a model in this process.
    Recording,
}

impl By {
    /// In the table.
    pub fn mark(self) -> char {
        match self {
            Self::Played => 'p',
            Self::LlamaServer | Self::InProcess => 'r',
            Self::Proxy => 'f',
            Self::Script => 's',
            Self::Recording => 'c',
        }
    }
}

const fn streamed(model: &'static str) -> Trial {
    Trial {
        by: By::Played,
        model,
        stream: true,
        expect: Expectations::RECORDED,
    }
}

const fn whole(model: &'static str) -> Trial {
    Trial {
        stream: false,
        ..streamed(model)
    }
}

const fn real(by: By, model: &'static str, expect: Expectations) -> Trial {
    Trial {
        by,
        model,
        stream: true,
        expect,
    }
}

const BOTH: &[&Wire] = &[&COMPLETIONS, &CHAT];

const PLAYED: &[Trial] = &[streamed("smollm2"), whole("smollm2")];

/// A provider whose servers are not to be had here.
const fn preset(provider: &'static str, wires: &'static [&'static Wire]) -> Subject {
    Subject {
        provider,
        wires,
        behind: "answers recorded of other servers with the same protocol; never asked itself",
        trials: PLAYED,
    }
}

/// Every provider; a test compares the list with the program's.
pub const SUBJECTS: &[Subject] = &[
    Subject {
        provider: "local",
        wires: &[],
        behind: "a real model in this process",
        trials: &[real(By::InProcess, "smollm2-135m", Expectations::REAL)],
    },
    Subject {
        provider: "hf",
        wires: &[],
        behind: "a real model in this process, pulled from a hub that is played",
        trials: &[real(By::InProcess, "org/smol", Expectations::REAL)],
    },
    Subject {
        provider: "openai",
        wires: BOTH,
        behind: "llama-server, which speaks the vendor's protocol; never the vendor",
        trials: &[
            streamed("smollm2"),
            whole("smollm2"),
            real(By::LlamaServer, "smollm2", Expectations::REAL),
        ],
    },
    Subject {
        provider: "openai-responses",
        wires: &[&RESPONSES],
        behind: "llama-server, which speaks the vendor's protocol; never the vendor",
        trials: &[
            streamed("smollm2"),
            whole("smollm2"),
            real(
                By::LlamaServer,
                "smollm2",
                Expectations {
                    // llama-server calls every answer completed here.
                    tells_length: false,
                    ..Expectations::REAL
                },
            ),
        ],
    },
    Subject {
        provider: "anthropic",
        wires: &[&MESSAGES],
        behind: "llama-server, which speaks the vendor's protocol; never the vendor",
        trials: &[
            streamed("smollm2"),
            whole("smollm2"),
            real(
                By::LlamaServer,
                "smollm2",
                Expectations {
                    counts_prompts: true,
                    ..Expectations::REAL
                },
            ),
        ],
    },
    Subject {
        provider: "llamacpp",
        wires: BOTH,
        behind: "llama-server itself, with a real model",
        trials: &[
            streamed("smollm2"),
            whole("smollm2"),
            real(By::LlamaServer, "smollm2", Expectations::REAL),
        ],
    },
    Subject {
        provider: "ollama",
        wires: &[&OLLAMA_GENERATE, &OLLAMA_CHAT],
        behind: "replies written after Ollama's API reference; and a proxy of others that speaks its protocol \
                 before llama-server, which counts words instead of tokens, knows no seed and sends texts to \
                 continue as chats. Never Ollama",
        trials: &[
            streamed("llama3.2"),
            whole("llama3.2"),
            streamed("base"),
            real(By::Proxy, "smol/smollm2", PROXIED),
            Trial {
                stream: false,
                ..real(By::Proxy, "smol/smollm2", PROXIED)
            },
        ],
    },
    preset("vllm", BOTH),
    preset("lmstudio", BOTH),
    preset("tgi", BOTH),
    preset("transformers", &[&CHAT]),
    preset("openrouter", BOTH),
    preset("groq", &[&CHAT]),
    preset("together", BOTH),
    preset("deepseek", &[&CHAT]),
    preset("mistral", &[&CHAT]),
    preset("gemini", &[&CHAT]),
    preset("hf-inference", &[&CHAT]),
    Subject {
        provider: "program",
        wires: &[],
        behind: "a script of the tests that draws words by the seed, in pieces and whole",
        trials: &[
            real(By::Script, "streamed", Expectations::REAL),
            real(By::Script, "honest", Expectations::REAL),
            real(By::Script, "completion-only", Expectations::REAL),
        ],
    },
    Subject {
        provider: "http",
        wires: &[&TEMPLATE, &TEMPLATE_CHAT],
        behind: "an endpoint written for the tests",
        trials: &[whole("lab"), whole("lab-chat")],
    },
    Subject {
        provider: "replay",
        wires: &[],
        behind: "a recording that is made while `local` goes through the same rules",
        trials: &[real(
            By::Recording,
            "smollm2-135m",
            Expectations {
                // An answer comes in one piece, and what was cancelled is not in a recording.
                can_be_interrupted: false,
                ..Expectations::REAL
            },
        )],
    },
];

/// Of the proxy before llama-server.
const PROXIED: Expectations = Expectations {
    seed_is_honoured: false,
    seeds_differ: false,
    // It counts words.
    counts_tokens: false,
    tells_length: false,
    ..Expectations::REAL
};

pub fn subject(provider: &str) -> &'static Subject {
    SUBJECTS.iter().find(|s| s.provider == provider).unwrap()
}

/// A provider with the folder its definition is in.
pub struct Opened {
    pub provider: Arc<dyn Provider>,
    _folder: Option<tempfile::TempDir>,
}

impl Subject {
    pub fn trials_by(&self, by: By) -> impl Iterator<Item = Trial> {
        self.trials.iter().copied().filter(move |t| t.by == by)
    }

    /// Over HTTP `url` is where its server is.
    pub fn open(&self, trial: Trial, url: &str) -> Opened {
        let mut config = setting().config;
        config.http.stream = trial.stream;
        let model = trial.model;
        let (definition, name) = match self.provider {
            "local" => {
                config.data_dir = test_data();
                return Opened {
                    provider: open(&format!("local:{model}"), &config),
                    _folder: None,
                };
            }
            "program" => (program_definition(model), "program:mine".to_owned()),
            "http" => {
                let chat_only = model == "lab-chat";
                (
                    http_definition(url, chat_only, false),
                    "http:lab".to_owned(),
                )
            }
            provider => {
                return Opened {
                    provider: open(&format!("{provider}:{model}@{url}"), &config),
                    _folder: None,
                };
            }
        };
        let folder = define(&mut config, &definition);
        Opened {
            provider: open(&name, &config),
            _folder: Some(folder),
        }
    }

    /// What it has to say it can do.
    pub fn capabilities(&self, trial: Trial) -> Capabilities {
        match (self.provider, trial.model) {
            ("local" | "hf" | "replay", _) => Capabilities {
                completion: true,
                chat: true,
                streaming: true,
                seed: true,
                context_length: None,
                concurrency: 1,
            },
            // That it learns from the server.
            ("ollama", "base") => Capabilities {
                chat: false,
                ..self.open(trial, NOWHERE).provider.capabilities()
            },
            _ => self.open(trial, NOWHERE).provider.capabilities(),
        }
    }

    /// Through the suite, as a provider that can do what the table says it can.
    pub async fn conform(&self, trial: Trial, provider: &dyn Provider) {
        provider.check(&CancellationToken::new()).await.unwrap();
        let (said, expected) = (provider.capabilities(), self.capabilities(trial));
        let what = |can: Capabilities| (can.completion, can.chat, can.streaming, can.seed);
        assert_eq!(what(said), what(expected), "{}", self.provider);
        suite(provider, trial.expect).await;
    }
}

const NOWHERE: &str = "http://127.0.0.1:1/v1";

/// Writes providers.toml into a data folder of its own.
fn define(config: &mut ProviderConfig, definition: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("providers.toml"), definition).unwrap();
    config.data_dir = folder.path().to_owned();
    folder
}

fn program_definition(mode: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/programs/model.py");
    let (mode, capabilities) = match mode {
        "completion-only" => ("streamed", "\"completion\", \"seed\""),
        mode => (mode, "\"completion\", \"chat\", \"seed\""),
    };
    format!(
        "[program.mine]\ncommand = [\"python3\", '{}', \"{mode}\"]\ncapabilities = [{capabilities}]\n",
        script.display()
    )
}

/// An endpoint at `URL/ask`, which wants the key `LAB_KEY` when `keyed`.
pub fn http_definition(url: &str, chat_only: bool, keyed: bool) -> String {
    let capabilities = if chat_only {
        "\"chat\""
    } else {
        "\"completion\", \"chat\", \"seed\""
    };
    let headers = if keyed {
        "headers = { Authorization = \"Bearer ${LAB_KEY}\" }"
    } else {
        ""
    };
    format!(
        r#"[http.lab]
url = "{url}/ask"
body = '''{{"model": {{{{ model | tojson }}}}, "stop": {{{{ stop | tojson }}}},
{{% if messages %}}"messages": {{{{ messages | tojson }}}}{{% else %}}"prompt": {{{{ prompt | tojson }}}}{{% endif %}}}}'''
text = "/out/0/text"
finish = "/out/0/why"
prompt_tokens = "/n/in"
completion_tokens = "/n/out"
error = "/error"
capabilities = [{capabilities}]
{headers}
"#
    )
}

/// A provider that speaks one of its protocols.
#[derive(Clone, Copy)]
pub struct Case {
    pub provider: &'static str,
    pub wire: &'static Wire,
}

const fn case(provider: &'static str, wire: &'static Wire) -> Case {
    Case { provider, wire }
}

/// Every protocol once, for what does not depend on the provider that speaks it.
pub const PROTOCOLS: &[Case] = &[
    case("openai", &COMPLETIONS),
    case("openai", &CHAT),
    case("openai-responses", &RESPONSES),
    case("anthropic", &MESSAGES),
    case("ollama", &OLLAMA_GENERATE),
    case("ollama", &OLLAMA_CHAT),
    case("http", &TEMPLATE),
    case("http", &TEMPLATE_CHAT),
];

impl Case {
    pub fn open(self, url: &str, config: &ProviderConfig) -> Arc<dyn Provider> {
        if self.provider != "http" {
            return open(&format!("{}:m@{url}", self.provider), config);
        }
        let mut config = config.clone();
        let keyed = config.keys.get("LAB_KEY").is_some();
        // It is read here once, and not needed any more.
        let _folder = define(&mut config, &http_definition(url, false, keyed));
        open("http:lab/m", &config)
    }

    /// The variable with the key of a server on this port.
    pub fn key_variable(self, port: &str) -> String {
        match self.provider {
            "http" => "LAB_KEY".to_owned(),
            _ => format!("ASSAY_KEY_127_0_0_1_{port}"),
        }
    }

    pub fn request(self) -> GenerationRequest {
        if self.wire.chat {
            chat("hi", 16)
        } else {
            completion("def f():", 16)
        }
    }
}
