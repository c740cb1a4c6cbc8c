//! The work of a cleaning is bounded by a reply's length, whatever it holds: counted, not timed.

use assay_core::{Language, ResponseMode};
use proptest::prelude::*;

use crate::grammars::Grammar;
use crate::meter::{self, Work};
use crate::{CleaningInput, clean, sections};

/// What trips parsers when it is repeated: code and what looks like it,
const CODE: [&str; 9] = [
    "def f(x):\n    return [x]\n\n",
    "function f(x) {\n  return [x];\n}\n\n",
    "int f(int x) {\n  return x;\n}\n\n",
    "def f(x):\nfunction f(x) {\nint f(int x) {\n",
    "if x:\n for y in z:\n",
    "if a &lt; b &amp;&amp; c:\n",
    "1 x = 1\n",
    "x = 1\r\n",
    "x = g(1); ",
];

/// prose and its marks,
const PROSE: [&str; 9] = [
    "It isn't lazy; it jumps (over) it.\n",
    "It isn't lazy, it jumps (over it; ",
    "> def f(x):\n>     return x\n",
    ">>> f(1)\n1\n",
    "<li class=\"a\">isn't</li>\n",
    "# x\n// y\n",
    "\n",
    "\\\n",
    "\u{1f642}\0é\u{2028}",
];

/// what divides a reply,
const MARKS: [&str; 9] = [
    "Here:\n```\ndef f(x):\n    return x\n```\n",
    "```\nif (x) {\n```\n",
    "```python\n",
    "~~~ x\n``` y\n",
    "<think>\nx\n",
    "x</think>\n",
    "<|im_start|>user\n<|im_end|>\n",
    "`${",
    "/* ",
];

/// and what opens or closes.
const BRACKETS: [&str; 9] = [
    "(",
    "{}",
    ")}]",
    "f([{\n",
    "\"'",
    "\"\"\"'''\n",
    "r#\"R\"x(",
    "a < b <",
    "= /a ",
];

fn work(response: &str, language: Option<&str>, mode: ResponseMode) -> Work {
    let languages: Vec<Language> = language.map(Language::new).into_iter().collect();
    meter::take();
    clean(&CleaningInput {
        response,
        languages: &languages,
        prompt: "def f(x):\n",
        entry_point: "f",
        mode,
        finish: None,
    });
    meter::take()
}

/// What all parses together may ask, however long the reply is, and however many languages are tried.
const MOST_CHECKS: usize = 8 * 6_000;

#[test]
fn code_four_times_as_long_is_four_times_the_work_at_most() {
    multiplied(CODE);
}

#[test]
fn prose_four_times_as_long_is_four_times_the_work_at_most() {
    multiplied(PROSE);
}

#[test]
fn four_times_as_many_marks_are_four_times_the_work_at_most() {
    multiplied(MARKS);
}

#[test]
fn four_times_as_many_brackets_are_four_times_the_work_at_most() {
    multiplied(BRACKETS);
}

fn multiplied(shapes: [&str; 9]) {
    for (index, shape) in shapes.into_iter().enumerate() {
        // One language for each shape, in turn, and any.
        let language = Grammar::all()[index % Grammar::all().len()].id;
        let (language, mode) = match index % 3 {
            0 => (Some(language), ResponseMode::Chat),
            1 => (Some(language), ResponseMode::Completion),
            _ => (None, ResponseMode::Chat),
        };
        // Both are longer than what is parsed whole, so that neither is parsed more than the other.
        let times = sections::LARGE / shape.len() + 100;
        let reply = shape.repeat(times);
        let longer = shape.repeat(times * 4);
        let (once, fourfold) = (work(&reply, language, mode), work(&longer, language, mode));
        let of = format!("{shape:?} in {language:?}: {once:?}, {fourfold:?}");
        assert!(fourfold.checks <= once.checks * 2 + 1_000, "{of}");
        assert!(fourfold.read <= once.read * 2 + 100_000, "{of}");
        assert!(fourfold.errors <= once.errors * 2 + 50, "{of}");
        assert!(fourfold.scanned <= once.scanned * 5, "{of}");
        assert!(fourfold.scanned <= 60 * longer.len(), "{of}");
        assert!(fourfold.checks < MOST_CHECKS, "{of}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Motifs of what trips parsers, each repeated for a while.
    #[test]
    fn no_mixture_takes_more_than_its_share(
        motifs in prop::collection::vec(
            (prop::collection::vec(prop::sample::select([CODE, PROSE, MARKS, BRACKETS].concat()), 1..5), 1_usize..40),
            1..8,
        ),
        language in prop::option::of(0_usize..8),
        chat in any::<bool>(),
    ) {
        let reply: String = motifs
            .iter()
            .map(|(pieces, times)| pieces.concat().repeat(*times))
            .collect();
        let language = language.map(|index| Grammar::all()[index].id);
        let mode = if chat { ResponseMode::Chat } else { ResponseMode::Completion };
        let work = work(&reply, language, mode);
        prop_assert!(work.checks < MOST_CHECKS, "{work:?}");
        prop_assert!(work.read <= 4_000_000 + 100 * reply.len(), "{work:?} {}", reply.len());
    }
}
