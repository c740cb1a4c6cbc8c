//! Code that a reply dresses up: quoted, numbered, escaped, as a transcript or a difference.

use crate::fences::Fenced;
use crate::foreign;
use crate::grammars::of_tag;

/// A text is looked at for so much; a longer one was not written by hand.
const LONGEST: usize = 262_144;

/// The text without what dresses it up; `None` when nothing does.
type Way = fn(&str) -> Option<String>;

/// The reply without what dresses its code up, in each way that may be what it has; and that way's rule.
pub(crate) fn variants(text: &str, fenced: &Fenced) -> Vec<(&'static str, String)> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let ways: [(&'static str, Way); 5] = [
        ("unescaped", unescaped),
        ("unquoted", unquoted),
        ("transcript", of_transcript),
        ("unnumbered", unnumbered),
        ("difference", of_difference),
    ];
    let mut found: Vec<(&'static str, String)> = quotes_for_marks(text)
        .map(|text| ("fence", text))
        .into_iter()
        .collect();
    for (rule, way) in ways {
        let pieces: Vec<String> = fenced
            .fences
            .iter()
            .filter_map(|fence| {
                let inner = way(&fence.content)?;
                let end = if inner.ends_with('\n') { "" } else { "\n" };
                let tag = if fence.tag == "diff" { "" } else { &fence.tag };
                Some(format!("````````{tag}\n{inner}{end}````````\n"))
            })
            .collect();
        if !pieces.is_empty() {
            found.push((rule, pieces.concat()));
        } else if let Some(inner) = way(&fenced.outside) {
            found.push((rule, inner));
        }
    }
    found
}

/// With marks of fences where three quotes and a language's name stand for them.
fn quotes_for_marks(text: &str) -> Option<String> {
    let known = foreign::languages();
    let opening = |line: &str| {
        ["'''", "\"\"\""].into_iter().find(|quotes| {
            let tag = line.strip_prefix(quotes).map(str::trim);
            tag.is_some_and(|tag| !tag.is_empty() && known.contains(&of_tag(tag)))
        })
    };
    let quotes = text.lines().find_map(opening)?;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.strip_prefix(quotes) {
            Some(tag) if tag.trim().is_empty() || opening(line).is_some() => {
                out.push_str("```");
                out.push_str(tag);
            }
            _ => out.push_str(line),
        }
    }
    Some(out)
}

/// With the characters that HTML has names for.
fn unescaped(text: &str) -> Option<String> {
    const NAMES: [(&str, &str); 9] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&apos;", "'"),
        ("&nbsp;", " "),
        // The last: what it brings is not looked at again.
        ("&amp;", "&"),
    ];
    let mut out = text.to_owned();
    for (name, character) in NAMES {
        if out.contains(name) {
            out = out.replace(name, character);
        }
    }
    (out != text).then(|| {
        // Escaped code stands in elements of HTML.
        out.lines()
            .map(|line| {
                let tag = line.trim();
                let element = tag.starts_with('<') && tag.ends_with('>') && tag.contains("pre");
                format!("{}\n", if element { "" } else { line })
            })
            .collect()
    })
}

/// Without the marks of a quotation, when most lines have one.
fn unquoted(text: &str) -> Option<String> {
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let quoted = lines().filter(|line| line.starts_with('>')).count();
    let prompts = lines().filter(|line| line.starts_with(">>>")).count();
    if quoted < 2 || quoted * 2 < lines().count() || prompts > 0 {
        return None;
    }
    Some(each_line(text, |line| {
        let rest = line.strip_prefix('>')?;
        Some(rest.strip_prefix(' ').unwrap_or(rest))
    }))
}

/// What was typed at an interpreter's prompt, without what it answered. A docstring's examples were not typed there.
fn of_transcript(text: &str) -> Option<String> {
    if !text.contains(">>>") && !text.contains("In [") {
        return None;
    }
    let mut typed = 0;
    // The quotes of the docstring the line stands in.
    let mut docstring: Option<&str> = None;
    let out = each_line(text, |line| {
        let body = line.trim_start();
        let code = if docstring.is_some() {
            None
        } else if let Some(rest) = body.strip_prefix(">>>") {
            typed += 1;
            Some(rest)
        } else if let Some(rest) = body.strip_prefix("...") {
            Some(rest.strip_prefix(':').unwrap_or(rest))
        } else if let Some(rest) = body.strip_prefix("In [") {
            typed += 1;
            Some(rest.split_once("]:")?.1)
        } else {
            None
        };
        let Some(code) = code else {
            let turns = |quotes: &&str| line.matches(quotes).count() % 2 == 1;
            docstring = match docstring {
                Some(open) if turns(&open) => None,
                None => ["\"\"\"", "'''"].into_iter().find(turns),
                still => still,
            };
            return None;
        };
        Some(code.strip_prefix(' ').unwrap_or(code))
    });
    (typed > 0).then_some(out)
}

/// Without line numbers, when all lines have one and they count up.
fn unnumbered(text: &str) -> Option<String> {
    let (mut last, mut count) = (None, 0);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        // A number alone is that of an empty line.
        let n = match number(line) {
            Some((n, _)) => n,
            None => line.trim().parse().ok()?,
        };
        if last.is_some_and(|last| n <= last) {
            return None;
        }
        (last, count) = (Some(n), count + 1);
    }
    if count < 2 {
        return None;
    }
    Some(each_line(text, |line| {
        let (_, rest) = number(line)?;
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let marked = rest.strip_prefix([':', '|', '.', ')']);
        Some(marked.map_or(rest, |rest| rest.strip_prefix(' ').unwrap_or(rest)))
    }))
}

fn number(line: &str) -> Option<(u32, &str)> {
    let body = line.trim_start();
    let end = body.find(|c: char| !c.is_ascii_digit())?;
    let (digits, rest) = body.split_at(end);
    Some((digits.parse().ok()?, rest))
}

/// The new side of a difference.
fn of_difference(text: &str) -> Option<String> {
    let added = text.lines().filter(|line| line.starts_with('+')).count();
    let foreign = text
        .lines()
        .any(|line| !line.is_empty() && !line.starts_with(['+', '-', ' ', '@', '\\', 'd', 'i']));
    if added < 2 || foreign {
        return None;
    }
    Some(each_line(text, |line| {
        if line.starts_with("+++") {
            return None;
        }
        line.strip_prefix('+').or_else(|| line.strip_prefix(' '))
    }))
}

/// The lines that `take` gives, each with its line end.
fn each_line<'a>(text: &'a str, mut take: impl FnMut(&'a str) -> Option<&'a str>) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        if let Some(kept) = take(body) {
            out.push_str(kept);
            out.push_str(&line[body.len()..]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_dressed_up_is_left_alone() {
        for text in [
            "",
            "def f(x):\n    return x > 1\n",
            "1 apple\n1 pear\n",
            "a\n> b\nc\nd\n",
            "1\n",
            "+ one\nx = 1\n",
            "def f(x):\n    \"\"\"One more.\n\n    >>> f(1)\n    2\n    \"\"\"\n",
        ] {
            for way in [
                unescaped,
                unquoted,
                of_transcript,
                unnumbered,
                of_difference,
            ] {
                assert_eq!(way(text), None, "{text}");
            }
        }
    }

    #[test]
    fn dress_comes_off() {
        assert_eq!(unescaped("a &lt; &amp;lt;\n").unwrap(), "a < &lt;\n");
        assert_eq!(unquoted("> a\n>  b\n>\n").unwrap(), "a\n b\n\n");
        assert_eq!(
            of_transcript(">>> a\n... b\n1\n>>> c\n").unwrap(),
            "a\nb\nc\n"
        );
        // A docstring that was typed belongs to what was typed.
        assert_eq!(
            of_transcript(">>> def f():\n...     \'\'\'\n...     >>> f()\n...     \'\'\'\n")
                .unwrap(),
            "def f():\n    \'\'\'\n    >>> f()\n    \'\'\'\n"
        );
        assert_eq!(
            unnumbered(" 1 | a\n 2 |   b\n10 | c\r\n").unwrap(),
            "a\n  b\nc\r\n"
        );
        assert_eq!(
            of_difference("@@ -1 +1 @@\n-a\n+b\n c\n+d\n").unwrap(),
            "b\nc\nd\n"
        );
    }
}
