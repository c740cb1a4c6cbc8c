"""Java: a resident compiler makes classes of program and tests; a guard calls the tests' `main`.

That `main` gets a name that no program can know, so that it is the tests' and nobody else's which is called. Their
assertions become statements that throw, because a program can switch assertions off.
"""

import base64
import re
import secrets
import struct

from supervisor.plan import Broken, Forbidden, Plan, Service, Unjudgeable
from supervisor.program import describe
from supervisor.texts import code_of, depth, left_open, words_of

#: The runtime's own: compiler, collector, signal dispatcher and so on.
THREADS = 32
#: The heap has a limit of its own; the address space that is reserved means nothing.
LIMIT_DATA = False
_HERE = "/opt/assay/java"
_GUARD = _HERE + "/guard.jar"
_JAVA = "/usr/local/lib/java/bin/java"
_TUPLES = "/usr/share/java/javatuples.jar"
_LEAN = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto"]
SERVICES = [
    Service("compiler", [_JAVA, *_LEAN, "-Xmx320m", "-Xss4m", "-cp", _GUARD, "assay.Compiler"])
]

_MAIN = re.compile(r"\bvoid\s+(main)\s*\(")
_TOP_TYPE = re.compile(r"\b(?:class|interface|enum|record|@interface)\s+(\w+)")
_PUBLIC = re.compile(r"\bpublic\b(?=\s+(?:(?:abstract|final|sealed|strictfp|static)\s+)*(?:class|interface|enum|record|@interface)\b)")
_EQUALS = re.compile(r"\bboolean\s+equals\s*\(")
_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u+([0-9A-Fa-f]{4})")
#: What reaches into the runtime, by the names it has in texts.
_NAMED = re.compile(r"sun\.misc|jdk\.internal|com\.sun\.management|HotSpotDiagnostic|java\.io\.FileDescriptor|com\.sun\.tools\.attach")
_INSIDE = re.compile(r"\b(?:assay|Unsafe|instrument|jdk\s*\.\s*internal|sun\s*\.\s*misc|FileDescriptor|HotSpotDiagnosticMXBean|ManagementFactory)\b")


def plan(task):
    tests = task.tests
    if tests is None:
        return _script(task)
    code = code_of(tests, "java")
    source = left_open(_unescaped(task.source), "java", -depth(code))
    _refuse(task, source, code)
    found = _MAIN.search(code)
    if found is None:
        raise Unjudgeable("the tests have no main")
    name = "main_" + secrets.token_hex(16)
    tests = _asserting(tests[: found.start(1)] + name + tests[found.end(1) :])
    text = _unpublished(source + "\n") + _unpublished(tests)
    return _planned(task, text, name, source.count("\n") + 2, task.tests)


def _script(task):
    """Without tests it is `main` itself that is called, and its end is success."""
    return _planned(task, _unpublished(task.source), "main", 1 << 30, "")


def _planned(task, text, name, first, tests):
    lean = ["-XX:SharedArchiveFile=%s/guard.jsa" % _HERE, *_LEAN]
    made = Plan(
        run=[
            _JAVA, *lean, "-Xmx%dm" % task.limits["memory_mb"], "-ea", "-XX:+DisableAttachMechanism", "-XX:-UseContainerSupport", "--add-opens", "java.base/java.io=ALL-UNNAMED",
            "-cp", "%s:%s" % (_GUARD, _TUPLES), "assay.Guard",
        ],
        ask=("compiler", {"source": text}),
    )  # fmt: skip

    def finish(answer):
        classes = {key: base64.b64decode(value) for key, value in answer["classes"].items()}
        wanted = name.encode("ascii")
        # The name stands in the constant pool of the one class that has the method; for `main`, of the first.
        having = [key for key, value in classes.items() if wanted in value]
        if not having:
            raise Broken("Main.java: error: there is no main method")
        type_name = having[0]
        if name == "main":
            type_name = next((key for key in having if b"([Ljava/lang/String;)V" in classes[key]), having[0])
        lines = tests.encode("utf-8", "replace")
        parts = [
            b"\n%s\n" % task.secret.encode("ascii"), _utf(type_name), _utf(name),
            struct.pack(">ii", first, len(lines)), lines, struct.pack(">i", len(classes)),
        ]  # fmt: skip
        for key, value in classes.items():
            parts += [_utf(key), struct.pack(">i", len(value)), value]
        made.payload = b"".join(parts)

    made.finish = finish
    return made


def _utf(text):
    # Java's own form of it, which is UTF-8 for all that names of classes are made of.
    data = text.encode("utf-8")
    return struct.pack(">H", len(data)) + data


def _unpublished(text):
    """Types of the unit need no file of their own name when none is public."""
    return _PUBLIC.sub("      ", text)


def _unescaped(text):
    """The text with its Unicode escapes replaced, as the compiler does before it reads anything."""

    def character(match):
        one = chr(int(match[2], 16))
        if one == "\\" and text[match.end() : match.end() + 1] in ("u", "\\"):
            raise Forbidden("hides its text behind escapes")
        return match[1] + one

    return _ESCAPE.sub(character, text)


def _asserting(tests):
    """The tests with every `assert` a statement that throws, on the lines it was on."""
    code = code_of(tests, "java")
    parts, start = [], 0
    for match in re.finditer(r"(?<![\w.$])assert\b", code):
        end = _end_of(code, match.end())
        if match.start() < start or end < 0:
            continue
        colon = _colon(code, match.end(), end)
        message = "" if colon < 0 else "(Object) (%s)" % tests[colon + 1 : end]
        condition = tests[match.end() : end if colon < 0 else colon]
        parts += [tests[start : match.start()], "{ if (!(%s)) throw new java.lang.AssertionError(%s); }" % (condition, message)]
        start = end + 1
    return "".join([*parts, tests[start:]])


def _end_of(code, at):
    """The place of the semicolon that ends the statement; -1 if there is none."""
    level = 0
    for index in range(at, len(code)):
        if code[index] in "([{":
            level += 1
        elif code[index] in ")]}":
            level -= 1
        elif code[index] == ";" and level == 0:
            return index
    return -1


def _colon(code, start, end):
    """The place of the colon between an assertion and its message; -1 if it has none."""
    level = questions = 0
    for index in range(start, end):
        one = code[index]
        if one in "([{":
            level += 1
        elif one in ")]}":
            level -= 1
        elif level == 0 and one == "?":
            questions += 1
        elif level == 0 and one == ":" and ":" not in (code[index - 1], code[index + 1]):
            if questions == 0:
                return index
            questions -= 1
    return -1


def _refuse(task, source, tests_code):
    code = code_of(source, "java")
    prompt = code_of(task.prompt, "java")
    given = set(_TOP_TYPE.findall(prompt))
    asked = words_of(tests_code)
    for name in _TOP_TYPE.findall(code):
        if name in asked and name not in given and name not in ("Solution", "Problem", task.entry_point):
            raise Forbidden("declares %s, a name that its tests use" % name)
    found = _INSIDE.search(code)
    if found and not _INSIDE.search(prompt):
        raise Forbidden("reaches for %s" % found[0])
    found = _NAMED.search(source)
    if found and not _NAMED.search(task.prompt):
        raise Forbidden("reaches for %s" % found[0])
    for match in _EQUALS.finditer(code):
        head = _enclosing(code, match.start())
        if re.search(r"\bnew\b|\bextends\b|\bimplements\s+[^{]*\b(?:List|Map|Set|Collection)\b", head):
            raise Forbidden("says itself what its answers are equal to")


def _enclosing(code, at):
    """The text before the brace that encloses this place, back to the statement's or member's beginning."""
    level = 0
    for index in range(at - 1, -1, -1):
        if code[index] == "}":
            level += 1
        elif code[index] == "{":
            if level == 0:
                start = max(code.rfind(mark, 0, index) for mark in ";{}")
                return code[start + 1 : index]
            level -= 1
    return ""


def explain(task, ending):
    stderr = ending.stderr
    if "unable to create native thread" in stderr or "Cannot create" in stderr and "thread" in stderr:
        return "process_limit", "threads could not be started"
    if "OutOfMemoryError" in stderr or "insufficient memory" in stderr:
        return "memory", "java.lang.OutOfMemoryError"
    if ending.signal is not None:
        return "exception", "ended with %s" % describe(ending)
    if task.tests is not None:
        return "exception", "ended with %s before its tests had" % describe(ending)
    return "failed", "ended with %s" % describe(ending)
