//! `assay keys`

use std::io::{IsTerminal as _, Read as _};

use assay_app::dto::{KeySource, KeyStatus};
use assay_app::{App, AppError};

use super::cancellable;
use crate::Ending;
use crate::args::KeysCommand;
use crate::output::{Output, table};

/// More than any key has, in bytes.
const LONGEST: u64 = 64 * 1024;

pub async fn run(app: &App, command: KeysCommand, output: Output) -> Result<Ending, AppError> {
    match command {
        KeysCommand::List => {
            let keys = app.keys().await?;
            output.answer(&keys, |keys| list_text(keys));
            Ok(Ending::Done)
        }
        KeysCommand::Set { variable, more } => {
            if !more.is_empty() {
                return Err(AppError::usage(
                    "key-as-argument",
                    "a key is not given as an argument: other programs and the shell's history see it",
                    "leave it out and type it when asked, or pipe it in; change it if the history has it",
                ));
            }
            set(app, &variable, output).await
        }
        KeysCommand::Forget { variable } => {
            let task = format!("key-{variable}");
            let was_there = cancellable(app, &task, app.forget_key(&variable)).await?;
            output.answer(&was_there, |was_there| {
                if *was_there {
                    format!("{variable} is forgotten")
                } else {
                    format!("there was no key under {variable}")
                }
            });
            Ok(Ending::Done)
        }
    }
}

async fn set(app: &App, variable: &str, output: Output) -> Result<Ending, AppError> {
    app.check_key_variable(variable)?;
    let prompt = format!("Key for {variable} (not shown): ");
    let secret = tokio::task::spawn_blocking(move || read_secret(&prompt))
        .await
        .map_err(|_| AppError::failed("key-unread", "reading the key failed"))??;
    let task = format!("key-{variable}");
    let status = cancellable(app, &task, app.set_key(variable, secret)).await?;
    output.answer(&status, |status| {
        if status.in_keyring {
            format!("{variable} is kept in the keyring")
        } else {
            format!("{variable} is NOT kept")
        }
    });
    if !status.in_keyring {
        output.note(&format!(
            "{}\nWithout a keyring a key lives as long as the program, and this command has ended: put it into the environment variable {variable} instead.",
            status.detail
        ));
        return Ok(Ending::SomethingFailed);
    }
    if status.source == KeySource::Environment {
        output.note(&format!(
            "the environment has a {variable} too, which goes before this one"
        ));
    }
    Ok(Ending::Done)
}

/// A key from the terminal, where it is not shown, or all of standard input.
fn read_secret(prompt: &str) -> Result<String, AppError> {
    let unread = |error: std::io::Error| {
        AppError::failed("key-unread", format!("failed to read the key: {error}"))
    };
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password(prompt).map_err(unread);
    }
    let mut secret = String::new();
    std::io::stdin()
        .lock()
        .take(LONGEST)
        .read_to_string(&mut secret)
        .map_err(unread)?;
    Ok(secret)
}

fn list_text(keys: &[KeyStatus]) -> String {
    let rows: Vec<Vec<String>> = keys
        .iter()
        .map(|key| {
            let source = match key.source {
                KeySource::None => "none",
                KeySource::Environment => "environment",
                KeySource::Keyring => "keyring",
                KeySource::Session => "this session",
            };
            vec![
                key.variable.clone(),
                source.to_owned(),
                key.used_by.join(", "),
                key.detail.clone(),
            ]
        })
        .collect();
    table(&["variable", "key from", "used by", "remarks"], &rows)
}
