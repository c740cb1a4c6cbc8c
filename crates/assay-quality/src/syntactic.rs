//! The share of a program that is free of syntax errors.

use assay_core::QualityPart;

use crate::reasons::Part;
use crate::source::Source;

pub(crate) fn syntactic(source: &Source<'_>) -> Part {
    let mut part = Part::full(QualityPart::Syntactic);
    if source.text.trim().is_empty() {
        part.lower(0.0, "there is no code");
        return part;
    }
    if !source.known {
        return part;
    }
    let ink = |text: &str| text.bytes().filter(|b| !b.is_ascii_whitespace()).count();
    let (mut broken, mut missing, mut first) = (0, 0, None);
    let mut at = 0;
    while at < source.nodes.len() {
        let node = &source.nodes[at];
        if node.error {
            // A token that should not be there counts, an empty one too.
            broken += ink(source.text_of(at)).max(1);
            first.get_or_insert(node.from);
            at = node.end;
            continue;
        }
        if node.missing {
            missing += 1;
            first.get_or_insert(node.from);
        }
        at += 1;
    }
    let total = ink(&source.text[..source.read]).max(1);
    if let Some(from) = first {
        let line = 1 + source.text[..from].bytes().filter(|b| *b == b'\n').count();
        let share = 1.0 - ((broken + missing) as f64 / total as f64).min(1.0);
        part.lower(share, format!("syntax error in line {line}"));
    }
    if first.is_none() && source.flawed {
        let beyond = source.read < source.text.len();
        part.lower(
            1.0 - 1.0 / total as f64,
            if beyond {
                format!("syntax error behind the first {} bytes", source.read)
            } else {
                "syntax error at its end".to_owned()
            },
        );
    }
    part
}
