//! Opening a model that a person defined.

use std::collections::BTreeMap;

use assay_core::{Coded, ModelRef};

use super::{Capability, CustomProviders, DefinitionKind, FILE};
use crate::{Capabilities, Failure, ProviderConfig};

/// The definition behind a model's name.
#[derive(Debug)]
pub(crate) struct Defined<D> {
    pub(crate) name: String,
    /// What is asked of it: the rest of the model's name, or that of the definition.
    pub(crate) asked_model: String,
    pub(crate) definition: D,
    /// The names of all of its kind.
    pub(crate) all: Vec<String>,
}

/// Finds the definition of `model` among those that `of` picks.
///
/// # Errors
/// A model with an address, which only its definition can have (`no_address` says so), a file that cannot be
/// read, a name that none is defined under.
pub(crate) fn defined<D>(
    model: &ModelRef,
    config: &ProviderConfig,
    kind: DefinitionKind,
    no_address: &str,
    of: impl FnOnce(CustomProviders) -> BTreeMap<String, D>,
) -> Result<Defined<D>, Failure> {
    if model.url.is_some() {
        return Err(Failure::Unsupported {
            model: model.to_string(),
            detail: no_address.to_owned(),
        });
    }
    let all = CustomProviders::load(&config.data_dir).map_err(|error| Failure::Definition {
        detail: error.info().message,
    })?;
    let mut all = of(all);
    let (name, asked_model) = split_name(&model.name);
    let names: Vec<String> = all.keys().cloned().collect();
    let definition = all
        .remove(name)
        .ok_or_else(|| undefined(kind, name, &names))?;
    Ok(Defined {
        name: name.to_owned(),
        asked_model: asked_model.to_owned(),
        definition,
        all: names,
    })
}

/// What a definition says its model can do.
pub(crate) fn capabilities(
    named: &[Capability],
    context_length: Option<u32>,
    streaming: bool,
    concurrency: usize,
) -> Capabilities {
    let can = |capability| named.contains(&capability);
    Capabilities {
        completion: can(Capability::Completion),
        chat: can(Capability::Chat),
        streaming,
        seed: can(Capability::Seed),
        context_length,
        concurrency,
    }
}

/// `NAME` or `NAME/MODEL` of a model's name: the definition, and the model it is asked for.
fn split_name(name: &str) -> (&str, &str) {
    match name.split_once('/') {
        Some((definition, model)) if !model.is_empty() => (definition, model),
        _ => (name.trim_end_matches('/'), name.trim_end_matches('/')),
    }
}

/// No definition has that name.
fn undefined(kind: DefinitionKind, name: &str, known: &[String]) -> Failure {
    let known: Vec<String> = known
        .iter()
        .map(|name| format!("{}:{name}", kind.as_str()))
        .collect();
    Failure::ModelNotFound {
        model: format!("{}:{name}", kind.as_str()),
        detail: format!("{FILE} defines no [{}.{name}]", kind.as_str()),
        hint: if known.is_empty() {
            format!("define it in {FILE} in the data folder")
        } else {
            format!("defined are {}", known.join(", "))
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_definitions_and_the_models() {
        assert_eq!(split_name("mine"), ("mine", "mine"));
        assert_eq!(split_name("mine/a/b:c"), ("mine", "a/b:c"));
        assert_eq!(split_name("mine/"), ("mine", "mine"));
    }
}
