use assay_cleaning::{CleaningInput, ResponseMode, clean};
use assay_core::Language;
use std::io::BufRead;
fn main() {
    for line in std::io::stdin().lock().lines() {
        let v: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let t = |k: &str| v[k].as_str().unwrap_or("");
        let languages: Vec<Language> = if t("language").is_empty() {
            vec![]
        } else {
            vec![Language::new(t("language"))]
        };
        let c = clean(&CleaningInput {
            response: t("response"),
            languages: &languages,
            prompt: t("prompt"),
            entry_point: t("entry_point"),
            mode: if t("mode") == "completion" {
                ResponseMode::Completion
            } else {
                ResponseMode::Chat
            },
            finish: None,
        });
        println!("{}", serde_json::to_string(&c).unwrap());
    }
}
