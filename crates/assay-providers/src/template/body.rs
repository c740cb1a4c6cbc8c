//! What is sent: a body made from a template, and headers with keys from the environment.

use assay_core::{GenerationRequest, Message, Prompt, Role, Sampling};
use minijinja::{Environment, UndefinedBehavior, context};
use serde_json::Value;

use crate::custom::{Capability, is_variable};

/// Steps a template may take: one that loops over the messages needs a few hundred.
const FUEL: u64 = 1_000_000;

/// The body for one request.
///
/// # Errors
/// A text for people: the template's syntax, or what it made that is no JSON.
pub(super) fn render(
    template: &str,
    model: &str,
    request: &GenerationRequest,
) -> Result<Value, String> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    let (prompt, messages) = match &request.prompt {
        Prompt::Completion { text } => (Some(text), None),
        Prompt::Chat { messages } => (None, Some(messages)),
    };
    let sampling = &request.sampling;
    let text = environment
        .render_str(
            template,
            context! {
                model,
                prompt,
                messages,
                temperature => sampling.temperature,
                top_p => sampling.top_p,
                max_tokens => sampling.max_tokens,
                stop => sampling.stop,
                seed => request.seed,
            },
        )
        .map_err(|error| {
            let what = error
                .detail()
                .map_or_else(|| error.kind().to_string(), str::to_owned);
            match error.line() {
                Some(line) => format!("{what} (line {line} of the template)"),
                None => what,
            }
        })?;
    serde_json::from_str(&text).map_err(|error| {
        format!("what the template makes is no JSON: {error}; put values in with `| tojson`")
    })
}

/// Whether `template` makes JSON that holds the prompt, for each kind of request in `capabilities`.
///
/// # Errors
/// A text for people.
pub(crate) fn check_body(template: &str, capabilities: &[Capability]) -> Result<(), String> {
    // Quotes and line ends, as prompts have them: a template that only quotes breaks here, not in a run.
    const SAMPLE: &str = "a \"b\"\n\\c";
    let completion = Prompt::Completion {
        text: SAMPLE.to_owned(),
    };
    let chat = Prompt::Chat {
        messages: vec![Message {
            role: Role::User,
            content: SAMPLE.to_owned(),
        }],
    };
    for (capability, prompt, name) in [
        (Capability::Completion, completion, "prompt"),
        (Capability::Chat, chat, "messages"),
    ] {
        if !capabilities.contains(&capability) {
            continue;
        }
        let word = match capability {
            Capability::Chat => "chat",
            _ => "completion",
        };
        let request = GenerationRequest {
            prompt,
            sampling: Sampling::default(),
            seed: Some(1),
            origin: None,
        };
        let body =
            render(template, "m", &request).map_err(|detail| format!("for {word}: {detail}"))?;
        if !holds(&body, SAMPLE) {
            return Err(format!(
                "for {word} it leaves out what is asked: put in `{{{{ {name} | tojson }}}}`, or take \
                 \"{word}\" out of `capabilities`"
            ));
        }
    }
    Ok(())
}

fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(string) => string.contains(text),
        Value::Array(values) => values.iter().any(|value| holds(value, text)),
        Value::Object(fields) => fields.values().any(|value| holds(value, text)),
        _ => false,
    }
}

/// A header's value in pieces: text, and names of variables.
fn pieces(value: &str) -> Result<Vec<(&str, Option<&str>)>, &'static str> {
    let mut pieces = Vec::new();
    let mut rest = value;
    while let Some(start) = rest.find("${") {
        let end = rest[start..].find('}').ok_or("its ${ has no }")? + start;
        let variable = &rest[start + 2..end];
        if !is_variable(variable) {
            return Err("${...} does not hold the name of an environment variable");
        }
        pieces.push((&rest[..start], Some(variable)));
        rest = &rest[end + 1..];
    }
    pieces.push((rest, None));
    Ok(pieces)
}

/// The variables named in a header's value.
///
/// # Errors
/// A text for people, when a `${` does not end or holds no name.
pub(crate) fn variables(value: &str) -> Result<Vec<&str>, &'static str> {
    Ok(pieces(value)?
        .into_iter()
        .filter_map(|(_, variable)| variable)
        .collect())
}

/// The value with its variables looked up.
///
/// # Errors
/// The name of the variable that is not set.
pub(super) fn expand(
    value: &str,
    look_up: impl Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let mut text = String::new();
    for (before, variable) in pieces(value)? {
        text.push_str(before);
        if let Some(variable) = variable {
            text.push_str(&look_up(variable).ok_or(variable)?);
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(prompt: Prompt) -> GenerationRequest {
        GenerationRequest {
            prompt,
            sampling: Sampling {
                stop: vec!["\n\"".to_owned()],
                ..Sampling::default()
            },
            seed: Some(7),
            origin: None,
        }
    }

    #[test]
    fn a_body_says_what_was_asked() {
        let completion = request(Prompt::Completion {
            text: "<a> & \"b\"\n".to_owned(),
        });
        let template = r#"{"q": {{ prompt | tojson }}, "n": {{ max_tokens }}, "t": {{ temperature }}, "s": {{ stop | tojson }},
            "p": {{ top_p | tojson }}, "seed": {{ seed | tojson }}, "m": {{ model | tojson }}}"#;
        assert_eq!(
            render(template, "x/y", &completion).unwrap(),
            json!({"q": "<a> & \"b\"\n", "n": 512, "t": 0.0, "s": ["\n\""], "p": null, "seed": 7, "m": "x/y"})
        );
        let chat = request(Prompt::Chat {
            messages: vec![Message {
                role: Role::System,
                content: "be brief".to_owned(),
            }],
        });
        assert_eq!(
            render(r#"{"m": {{ messages | tojson }}}"#, "m", &chat).unwrap(),
            json!({"m": [{"role": "system", "content": "be brief"}]})
        );
    }

    #[test]
    fn a_body_that_would_fail_in_a_run_is_refused_before() {
        let both = [Capability::Completion, Capability::Chat];
        for (template, capabilities, expected) in [
            ("{{ prompt", &both[..], "for completion: "),
            (
                "{\"q\": \"{{ prompt }}\"}",
                &both[..1],
                "for completion: what the template makes is no JSON",
            ),
            (
                "{\"q\": {{ prompt | tojson }}}",
                &both,
                "for chat it leaves out what is asked",
            ),
            (
                "{\"q\": {{ messages | tojson }}}",
                &both,
                "for completion it leaves out what is asked",
            ),
            (
                "{\"q\": {{ promt | tojson }}}",
                &both[..1],
                "for completion",
            ),
            (
                "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
                &both,
                "for completion: ",
            ),
        ] {
            let error = check_body(template, capabilities).unwrap_err();
            assert!(error.starts_with(expected), "{template}: {error}");
        }
        check_body("{\"q\": {{ prompt | tojson }}}", &both[..1]).unwrap();
        let either = "{% if messages %}{\"m\": {{ messages | tojson }}}{% else %}{\"q\": {{ prompt | tojson }}}{% endif %}";
        check_body(either, &both).unwrap();
    }

    #[test]
    fn headers_take_their_keys_from_outside() {
        let look_up = |name: &str| (name == "A_1").then(|| "s3cret".to_owned());
        assert_eq!(expand("Bearer ${A_1}!", look_up).unwrap(), "Bearer s3cret!");
        assert_eq!(expand("$A {plain}", look_up).unwrap(), "$A {plain}");
        assert_eq!(expand("${A_1}${B}", look_up).unwrap_err(), "B");
        for bad in ["${", "${}", "${1}", "a ${b c}"] {
            assert!(variables(bad).is_err(), "{bad}");
        }
        assert_eq!(variables("${A}x${B}").unwrap(), ["A", "B"]);
    }

    proptest::proptest! {
        #[test]
        fn no_template_panics(template in "[{}%$a-c |\"\\[\\]]{0,40}") {
            let _ = check_body(&template, &[Capability::Completion]);
            let _ = variables(&template);
        }

        #[test]
        fn every_prompt_arrives(text in ".{0,60}") {
            let request = request(Prompt::Completion { text: text.clone() });
            let body = render(r#"[{{ prompt | tojson }}]"#, "m", &request).unwrap();
            proptest::prop_assert_eq!(body, json!([text]));
        }
    }
}
