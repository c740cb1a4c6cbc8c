//! What can be said of a text without parsing it: most prose is refused here, at the price of one pass.

/// Whether `text` could be Python as far as its tokens go: strings are closed, brackets match, and no two
/// names stand side by side (`Here comes` is no Python, whatever surrounds it). Everything that Python
/// 3.11 accepts passes.
pub(crate) fn plausible(text: &str) -> bool {
    #[cfg(test)]
    crate::meter::count(|work| work.scanned += text.len());
    let bytes = text.as_bytes();
    let mut brackets: Vec<u8> = Vec::new();
    // The last token was a name that is no keyword, in this line.
    let mut after_name = false;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        match byte {
            b' ' | b'\t' | b'\x0c' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = text[at..].find('\n').map_or(bytes.len(), |n| at + n);
                continue;
            }
            b'"' | b'\'' => match string_end(bytes, at) {
                Some(end) => at = end,
                None => return false,
            },
            b'(' | b'[' | b'{' => {
                brackets.push(byte);
                at += 1;
            }
            b')' | b']' | b'}' => {
                let opening = match byte {
                    b')' => b'(',
                    b']' => b'[',
                    _ => b'{',
                };
                if brackets.pop() != Some(opening) {
                    return false;
                }
                at += 1;
            }
            _ if is_word(byte) => {
                let end = bytes[at..]
                    .iter()
                    .position(|b| !is_word(*b))
                    .map_or(bytes.len(), |n| at + n);
                let word = &text[at..end];
                let quoted = matches!(bytes.get(end), Some(b'"' | b'\''));
                let number = word.starts_with(|c: char| c.is_ascii_digit());
                let prefix = quoted && word.len() <= 2;
                let name = !(number || prefix || KEYWORDS.contains(&word));
                if name && after_name {
                    return false;
                }
                after_name = name;
                at = end;
                continue;
            }
            _ => at += 1,
        }
        after_name = false;
    }
    brackets.is_empty()
}

/// Letters, digits, underscores and every character beyond ASCII (which Python allows in names or, where
/// it does not, the grammar refuses).
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Keywords, and names that act as such at the beginning of a statement.
const KEYWORDS: [&str; 38] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield", "match", "case", "type",
];

/// Where the string that begins at `at` ends; `None` when it does not.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = bytes[at];
    let triple = bytes[at..].starts_with(&[quote, quote, quote]);
    let mut at = at + if triple { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            // A backslash takes the next character with it, a line end (of two bytes, too) as well.
            b'\\' if bytes.get(at + 1) == Some(&b'\r') && bytes.get(at + 2) == Some(&b'\n') => {
                at += 3;
            }
            b'\\' => at += 2,
            b'\n' | b'\r' if !triple => return None,
            byte if byte == quote && !triple => return Some(at + 1),
            byte if byte == quote && bytes[at..].starts_with(&[quote, quote, quote]) => {
                return Some(at + 3);
            }
            _ => at += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::plausible;

    #[test]
    fn python_passes() {
        for code in [
            "",
            "x = 'it\\'s' + \"a\\\\\" # don't\n",
            "match x:\n    case Point(x=0): pass\ntype X = int\n",
            "f(**{'a': [1, (2)]})\nr'\\'' rb'' u\"\" f'{x[\"a\"]}'\n",
            "async def f(): await g\nx = a if b else c\nnot a in b is not c\n",
            "'''a\n'b' \"\"\" '''\n'one \\\n two'\n",
            "naïve = 1or 2\n",
            "a; b\nc\nd\n",
            "x = 0x1f if 1e5 else 1_000j\n",
        ] {
            assert!(plausible(code), "{code}");
        }
    }

    #[test]
    fn prose_and_halves_do_not() {
        for text in [
            "Here comes the code:\n",
            "It isn't hard\n",
            "foo(bar\n",
            "foo)\n",
            "(]\n",
            "x = 'a\n",
            "x = \"\"\"a\n",
            "'",
            "print x\n",
        ] {
            assert!(!plausible(text), "{text}");
        }
    }
}
