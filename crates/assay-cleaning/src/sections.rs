//! Texts too long to be parsed whole: their beginning, their end and the entry point are.
//!
//! Nobody writes a program of more than [`LARGE`] bytes in a reply, but a model that repeats itself does, and
//! its code must come back as it is all the same, in a time that does not grow with what is repeated.

use std::ops::Range;

use crate::chunks::is_talk;

/// A text up to so many bytes is parsed whole.
pub(crate) const LARGE: usize = 65_536;
/// So much of the beginning and of the end of a longer one is.
pub(crate) const SECTION: usize = 16_384;
/// So much of its beginning and of its end is looked through for code, when it is not code as a whole.
const WINDOW: usize = 16_384;

/// What people are told when only [`window`] was looked through.
pub(crate) const IN_PART: &str =
    "the text is very long: only its beginning and its end were looked through for code";

/// How much all candidates out of a text of `length` bytes may cost the parser together, in hundreds of
/// operations. Code needs less than one operation a byte; a short text may be parsed often, a long one a few
/// times, and what is long beyond [`LARGE`] is not parsed.
pub(crate) fn allowance(length: usize) -> usize {
    2_000 + length.min(LARGE) / 100 * 4
}

/// What an error in a candidate out of a text of `length` bytes costs of that: little in a short text, which may
/// have many pieces that do not parse, and in a long one about what the parser takes to find it out.
pub(crate) fn price_of_error(length: usize) -> usize {
    2 + (length / 1_024).min(14)
}

/// What is parsed of a text that was cut into `chunks`, each of them a statement at the top level or several:
/// its beginning, the last chunk that `defines` the entry point, and its end, without overlap and in order. A
/// chunk is never divided, however long it is.
pub(crate) fn judged(
    text: &str,
    chunks: &[Range<usize>],
    defines: impl Fn(&str) -> bool,
) -> Vec<Range<usize>> {
    let Some(last) = chunks.len().checked_sub(1) else {
        return Vec::new();
    };
    let head = chunks_of_first(chunks);
    let mut tail = chunks.len();
    while tail > head && (tail == chunks.len() || text.len() - chunks[tail - 1].start <= SECTION) {
        tail -= 1;
    }
    let mut found = Vec::new();
    found.push(0..chunks[head - 1].end);
    let late = chunks[tail..]
        .iter()
        .any(|chunk| defines(&text[chunk.clone()]));
    if !late
        && let Some(entry) = chunks[head..tail]
            .iter()
            .rev()
            .find(|chunk| defines(&text[(*chunk).clone()]))
    {
        found.push(entry.clone());
    }
    if tail <= last {
        found.push(chunks[tail].start..text.len());
    }
    found
}

/// How many of `chunks` (one at least) the first section holds.
fn chunks_of_first(chunks: &[Range<usize>]) -> usize {
    let more = chunks.iter().skip(1);
    1 + more.take_while(|chunk| chunk.end <= SECTION).count()
}

/// The first section of a text that begins with `chunks`.
pub(crate) fn first(chunks: &[Range<usize>]) -> Option<Range<usize>> {
    (!chunks.is_empty()).then(|| 0..chunks[chunks_of_first(chunks) - 1].end)
}

/// The first lines of a long text, no more than are parsed whole.
pub(crate) fn beginning(text: &str) -> &str {
    let cut = (0..=LARGE.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    &text[..text[..cut].rfind('\n').map_or(0, |end| end + 1)]
}

/// Whether a chunk that is not parsed is talk, beyond doubt.
pub(crate) fn talks(chunk: &str) -> bool {
    let chunk = chunk.trim();
    !chunk.is_empty() && chunk.ends_with(['.', '!', '?', ':']) && is_talk(chunk)
}

/// The names that a chunk which is not parsed brings, by its first line: all words of an import, the word before
/// the first bracket, colon or sign of equality of anything else.
pub(crate) fn brought(chunk: &str) -> Vec<&str> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let line = chunk.lines().next().unwrap_or_default();
    let imports = [
        "import", "from ", "use ", "using ", "#include", "const ", "let ", "var ",
    ];
    if imports.iter().any(|begin| line.starts_with(begin)) {
        return line.split(|c| !word(c)).filter(|w| !w.is_empty()).collect();
    }
    let end = line.find(['(', '{', ':', '=', '<']).unwrap_or(line.len());
    let head = line[..end].trim_end();
    let name = head.rsplit(|c| !word(c)).next().unwrap_or_default();
    if name.is_empty() {
        Vec::new()
    } else {
        vec![name]
    }
}

/// The beginning and the end of a long text, cut between lines; the second where `begins` says that a statement
/// may begin.
pub(crate) fn window(text: &str, begins: impl Fn(&str) -> bool) -> Option<(&str, &str)> {
    if text.len() <= LARGE {
        return None;
    }
    let cut = (0..=WINDOW).rev().find(|at| text.is_char_boundary(*at))?;
    let head = &text[..text[..cut].rfind('\n').map_or(cut, |end| end + 1)];
    let from = text.len() - WINDOW;
    let from = (from..text.len()).find(|at| text.is_char_boundary(*at))?;
    let mut at = from + text[from..].find('\n')? + 1;
    let start = text[at..].split_inclusive('\n').find_map(|line| {
        let here = at;
        at += line.len();
        begins(line).then_some(here)
    });
    Some((head, &text[start.unwrap_or(text.len())..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginning_entry_and_end_are_judged() {
        let one = format!("{}\n", "x".repeat(9_999));
        let text = one.repeat(20);
        let chunks: Vec<Range<usize>> = (0..20).map(|n| n * 10_000..(n + 1) * 10_000).collect();
        assert_eq!(
            judged(&text, &chunks, |_| false),
            [0..10_000, 190_000..200_000]
        );
        let mut text = text;
        text.replace_range(70_000..70_001, "f");
        let found = judged(&text, &chunks, |chunk| chunk.starts_with('f'));
        assert_eq!(found, [0..10_000, 70_000..80_000, 190_000..200_000]);
        let one = std::slice::from_ref(&(0..200_000)).to_vec();
        assert_eq!(judged(&text, &one, |_| true), one);
    }

    #[test]
    fn names_are_told_by_a_first_line() {
        assert_eq!(brought("def f(x: List[int]):\n    g = x\n"), ["f"]);
        assert_eq!(brought("static int g(int x) {\n"), ["g"]);
        assert_eq!(brought("from a import b\n"), ["from", "a", "import", "b"]);
        assert_eq!(brought("}\n"), [""; 0]);
    }

    #[test]
    fn a_window_is_cut_between_lines() {
        assert!(window("short", |_| true).is_none());
        let text = "é = 1\n".repeat(20_000);
        let (head, tail) = window(&text, |line| line.starts_with('é')).unwrap();
        assert!(head.ends_with('\n') && tail.starts_with('é') && tail.len() <= WINDOW);
    }
}
