"""Reading programs as texts: what is code and what is a string or a comment, and which brackets are open.

Not parsers: enough to put tests behind a program, and to see what tampers with them.
"""

import re

_LINE = r"//[^\n]*"
_BLOCK = r"/\*.*?(?:\*/|\Z)"
_DOUBLE = r'"(?:\\.|[^"\\\n])*"?'
_SINGLE = r"'(?:\\.|[^'\\\n])*'?"
_CHAR = r"'(?:\\(?:[uU]\{?[0-9A-Fa-f]+\}?|x[0-9A-Fa-f]+|[0-7]{1,3}|.)|[^'\\\n])'"
#: C++ has characters of several characters, and numbers with quotes in them, which are code.
_CHARS = r"'(?:\\.|[^'\\\n])+'"
_NUMBER = r"\b\d(?:'?\w|\.)*"
#: What is not code, by language: strings, characters, comments.
_OTHER = {
    "cpp": (r'\b(?:u8|[uUL])?R"([^()\\ \n]{0,16})\(.*?(?:\)\1"|\Z)', _LINE, _BLOCK, _DOUBLE, _NUMBER, _CHARS),
    "java": (r'""".*?(?:"""|\Z)', _LINE, _BLOCK, _DOUBLE, _CHAR),
    "go": (r"`[^`]*`?", _LINE, _BLOCK, _DOUBLE, _CHAR),
    "rust": (r'\b[bc]?r(#*)".*?(?:"\1|\Z)', _LINE, _BLOCK, r'"(?:\\.|[^"\\])*"?', _CHAR),
    "javascript": (r"`(?:\\.|[^`\\])*`?", _LINE, _BLOCK, _DOUBLE, _SINGLE),
}
_OTHER["typescript"] = _OTHER["javascript"]
_PATTERNS = {
    language: re.compile("|".join("(?:%s)" % part for part in parts), re.DOTALL)
    for language, parts in _OTHER.items()
}
_WORD = re.compile(r"[^\W\d]\w*")


def code_of(text, language):
    """`text` with every string and comment blanked, of the same length and with the same lines."""
    return _PATTERNS[language].sub(lambda m: m[0] if m[0][0].isdigit() else re.sub(r"[^\n]", " ", m[0]), text)


def pattern_of(language):
    """What matches whatever is not code: strings, characters, comments (and numbers, where they may hold quotes)."""
    return _PATTERNS[language]


def words_of(code):
    """Every identifier of code that has gone through `code_of`."""
    return set(_WORD.findall(code))


def depth(code):
    """How many braces are open at the end of blanked code."""
    return code.count("{") - code.count("}")


def closers_at_start(code):
    """How many closing braces blanked code begins with: a data set whose tests begin with them expects
    programs that end inside the function."""
    return len(re.match(r"[\s}]*", code)[0].replace(" ", "").replace("\n", "").replace("\t", ""))


def left_open(text, language, wanted):
    """`text` with as many of its last closing braces taken away as leave `wanted` open. Returned as it
    is when it has at least that many open."""
    code = code_of(text, language)
    surplus = wanted - depth(code)
    if surplus <= 0:
        return text
    places = [match.start() for match in re.finditer("}", code)][-surplus:]
    if len(places) < surplus:
        return text
    parts, start = [], 0
    for end in places:
        parts += [text[start:end], " "]
        start = end + 1
    return "".join([*parts, text[start:]])


def body_end(code, start):
    """The place of the brace that closes the first one opened at or after `start`; -1 if there is none."""
    at = code.find("{", start)
    level = 0
    if at >= 0:
        for step in re.compile(r"[{}]").finditer(code, at):
            level += 1 if step[0] == "{" else -1
            if level == 0:
                return step.start()
    return -1


def splits(code, separator):
    """`code` cut at each `separator` that no bracket encloses. Angle brackets are brackets."""
    parts, start, level = [], 0, 0
    for index, one in enumerate(code):
        if one in "([{<":
            level += 1
        elif one in ")]}>":
            level -= 1
        elif one == separator and level == 0:
            parts.append(code[start:index])
            start = index + 1
    return [*parts, code[start:]]


def unbracketed(code):
    """`code` without what stands between angle brackets, as far as they are closed."""
    while True:
        shorter = re.sub(r"<[^<>]*>", "", code)
        if shorter == code:
            return code
        code = shorter


def meant(words, meanings):
    """`words`, and every word that they stand for by way of `meanings`, a dict of sets: aliases, macros."""
    reached = set(words)
    while more := set().union(*(meanings.get(word, ()) for word in reached)) - reached:
        reached |= more
    return reached
