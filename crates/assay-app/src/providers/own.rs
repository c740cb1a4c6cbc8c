//! Providers of the user's own, between their file and what crosses to a front.

use assay_providers::{Capability, Definition, HttpDefinition, ProgramDefinition};

use crate::dto::{CustomProgram, CustomTemplate};

/// Seconds and requests of an address whose definition names none: what every server gets.
const USUAL: (u32, u32) = (600, 4);

pub(super) fn program(name: String, program: ProgramDefinition) -> CustomProgram {
    let can = |capability| program.capabilities.contains(&capability);
    CustomProgram {
        name,
        chat: can(Capability::Chat),
        completion: can(Capability::Completion),
        seed: can(Capability::Seed),
        command: program.command,
        cwd: program.cwd,
        env_keys: program.env_keys,
        concurrency: program.concurrency,
        timeout_s: program.timeout_s,
    }
}

/// `before` is what stands in the file: its plain variables and context length are not shown, and stay.
pub(super) fn of_program(
    program: CustomProgram,
    before: ProgramDefinition,
) -> (String, Definition) {
    let capabilities = capabilities(program.completion, program.chat, program.seed);
    let definition = ProgramDefinition {
        command: program.command,
        cwd: given(program.cwd),
        env_keys: program.env_keys,
        capabilities,
        timeout_s: program.timeout_s,
        concurrency: program.concurrency,
        context_length: before.context_length,
        env: before.env,
    };
    (program.name, Definition::Program(definition))
}

pub(super) fn template(name: String, http: HttpDefinition) -> CustomTemplate {
    let can = |capability| http.capabilities.contains(&capability);
    CustomTemplate {
        name,
        chat: can(Capability::Chat),
        completion: can(Capability::Completion),
        url: http.url,
        method: http.method,
        headers: http.headers.into_iter().collect(),
        body: http.body,
        text: http.text,
        finish: http.finish,
        prompt_tokens: http.prompt_tokens,
        completion_tokens: http.completion_tokens,
        error: http.error,
        timeout_s: http.timeout_s.unwrap_or(USUAL.0),
        concurrency: http.concurrency.unwrap_or(USUAL.1),
    }
}

pub(super) fn of_template(
    template: CustomTemplate,
    context_length: Option<u32>,
) -> (String, Definition) {
    // Its body says whether it takes a seed.
    let seed = template.body.contains("seed");
    let definition = HttpDefinition {
        capabilities: capabilities(template.completion, template.chat, seed),
        url: template.url,
        method: template.method,
        headers: template.headers.into_iter().collect(),
        body: template.body,
        text: template.text,
        finish: given(template.finish),
        prompt_tokens: given(template.prompt_tokens),
        completion_tokens: given(template.completion_tokens),
        error: given(template.error),
        timeout_s: Some(template.timeout_s),
        concurrency: Some(template.concurrency),
        context_length,
    };
    (template.name, Definition::Http(definition))
}

fn capabilities(completion: bool, chat: bool, seed: bool) -> Vec<Capability> {
    [
        (completion, Capability::Completion),
        (chat, Capability::Chat),
        (seed, Capability::Seed),
    ]
    .into_iter()
    .filter_map(|(can, capability)| can.then_some(capability))
    .collect()
}

/// A field that was left blank is none.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_keeps_what_is_not_shown() {
        let before = ProgramDefinition {
            command: vec!["old".to_owned()],
            context_length: Some(4_096),
            env: [("A".to_owned(), "1".to_owned())].into(),
            ..ProgramDefinition::default()
        };
        let mut shown = program("mine".to_owned(), before.clone());
        shown.command = vec!["new".to_owned()];
        shown.cwd = Some("  ".to_owned());
        shown.chat = false;
        let (name, definition) = of_program(shown, before.clone());
        assert_eq!(name, "mine");
        assert_eq!(
            definition,
            Definition::Program(ProgramDefinition {
                command: vec!["new".to_owned()],
                capabilities: vec![Capability::Completion],
                ..before
            })
        );
    }
}
