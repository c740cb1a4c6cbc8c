//! Fenced code blocks as models write them, which is looser than CommonMark allows.

/// One fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fence {
    /// The first word after the opening mark, in lower case; empty when there is none.
    pub tag: String,
    pub content: String,
    /// Whether a closing mark was found.
    pub closed: bool,
}

/// The fenced blocks of `text`, and the text outside them.
pub(crate) struct Fenced {
    pub fences: Vec<Fence>,
    pub outside: String,
}

/// So many of a reply's last fences are kept at least.
const KEPT: usize = 1_000;
/// So many of a reply's fences are looked at, from the end: hostile replies have thousands.
pub(crate) const MOST: usize = 200;

struct Open {
    mark: char,
    length: usize,
    indent: usize,
    tag: String,
    content: String,
}

/// Finds every fence: backticks or tildes, three or more, indented or quoted (`>`), with any tag or none,
/// with CRLF line ends, opened at the end of a line of prose, closed at the end of a line of code, or
/// never closed. An opening mark with a tag inside an open block ends that block.
pub(crate) fn find(text: &str) -> Fenced {
    #[cfg(test)]
    crate::meter::count(|work| work.scanned += text.len());
    let mut fences = Vec::new();
    let mut outside = String::new();
    let mut open: Option<Open> = None;
    for line in text.split_inclusive('\n') {
        if fences.len() >= 2 * KEPT {
            fences.drain(..KEPT);
        }
        let (indent, body) = strip_indent(line);
        let (mark, length) = mark_of(body);
        open = match open {
            None if length >= 3 => start(mark, length, indent, &body[length..], &mut fences),
            None => match opened_in_prose(line) {
                Some((before, after)) => {
                    outside.push_str(before);
                    outside.push('\n');
                    start('`', 3, 0, after, &mut fences)
                }
                None => {
                    outside.push_str(line);
                    None
                }
            },
            Some(current) if mark == current.mark && length >= current.length => {
                let info = body[length..].trim();
                fences.push(current.close(true));
                // A block that opens before the last one was closed.
                if info.is_empty() || !is_tag(info) {
                    None
                } else {
                    start(mark, length, indent, &body[length..], &mut fences)
                }
            }
            Some(mut current) => match closed_after_code(line, current.mark) {
                Some(code) => {
                    current.push(code);
                    fences.push(current.close(true));
                    None
                }
                None => {
                    current.push(line);
                    Some(current)
                }
            },
        };
    }
    if let Some(current) = open {
        fences.push(current.close(false));
    }
    Fenced { fences, outside }
}

/// The blocks that a mark inside them may have cut short: from each of the first opening marks to the next
/// few. A docstring with a fence in it makes such a block. The shortest come last.
pub(crate) fn longer(text: &str) -> Vec<Fence> {
    const OPENINGS: usize = 6;
    const MARKS: usize = 5;
    const LONGEST: usize = 262_144;
    if text.len() > LONGEST {
        return Vec::new();
    }
    // Where each line with a mark begins and ends, its indentation, mark and info.
    let mut marks = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (indent, body) = strip_indent(line);
        let (mark, length) = mark_of(body);
        if length >= 3 {
            marks.push((at, at + line.len(), indent, mark, body[length..].trim()));
        }
        at += line.len();
    }
    let mut found = Vec::new();
    for (index, (_, start, indent, mark, info)) in marks.iter().enumerate().take(OPENINGS) {
        let closings = marks[index + 1..].iter().filter(|other| other.3 == *mark);
        let ends: Vec<usize> = closings.take(MARKS).map(|other| other.0).collect();
        for end in ends {
            let mut open = Open {
                mark: *mark,
                length: 3,
                indent: *indent,
                tag: split_tag(info).0,
                content: String::new(),
            };
            for line in text[*start..end].split_inclusive('\n') {
                open.push(line);
            }
            found.push(open.close(true));
        }
    }
    found.sort_by_key(|fence| std::cmp::Reverse(fence.content.len()));
    found
}

impl Open {
    /// Adds a line without the indentation of its fence.
    fn push(&mut self, line: &str) {
        let mut rest = line;
        for _ in 0..self.indent {
            match rest.strip_prefix([' ', '\t', '>']) {
                Some(shorter) => rest = shorter,
                None => break,
            }
        }
        self.content.push_str(rest);
    }

    fn close(self, closed: bool) -> Fence {
        Fence {
            tag: self.tag,
            content: self.content,
            closed,
        }
    }
}

/// Opens a block whose opening line goes on with `info`; a block that is closed on its own line is
/// pushed to `fences` at once.
fn start(
    mark: char,
    length: usize,
    indent: usize,
    info: &str,
    fences: &mut Vec<Fence>,
) -> Option<Open> {
    let info = info.trim_end_matches(['\r', '\n']);
    if let Some(inline) = without_closing(info.trim_end(), mark, length) {
        // ```python x = 1``` on one line; more than one such on a line is not code of ours.
        let (tag, code) = split_tag(inline);
        fences.push(Fence {
            tag,
            content: format!("{code}\n"),
            closed: true,
        });
        return None;
    }
    let (tag, code) = split_tag(info);
    let mut content = String::new();
    if !code.is_empty() {
        content.push_str(code);
        content.push('\n');
    }
    Some(Open {
        mark,
        length,
        indent,
        tag,
        content,
    })
}

/// `info` without the `length` marks that it ends with.
fn without_closing(info: &str, mark: char, length: usize) -> Option<&str> {
    let start = info.len().checked_sub(length)?;
    let marks = info.as_bytes().get(start..)?;
    // A mark is one byte, and so no character is divided.
    marks
        .iter()
        .all(|byte| char::from(*byte) == mark)
        .then(|| &info[..start])
}

/// Splits what follows an opening mark into its tag and code that was begun on the same line.
fn split_tag(info: &str) -> (String, &str) {
    let trimmed = info.trim();
    let word_end = trimmed
        .find(|c: char| c.is_whitespace() || c == '{' || c == ',')
        .unwrap_or(trimmed.len());
    let (word, rest) = trimmed.split_at(word_end);
    const CODE: [&str; 7] = ["def", "from", "import", "class", "async", "return", "@"];
    if CODE.contains(&word) || (!word.is_empty() && !is_tag(word)) {
        return (String::new(), info.trim_end());
    }
    let rest = rest.trim();
    if rest.starts_with(['=', '(', '+', '[']) {
        return (String::new(), info.trim_end());
    }
    // A file name or attributes after the tag are not code; a definition is.
    let begins = |word: &&str| {
        rest.strip_prefix(*word)
            .is_some_and(|after| after.starts_with(' '))
    };
    let code = if CODE.iter().any(begins) { rest } else { "" };
    (word.to_ascii_lowercase(), code)
}

fn is_tag(word: &str) -> bool {
    let word = word.split_whitespace().next().unwrap_or("");
    !word.is_empty()
        && word.len() <= 24
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+#-_./:".contains(c))
}

/// The indentation of a line in characters (quote marks count) and what follows it.
fn strip_indent(line: &str) -> (usize, &str) {
    let body = line.trim_start_matches([' ', '\t', '>']);
    (line.len() - body.len(), body)
}

fn mark_of(body: &str) -> (char, usize) {
    let mark = match body.as_bytes().first() {
        Some(b'`') => '`',
        Some(b'~') => '~',
        _ => return (' ', 0),
    };
    (mark, body.chars().take_while(|c| *c == mark).count())
}

/// `Here is the code:```python` opens a block after prose.
fn opened_in_prose(line: &str) -> Option<(&str, &str)> {
    let at = line.find("```")?;
    let after = &line[at + 3..];
    let tag = after.trim();
    let opens = !after.contains('`') && (tag.is_empty() || is_tag(tag)) && !tag.contains(' ');
    // A lone mark after prose is as often a closing one; only with a tag is it surely an opening.
    (opens && !tag.is_empty()).then(|| (&line[..at], after))
}

/// `return x```` closes a block after code.
fn closed_after_code(line: &str, mark: char) -> Option<&str> {
    let closing = if mark == '`' { "```" } else { "~~~" };
    let body = line.trim_end();
    let code = body.strip_suffix(closing)?;
    (!code.trim().is_empty() && !code.contains(closing)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Fence {
        let mut found = find(text).fences;
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    #[test]
    fn fences_of_every_sort_are_found() {
        for (text, tag) in [
            ("```python\nx = 1\n```", "python"),
            ("```\nx = 1\n```\n", ""),
            ("``` Python\nx = 1\n```\n", "python"),
            ("~~~py\nx = 1\n~~~\n", "py"),
            ("````python\nx = 1\n````\n", "python"),
            ("1. First:\n   ```python\n   x = 1\n   ```\n", "python"),
            ("> ```python\n> x = 1\n> ```\n", "python"),
            ("Here:```python\nx = 1\n```\n", "python"),
            ("```python title=\"a.py\"\nx = 1\n```\n", "python"),
            ("```x = 1\n```\n", ""),
            ("```python\nx = 1```\n", "python"),
        ] {
            let fence = one(text);
            assert_eq!(fence.content.trim_end(), "x = 1", "{text:?}");
            assert_eq!(fence.tag, tag, "{text:?}");
            assert!(fence.closed, "{text:?}");
        }
    }

    #[test]
    fn crlf_stays_in_the_code() {
        assert_eq!(
            one("```python\r\nx = 1\r\ny = 2\r\n```\r\n").content,
            "x = 1\r\ny = 2\r\n"
        );
    }

    #[test]
    fn a_fence_without_its_end_is_found() {
        let fence = one("Sure!\n```python\nx = 1\ny =");
        assert!(!fence.closed);
        assert_eq!(fence.content, "x = 1\ny =");
    }

    #[test]
    fn a_definition_on_the_opening_line_is_code() {
        assert_eq!(
            one("```def f():\n    pass\n```").content,
            "def f():\n    pass\n"
        );
        assert_eq!(
            one("```python def f():\n    pass\n```").content,
            "def f():\n    pass\n"
        );
    }

    #[test]
    fn an_opening_mark_ends_a_block_that_was_not_closed() {
        let found = find("```python\na = 1\n```python\nb = 2\n```\nend\n");
        let contents: Vec<_> = found.fences.iter().map(|f| f.content.as_str()).collect();
        assert_eq!(contents, ["a = 1\n", "b = 2\n"]);
        assert_eq!(found.outside, "end\n");
    }

    #[test]
    fn inner_shorter_fences_belong_to_the_block() {
        assert_eq!(one("````\n```\nx\n```\n````\n").content, "```\nx\n```\n");
    }
}
