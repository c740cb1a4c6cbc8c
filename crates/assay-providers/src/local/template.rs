//! Chat templates: Jinja, as the model's makers wrote it into the GGUF file.
//!
//! llama.cpp's own `llama_chat_apply_template` does not run the template: it recognises known ones and
//! imitates them, which loses for example the system message SmolLM2's template puts first. Here the
//! template itself is run, set up as Hugging Face's `apply_chat_template` does (`trim_blocks`,
//! `lstrip_blocks`, Python's string methods), and so as servers do.

use assay_core::{Message, Role};
use minijinja::{Environment, ErrorKind, context};
use serde::Serialize;

/// Steps a template may take: honest ones need a few thousand, and the file may come from anywhere.
const FUEL: u64 = 2_000_000;

#[derive(Serialize)]
struct TemplateMessage<'a> {
    role: &'static str,
    content: &'a str,
}

/// The text of `messages` under `template`, ready to be tokenised. A last message of the assistant is left
/// open for the model to continue; otherwise the assistant's turn is opened.
///
/// # Errors
/// A text for people: the template's syntax, or its own words (`raise_exception`).
pub(super) fn render(
    template: &str,
    messages: &[Message],
    bos: &str,
    eos: &str,
) -> Result<String, String> {
    let mut environment = Environment::new();
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_fuel(Some(FUEL));
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.add_function("raise_exception", |why: String| -> Result<String, _> {
        Err(minijinja::Error::new(ErrorKind::InvalidOperation, why))
    });
    // `strftime_now` stays undefined on purpose: templates that print today's date fall back to a fixed
    // one, and the same run gives the same prompts tomorrow.
    let continued = messages
        .last()
        .filter(|message| message.role == Role::Assistant);
    let rows: Vec<TemplateMessage<'_>> = messages
        .iter()
        .map(|message| TemplateMessage {
            role: match message.role {
                Role::System => "system",
                Role::User => "user",
                Role::Assistant => "assistant",
            },
            content: &message.content,
        })
        .collect();
    let said = |error: minijinja::Error| {
        format!(
            "its chat template fails: {}",
            error.detail().unwrap_or(&error.kind().to_string())
        )
    };
    let mut text = environment
        .render_str(
            template,
            context! {
                messages => rows,
                add_generation_prompt => continued.is_none(),
                bos_token => bos,
                eos_token => eos,
            },
        )
        .map_err(said)?;
    if let Some(message) = continued {
        // The template closes the turn behind the content: take that off again.
        let content = message.content.trim();
        let end = text
            .rfind(content)
            .map(|at| at + content.len())
            .ok_or("its chat template does not keep the assistant's last message")?;
        text.truncate(end);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHATML: &str = "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nBe brief.<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    fn message(role: Role, content: &str) -> Message {
        Message {
            role,
            content: content.to_owned(),
        }
    }

    #[test]
    fn the_templates_own_system_message_is_kept() {
        let text = render(CHATML, &[message(Role::User, "hi")], "", "").unwrap();
        assert_eq!(
            text,
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
        );
    }

    #[test]
    fn a_last_message_of_the_assistant_is_left_open() {
        let messages = [
            message(Role::User, "write code"),
            message(Role::Assistant, "```python\n"),
        ];
        let text = render(CHATML, &messages, "", "").unwrap();
        assert!(text.ends_with("<|im_start|>assistant\n```python"), "{text}");
    }

    #[test]
    fn pythons_string_methods_and_the_special_tokens_work() {
        let template = "{{ bos_token }}{% for m in messages %}\n{{ m.content.strip().upper() }}\n{% endfor %}{{ eos_token }}";
        let text = render(template, &[message(Role::User, " a ")], "<s>", "</s>").unwrap();
        assert_eq!(text, "<s>A\n</s>");
    }

    #[test]
    fn a_templates_refusal_is_passed_on() {
        let template = "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}";
        let error = render(template, &[message(Role::System, "x")], "", "").unwrap_err();
        assert_eq!(error, "its chat template fails: System role not supported");
        assert!(render("{% if", &[], "", "").is_err());
    }

    #[test]
    fn a_template_without_end_is_ended() {
        let nested =
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        assert!(render(nested, &[], "", "").is_err());
    }
}
