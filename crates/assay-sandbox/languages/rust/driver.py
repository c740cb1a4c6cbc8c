"""Rust: program and tests are one crate, because tests begin inside the program's function.

The tests' `main` (or test functions) get a name that no program can know; the real `main` comes after them, calls them,
and tells the secret, which stands in its code alone. What was built cannot be read by the user it runs as.
"""

import re
import secrets

from supervisor.plan import Forbidden, Plan
from supervisor.program import describe
from supervisor.texts import code_of, depth, left_open, meant, unbracketed, words_of

_HERE = "/opt/assay/rust"
_RUSTC = "/usr/local/lib/rust/rustc"
_FLAGS = ["--edition", "2021", "-A", "warnings", "-C", "debuginfo=0", "-C", "opt-level=0"]

_MAIN = re.compile(r"\bfn\s+(main)\s*\(")
_MODULE = re.compile(r"\bmod\s+(\w+)\s*\{")
_TEST = re.compile(r"#\s*\[\s*test\s*\]\s*(?:pub\s+)?fn\s+(\w+)")
_MACRO = re.compile(r"(?<![\w:!])(assert|assert_eq|assert_ne|debug_assert|debug_assert_eq|vec|format|print|println|eprintln|panic|matches|unreachable|write|writeln)!")
_OWN_TYPE = re.compile(r"\b(?:struct|enum|union)\s+(\w+)")
_NAMED = re.compile(r"\b(?:struct|enum|union|trait|type|mod)\s+(\w+)|\bas\s+([A-Z]\w*)\s*[;,}]")
_ALIAS = re.compile(r"\btype\s+(\w+)[^=;]*=([^;]*);")
#: Types of the library that answers are made of.
_KNOWN = set(
    "Vec String Option Result Box Rc Arc Cow HashMap HashSet BTreeMap BTreeSet VecDeque LinkedList BinaryHeap str bool char "
    "i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64 std core alloc collections string vec option result boxed "
    "mut static a b Ordering cmp Error error fmt self Digest md5".split()
)
#: Words that no program needs and that reach out of it, under whatever name they are used afterwards.
_REFUSED = (
    ("include_str include_bytes", "reads files while it is compiled"),
    ("no_mangle link_section export_name no_main no_std no_core link_args link_name", "changes how it is linked"),
    ("global_asm naked_asm", "brings machine code"),
)
_SHAPES = (
    (re.compile(r"\binclude\s*!|\buse\b[^;]*\binclude\b"), "reads files while it is compiled"),
    (re.compile(r"\basm\s*!|\buse\b[^;]*\basm\b"), "brings machine code"),
    (re.compile(r"#\s*!?\s*\[[^\]]*\b(?:link|used)\b"), "changes how it is linked"),
    (re.compile(r"#\s*!?\s*\[[^\]]*\bpath\s*="), "reads files while it is compiled"),
    (re.compile(r"\bextern\s+crate\s+(?:self\b|\w+\s+as\s+(?:std|core|alloc)\b)|\bmod\s+(?:std|core|alloc)\b"), "replaces the standard library"),
    (re.compile(r"\bPartialEq\s+as\b"), "renames what tests compare with"),
)  # fmt: skip


def plan(task):
    if task.tests is None:
        return _planned(task.source)
    code = code_of(task.tests, "rust")
    source = left_open(task.source, "rust", -depth(code))
    _refuse(task, code_of(source, "rust").replace("r#", "  "), code)
    tests, calls = _called(task.tests, code, secrets.token_hex(16))
    return _planned("%s\n%s\n%s" % (source, tests, _guard(task.secret, calls)))


def _planned(text):
    return Plan(
        files={"solution.rs": text},
        commands=[
            [
                _RUSTC, *_FLAGS, "--crate-name", "solution", "--crate-type", "bin", "-C", "linker=/usr/bin/cc", "-C", "link-arg=-fuse-ld=mold",
                "-C", "prefer-dynamic=no", "--diagnostic-width", "120", "-L", "dependency=%s/deps" % _HERE, *_externs(), "-o", "program", "solution.rs",
            ]
        ],
        run=["{build}/program"],
        env={"RUST_BACKTRACE": "0"},
    )  # fmt: skip


def _externs():
    return [part for name in ("md5", "rand", "regex") for part in ("--extern", "%s=%s/lib%s.rlib" % (name, _HERE, name))]


def _called(tests, code, nonce):
    """The tests with names nobody can know, and the statements that call them."""
    edits = [(m.span(), "::std::" + m[0]) for m in _MACRO.finditer(code)]
    found = _MAIN.search(code)
    names = _TEST.findall(code)
    if found is not None and not names:
        edits.append((found.span(1), "main_" + nonce))
        calls = "    main_%s();\n" % nonce
    else:
        module = _MODULE.search(code)
        path = ""
        if module is not None:
            edits.append((module.span(1), "tests_" + nonce))
            path = "tests_%s::" % nonce
        for one in re.finditer(r"#\s*\[\s*cfg\s*\(\s*test\s*\)\s*\]", code):
            edits.append((one.span(), ""))
        for one in re.finditer(r"#\s*\[\s*test\s*\](?=\s*fn\b)", code):
            edits.append((one.span(), "pub"))
        calls = "".join("    %s%s();\n" % (path, name) for name in names)
    for (start, end), text in sorted(edits, reverse=True):
        tests = tests[:start] + text + tests[end:]
    return tests, calls


def _guard(secret, calls):
    return (
        "fn main() {\n%s"
        '    extern "C" { fn write(fd: i32, text: *const u8, length: usize) -> isize; }\n'
        "    let mut text = [10u8; 34];\n"
        "    for (half, number) in [0x%su64, 0x%su64].into_iter().enumerate() {\n"
        "        for digit in 0..16usize {\n"
        '            text[1 + 16 * half + digit] = b"0123456789abcdef"[(number >> (60 - 4 * digit) & 15) as usize];\n'
        "        }\n    }\n"
        "    unsafe { write(3, text.as_ptr(), text.len()); }\n}\n" % (calls, secret[:16], secret[16:])
    )


def _refuse(task, code, tests_code):
    given = code_of(task.prompt, "rust")
    words = words_of(code) - words_of(given)
    for names, what in _REFUSED:
        if words & set(names.split()):
            raise Forbidden(what)
    for pattern, what in _SHAPES:
        if pattern.search(code) and not pattern.search(given):
            raise Forbidden(what)
    asked = words_of(tests_code)
    for pair in _NAMED.findall(code):
        name = pair[0] or pair[1]
        if name in asked and name not in words_of(given) and name not in ("tests", "Solution"):
            raise Forbidden("declares %s, which its tests use" % name)
    own = set(_OWN_TYPE.findall(code)) - words_of(given)
    if _answers_with_others(task.entry_point, code, own, words_of(given)):
        return
    for header in _equalities(re.sub(r"\s+", " ", code)):
        parted = re.fullmatch(r" ?(?:<(.*)>)? ?for (.*?)(?: where .*)?", header)
        if parted is None:
            raise Forbidden("says itself what its answers are equal to")
        other, subject = (parted[1] or "Self").strip(), parted[2].strip()
        if other not in own | {"Self"} and subject not in given:
            raise Forbidden("says itself what its answers are equal to: PartialEq<%s>" % other[:200])


def _answers_with_others(entry_point, code, own, given):
    """Whether the function that is tested is seen to answer with a type of the library's or the prompt's. Forbidden
    when it is seen to answer with one of `own`, or with what only the compiler knows."""
    if not entry_point:
        return False
    meanings = {name: words_of(meaning) for name, meaning in _ALIAS.findall(code)}
    seen = True
    found = None
    for found in re.finditer(r"\bfn\s+%s\b([^{;]*)" % re.escape(entry_point), code):
        answer = found[1].rsplit("->", 1)[1].split(" where ")[0] if "->" in found[1] else ""
        reached = meant(words_of(answer), meanings)
        if reached & own or reached & {"impl", "dyn"} - given:
            raise Forbidden("answers with a type of its own")
        seen = seen and reached <= _KNOWN | given | set(meanings)
    return found is not None and seen


def _equalities(code):
    """What follows `PartialEq` in the head of each implementation of it, and wherever a macro is given it."""
    for match in re.finditer(r"\bPartialEq\b", code):
        before = code[max(0, match.start() - 2000) : match.start()]
        opened = max(before.rfind(mark) for mark in "([{;}")
        statement = before[opened + 1 :]
        if opened >= 0 and re.search(r"[!(\[{] ?$", before[:opened]):
            # In a macro's arguments it may become anything.
            yield "in a macro"
        elif re.search(r"\bimpl\b", statement) and not re.search(r":[^:]*$", re.sub("::", "", unbracketed(statement))):
            header = re.split("[{;]", code[match.end() : match.end() + 2000], maxsplit=1)[0].rstrip()
            if " for " in header:
                yield header


def explain(task, ending):
    stderr = ending.stderr
    if "memory allocation of" in stderr and "failed" in stderr:
        return "memory", "memory allocation failed"
    if "Resource temporarily unavailable" in stderr or "WouldBlock" in stderr and "spawn" in stderr:
        return "process_limit", "threads could not be started"
    panic = re.search(r"thread '[^\n]*' (?:\(\d+\) )?panicked at ([^\n:]+):(\d{1,9}):\d+:?\n(.*)", stderr, re.DOTALL)
    if panic:
        said = panic[3].split("\nnote: ", 1)[0].strip()[:1000]
        if "failed to spawn thread" in said:
            return "process_limit", said
        first = task.source.count("\n") + 2
        if task.tests is not None and panic[1].endswith("solution.rs") and int(panic[2]) >= first:
            lines = task.tests.split("\n")
            at = int(panic[2]) - first
            line = lines[at].strip()[:300] if at < len(lines) else ""
            if said.startswith(("assertion", "assert")) or not said.startswith(("called `", "index out")):
                return "failed", "\n".join(part for part in (line, said) if part)
            return "exception", "\n".join(part for part in (said, line) if part)
        return "exception", said
    if "has overflowed its stack" in stderr:
        return "exception", "stack overflow"
    if ending.signal is not None:
        return "exception", "ended with %s" % describe(ending)
    return "failed", "ended with %s" % describe(ending)
