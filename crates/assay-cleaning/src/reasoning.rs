//! Reasoning blocks and the marks of chat formats, set aside before anything is taken for code.

/// A response without its reasoning.
pub(crate) struct Answer<'a> {
    pub text: String,
    /// The reasoning that was set aside, in order.
    pub drafts: Vec<&'a str>,
    /// Whether the last draft has no end mark: the answer may have been written inside it.
    pub unclosed: bool,
}

/// Opening and closing marks of the models in use.
const TAGS: [(&str, &str); 12] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<reasoning>", "</reasoning>"),
    ("<thought>", "</thought>"),
    ("<thoughts>", "</thoughts>"),
    ("<reflection>", "</reflection>"),
    ("<scratchpad>", "</scratchpad>"),
    ("<analysis>", "</analysis>"),
    ("<seed:think>", "</seed:think>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
];

const FINAL_CHANNEL: &str = "<|channel|>final";
const CHANNEL: &str = "<|channel|>";
const MESSAGE: &str = "<|message|>";

/// Marks after which a model that is not stopped goes on talking to itself.
const END_MARKS: [&str; 16] = [
    "<|im_end|>",
    "<|im_start|>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<|eot_id|>",
    "<|start_header_id|>",
    "<|end|>",
    "<|return|>",
    "<|EOT|>",
    "<|file_sep|>",
    "<file_sep>",
    "<end_of_turn>",
    "<start_of_turn>",
    "<｜end▁of▁sentence｜>",
    "<eos>",
    "</s>",
];

/// Sets reasoning aside, closed or not. A block counts only when its opening mark begins a line (or the
/// response), so that a program which merely speaks of such marks keeps them.
pub(crate) fn set_aside(response: &str) -> Answer<'_> {
    #[cfg(test)]
    crate::meter::count(|work| work.scanned += response.len());
    let mut answer = if response.contains(CHANNEL) {
        by_channel(response)
    } else {
        by_tag(response)
    };
    answer.text = without_end_marks(&answer.text);
    answer
}

fn by_channel(response: &str) -> Answer<'_> {
    match response.rfind(FINAL_CHANNEL) {
        Some(at) => {
            let after = &response[at + FINAL_CHANNEL.len()..];
            let text = match after.find(MESSAGE) {
                Some(message) => &after[message + MESSAGE.len()..],
                None => after,
            };
            Answer {
                text: text.to_owned(),
                drafts: vec![&response[..at]],
                unclosed: false,
            }
        }
        None => Answer {
            text: String::new(),
            drafts: vec![response],
            unclosed: true,
        },
    }
}

fn by_tag(response: &str) -> Answer<'_> {
    let mut text = String::with_capacity(response.len());
    let mut drafts = Vec::new();
    let mut at = 0;
    // Where the answer that is being gathered began: a closing mark without an opening one (the opening
    // mark was part of the chat template) makes all of it reasoning.
    let mut answer_start = 0;
    while at < response.len() {
        let line_end = response[at..]
            .find('\n')
            .map_or(response.len(), |n| at + n + 1);
        let line = &response[at..line_end];
        // All marks begin with one of these bytes.
        if !line.bytes().any(|byte| matches!(byte, b'<' | b'[' | 0xe2)) {
            text.push_str(line);
            at = line_end;
            continue;
        }
        let trimmed = line.trim_start();
        if let Some((open, close)) = TAGS
            .iter()
            .find(|(open, _)| starts_with_ignoring_case(trimmed, open))
        {
            let inside = line_end - trimmed.len() + open.len();
            match response[inside..].find(close) {
                Some(length) => {
                    drafts.push(&response[inside..inside + length]);
                    at = inside + length + close.len();
                    continue;
                }
                None => {
                    drafts.push(&response[inside..]);
                    return Answer {
                        text,
                        drafts,
                        unclosed: true,
                    };
                }
            }
        }
        let stray = TAGS.iter().find_map(|(_, close)| {
            let body = line.trim();
            (starts_with_ignoring_case(body, close) || body.ends_with(close))
                .then(|| line.find(close).map(|n| n + close.len()))
                .flatten()
        });
        if let Some(after) = stray {
            drafts.push(&response[answer_start..at + after]);
            text.clear();
            at += after;
            answer_start = at;
            continue;
        }
        text.push_str(line);
        at = line_end;
    }
    Answer {
        text,
        drafts,
        unclosed: false,
    }
}

fn starts_with_ignoring_case(text: &str, mark: &str) -> bool {
    text.as_bytes()
        .get(..mark.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(mark.as_bytes()))
}

/// The text up to the first end mark, leading marks and the roles they announce skipped.
fn without_end_marks(text: &str) -> String {
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start();
        let Some(mark) = END_MARKS.iter().find(|mark| trimmed.starts_with(**mark)) else {
            break;
        };
        rest = &trimmed[mark.len()..];
        if mark.contains("start") {
            // `<|im_start|>assistant` and its kind: the role is not part of the answer.
            rest = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
            rest = rest.strip_prefix("<|end_header_id|>").unwrap_or(rest);
        }
    }
    let mut from = 0;
    while let Some(found) = rest[from..].find(['<']) {
        let at = from + found;
        let tail = &rest[at..];
        if let Some(mark) = END_MARKS.iter().find(|mark| tail.starts_with(**mark)) {
            let after = &tail[mark.len()..];
            if after.is_empty() || after.starts_with(char::is_whitespace) || after.starts_with('<')
            {
                return rest[..at].to_owned();
            }
        }
        from = at + 1;
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_blocks_are_set_aside() {
        let answer = set_aside("<think>\nmaybe\n</think>\nanswer\n<thinking>x</thinking> more\n");
        assert_eq!(answer.text, "\nanswer\n more\n");
        assert_eq!(answer.drafts, ["\nmaybe\n", "x"]);
        assert!(!answer.unclosed);
    }

    #[test]
    fn an_unclosed_block_takes_the_rest() {
        let answer = set_aside("before\n<think>\nso much to think");
        assert_eq!(answer.text, "before\n");
        assert!(answer.unclosed);
    }

    #[test]
    fn a_lone_closing_mark_ends_reasoning_that_the_template_opened() {
        let answer = set_aside("I think so.\n```python\ndraft\n```\n</think>\n\nfinal");
        assert_eq!(answer.text, "\n\nfinal");
    }

    #[test]
    fn the_final_channel_is_the_answer() {
        let answer = set_aside(
            "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>done<|return|>",
        );
        assert_eq!(answer.text, "done");
    }

    #[test]
    fn marks_inside_a_line_are_text() {
        let text = "x = text.split('<think>')\ny = '</think>'.join(x)\n";
        assert_eq!(set_aside(text).text, text);
        let text = "html = '</s>' + x\n";
        assert_eq!(set_aside(text).text, text);
    }

    #[test]
    fn what_follows_an_end_mark_is_not_the_answer() {
        assert_eq!(
            set_aside("code\n<|im_end|>\n<|im_start|>user\nmore").text,
            "code\n"
        );
        assert_eq!(set_aside("<|im_start|>assistant\ncode").text, "\ncode");
        assert_eq!(set_aside("<|im_start|>user\n<|im_end|>\n").text.trim(), "");
    }
}
