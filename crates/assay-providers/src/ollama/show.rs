//! `/api/show`: what the server knows of a model.

use serde::Deserialize;
use serde_json::{Map, Value};

/// What matters of it here. The default is that of a server that cannot tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) completion: bool,
    pub(super) chat: bool,
    pub(super) context_length: Option<u32>,
    /// The stop sequences of the model's makers.
    pub(super) stops: Vec<String>,
}

impl Default for Shown {
    fn default() -> Self {
        Self {
            completion: true,
            chat: true,
            context_length: None,
            stops: Vec::new(),
        }
    }
}

#[derive(Debug, Deserialize)]
struct Reply {
    #[serde(default)]
    template: String,
    #[serde(default)]
    modelfile: String,
    #[serde(default)]
    parameters: String,
    #[serde(default)]
    model_info: Map<String, Value>,
    /// Servers before 0.6.4 do not say.
    capabilities: Option<Vec<String>>,
}

impl Shown {
    /// # Errors
    /// A body that is not what `/api/show` answers.
    pub(super) fn read(body: &str) -> Result<Self, serde_json::Error> {
        let reply: Reply = serde_json::from_str(body)?;
        let can = |what: &str| {
            let named = |list: &Vec<String>| list.iter().any(|capability| capability == what);
            reply.capabilities.as_ref().is_some_and(named)
        };
        // A model that only embeds does not say "completion", and neither do some that only think.
        let generates = reply.capabilities.as_ref().is_none_or(Vec::is_empty)
            || can("completion")
            || can("thinking");
        let templated = !is_bare(&reply.template)
            || can("tools")
            || can("thinking")
            || has_renderer(&reply.modelfile);
        Ok(Self {
            completion: generates,
            chat: generates && templated,
            context_length: context_length(&reply.model_info),
            stops: stops(&reply.parameters),
        })
    }
}

/// Whether a template only repeats the prompt: the model was made to continue text.
fn is_bare(template: &str) -> bool {
    let squeezed: String = template.chars().filter(|c| !c.is_whitespace()).collect();
    matches!(
        squeezed.as_str(),
        "" | "{{.Prompt}}" | "{{-.Prompt-}}" | "{{.Prompt}}{{.Response}}"
    )
}

/// Newer models are rendered by the server's own code, and their template says nothing.
fn has_renderer(modelfile: &str) -> bool {
    modelfile.lines().any(|line| {
        let mut words = line.split_whitespace();
        words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("RENDERER"))
            && words.next().is_some()
    })
}

/// `<architecture>.context_length`.
fn context_length(info: &Map<String, Value>) -> Option<u32> {
    let architecture = info.get("general.architecture").and_then(Value::as_str);
    let named = architecture.and_then(|name| info.get(&format!("{name}.context_length")));
    let any = || {
        let mut lengths = info
            .iter()
            .filter(|(key, _)| key.ends_with(".context_length"));
        lengths.next().map(|(_, value)| value)
    };
    let length = named.or_else(any)?.as_u64()?;
    u32::try_from(length).ok().filter(|length| *length > 0)
}

/// The `stop` lines of the parameters: a word, spaces, and a value in Go's quotes.
fn stops(parameters: &str) -> Vec<String> {
    parameters
        .lines()
        .filter_map(|line| {
            let value = line.trim().strip_prefix("stop")?;
            if !value.starts_with(char::is_whitespace) {
                return None;
            }
            let value = value.trim();
            // Go's quotes are JSON's, but for escapes that hardly occur.
            let unquoted = serde_json::from_str::<String>(value).ok();
            unquoted
                .or_else(|| Some(value.to_owned()))
                .filter(|stop| !stop.is_empty())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(reply: &Value) -> Shown {
        Shown::read(&reply.to_string()).unwrap()
    }

    #[test]
    fn a_chat_model_is_known_with_its_context_and_stops() {
        let found = shown(&json!({
            "template": "{{ if .System }}<|start|>{{ .System }}{{ end }}{{ .Prompt }}",
            "parameters": "num_keep                       24\nstop                           \"<|eot_id|>\"\nstop \"\\n\\n\"\nstopping 3",
            "model_info": {"general.architecture": "llama", "llama.context_length": 8192, "x.context_length": 7},
            "capabilities": ["completion", "tools"],
        }));
        assert_eq!(
            found,
            Shown {
                completion: true,
                chat: true,
                context_length: Some(8192),
                stops: vec!["<|eot_id|>".to_owned(), "\n\n".to_owned()],
            }
        );
    }

    #[test]
    fn what_a_model_can_do_is_told_by_template_and_capabilities() {
        for (reply, completion, chat) in [
            (
                json!({"template": "{{ .Prompt }}", "capabilities": ["completion"]}),
                true,
                false,
            ),
            (
                json!({"template": "{{ .Prompt }}", "capabilities": ["completion", "tools"]}),
                true,
                true,
            ),
            (
                json!({"template": "{{ .Prompt }}", "modelfile": "FROM x\nRENDERER qwen3-coder\n",
                       "capabilities": ["completion"]}),
                true,
                true,
            ),
            (
                json!({"template": "[INST] {{ .Prompt }} [/INST]"}),
                true,
                true,
            ),
            (
                json!({"template": "{{ .Prompt }}", "capabilities": ["embedding"]}),
                false,
                false,
            ),
            (json!({}), true, false),
        ] {
            let found = shown(&reply);
            assert_eq!(
                (found.completion, found.chat),
                (completion, chat),
                "{reply}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_reply_panics(parameters in ".{0,80}", template in ".{0,40}") {
            shown(&json!({"parameters": parameters, "template": template, "model_info": {"a.context_length": "x"}}));
        }
    }
}
