//! Asks one model one thing, as it comes: `ask DATA_DIR MODEL [--chat] PROMPT`. A model of the catalogue is
//! pulled first when it is not there.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::Write;
use std::path::Path;

use assay_core::{Coded, GenerationRequest, Message, ModelRef, Prompt, Role, Sampling};
use assay_providers::models::ModelStore;
use assay_providers::{CancellationToken, Delta, ProviderConfig, ProviderRegistry};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let chat = args.iter().position(|arg| arg == "--chat");
    if let Some(at) = chat {
        args.remove(at);
    }
    let [data_dir, model, prompt] = args.as_slice() else {
        return Err("usage: ask DATA_DIR MODEL [--chat] PROMPT".into());
    };
    let cancel = CancellationToken::new();
    let model: ModelRef = model.parse()?;
    let store = ModelStore::new(Path::new(data_dir));
    if model.provider == "local" && store.list().iter().any(|row| row.id == model.name) {
        store
            .pull(&model.name, &|progress| eprintln!("{progress:?}"), &cancel)
            .await?;
    }
    let provider = ProviderRegistry::new().open(&model, &ProviderConfig::from_env(data_dir))?;
    eprintln!("{}", provider.check(&cancel).await?.summary);
    let prompt = match chat {
        Some(_) => Prompt::Chat {
            messages: vec![Message {
                role: Role::User,
                content: prompt.clone(),
            }],
        },
        None => Prompt::Completion {
            text: prompt.clone(),
        },
    };
    let request = GenerationRequest {
        prompt,
        sampling: Sampling::default(),
        seed: Some(1),
        origin: None,
    };
    let show = |delta: Delta<'_>| {
        if let Delta::Text(text) = delta {
            print!("{text}");
            let _ = std::io::stdout().flush();
        }
    };
    match provider.generate(&request, &show, &cancel).await {
        Ok(generation) => eprintln!("\n{:?} {:?}", generation.finish, generation.usage),
        Err(error) => eprintln!("\n{:?}", error.info()),
    }
    Ok(())
}
