use std::io::BufRead;
use assay_core::{Language, QualityWeights};
use serde_json::Value;
fn main() {
    let mut names = assay_quality::semantic::feature_names();
    names.splice(0..0, ["model","cluster","language","passed","syn","comp","exe"].map(String::from));
    println!("{}", names.join("\t"));
    for line in std::io::stdin().lock().lines() {
        let d: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let s = |k: &str| d[k].as_str().unwrap_or_default().to_owned();
        let language = Language::new(&s("language"));
        let (q, f) = assay_quality::score_with(&assay_quality::QualityInput {
            program: &s("program"), language: &language, prompt: &s("prompt"), entry_point: &s("entry_point"),
            reference: d["reference"].as_str(), finish: None,
            content: serde_json::from_value(d["content"].clone()).ok(), weights: QualityWeights::default(),
        });
        if std::env::var("REASONS").is_ok() { for r in &q.reasons { eprintln!("{}\t{}\t{}\t{}\t{}", d["passed"], s("model"), s("cluster"), r.part.as_str(), r.text); } }
        println!("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", s("model"), s("cluster"), s("language"), d["passed"].as_bool().unwrap() as u8, q.syntactic, q.completeness, q.executability,
          f.iter().map(|x| x.to_string()).collect::<Vec<_>>().join("\t"));
    }
}
