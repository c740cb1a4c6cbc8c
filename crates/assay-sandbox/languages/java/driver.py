"""Java: a resident compiler makes classes of program and tests; a guard calls the tests' `main`.

That `main` gets a name that no program can know, so that it is the tests' and nobody else's which is called. Their
assertions become statements that throw, because a program can switch assertions off.
"""

import base64
import re
import secrets
import struct
import unicodedata

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
_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u+([0-9A-Fa-f]{4})")
_QUOTE = re.compile(r'(?<!\\)((?:\\\\)*)\\"(?="")')
#: What reaches into the runtime, or calls by name what a program was not given.
_REACHES = re.compile(
    r"\b(?:java\s*\.\s*(?:lang\s*\.\s*invoke|beans)|javax\s*\.\s*(?:management|tools)|jdk\s*\.\s*(?:dynalink|internal|jfr|jshell|management|nio)"
    r"|com\s*\.\s*sun\s*\.\s*(?:jdi|management|source|tools)|sun\s*\.\s*(?:misc|reflect)|assay(?=\s*\.)"
    r"|MethodHandles?|VarHandle|(?:trySet|set)Accessible|getDeclared(?:Method|Field|Constructor)s?|getEnclosing(?:Method|Constructor)"
    r"|get(?:All)?StackTraces?|StackWalker|\w*ClassLoader\w*|ServiceLoader|ObjectInputStream|Instrumentation|Unsafe|FileDescriptor"
    r"|getPlatformM(?:Bean|XBean)\w*|\w*MBeanServer\w*|HotSpotDiagnosticMXBean|ProcessHandle|newProxyInstance|getProxyClass|ProxyLazyValue)(?!\w)"
)
#: Names that programs have for methods of their own, too: they reach only where there is a class to ask.
_ASKS = re.compile(r"(?:\.|::)\s*(forName|get(?:Method|Field|Constructor)s?)\b")
_CLASS = re.compile(r"\.\s*class\b|\b(?:Class|get(?:Declaring)?Class)\b")
_COMPARED = re.compile(r"\bgetClass\s*\(\s*\)\s*(?:[!=]=|\.\s*get(?:Simple)?Name\b)|[!=]=\s*(?:[\w$]+\s*\.\s*)?getClass\s*\(\s*\)")
_ANNOTATION = re.compile(r"@(?!\s*interface\b)\s*[\w$]+(?:\s*\.\s*[\w$]+)*(\s*\()?")
_EQUALS = re.compile(r"\bboolean\s+equals\s*\(([^(){};]*)\)[^(){};=]*\{")
_KEEPS = re.compile(r"[(){};]|(?<![\w$])(?!return\b|else\b|throw\b|yield\b|assert\b)[\w$]+[>\]\s]\s*(?:equals|size|entrySet|keySet|containsAll|contains|iterator)\s*\(")
#: Library types of which answers are, and which are equal by what they say that they hold.
_IS_KEPT = re.compile(r"(?:Map|Set)$")
_OF_TUPLES = frozenset("Tuple Unit Pair Triplet Quartet Quintet Sextet Septet Octet Ennead Decade KeyValue LabelValue".split())
_NO_TYPE = frozenset(
    "abstract assert case default do else extends final implements import instanceof native new package permits private "
    "protected public return sealed static strictfp super synchronized throw throws transient volatile yield".split()
)


def plan(task):
    tests = task.tests
    if tests is None:
        return _script(task)
    code = code_of(tests, "java")
    source = left_open(_as_read(task.source), "java", -depth(code))
    _refuse(task, source, code)
    source = _among_their_own(source)
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


def _as_read(text):
    """The text with everything in it that the compiler reads otherwise than `code_of` does."""
    text = _unescaped(text).replace("\r\n", "\n").replace("\r", "\n")
    # A quote that does not end a text block.
    text = _QUOTE.sub(r"\1\\042", text)
    code = code_of(text, "java")
    # Identifiers may hold characters that do not count.
    if any(map(_is_ignored, set(code))):
        text = "".join(one for one, seen in zip(text, code) if not _is_ignored(seen))
        code = code_of(text, "java")
    # Without a package nothing of the program can be imported.
    clause = re.search(r"\bpackage\b", code)
    end = code.find(";", clause.end()) if clause else -1
    return text if end < 0 else text[: clause.start()] + _blank(text[clause.start() : end + 1]) + text[end + 1 :]


def _is_ignored(one):
    return one < "\t" or "\x0e" <= one < " " or "\x7f" <= one < "\xa0" or unicodedata.category(one) == "Cf"


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def _plain(code):
    """Blanked code without its annotations, of the same length."""
    parts, start = [], 0
    for match in _ANNOTATION.finditer(code):
        if match.start() < start:
            continue
        end = match.end()
        if match[1]:
            level = 1
            for step in re.compile(r"[()]").finditer(code, end):
                level += 1 if step[0] == "(" else -1
                if level == 0:
                    break
            end = step.end() if level == 0 else len(code)
        parts += [code[start : match.start()], _blank(code[match.start() : end])]
        start = end
    return "".join([*parts, code[start:]])


def _among_their_own(source):
    """The program, whose own types can be equal only to what is of its own types: never to what tests expect."""
    parts, start = [], 0
    for match in _EQUALS.finditer(_plain(code_of(source, "java"))):
        parameter = re.sub(r"^[^,]*\bthis\s*,", "", match[1])
        named = re.search(r"\bObject\s+([\w$]+)\s*$", parameter)
        if named is None or "," in parameter:
            continue
        foreign = " if (%s != null && %s.getClass().getClassLoader() != getClass().getClassLoader()) return false; "
        parts += [source[start : match.end()], foreign % (named[1], named[1])]
        start = match.end()
    return "".join([*parts, source[start:]])


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
    code = _plain(code_of(source, "java"))
    prompt = _plain(code_of(task.prompt, "java"))
    given = set(_TOP_TYPE.findall(prompt))
    asked = words_of(tests_code)
    own = set(_TOP_TYPE.findall(code)) - given
    # Types that the tests declare themselves are twice there, which the compiler says.
    for name in sorted(own & asked - {"Solution", "Problem", task.entry_point, *_TOP_TYPE.findall(tests_code)}):
        if name in _OF_TUPLES and "javatuples" in prompt:
            raise Broken("Main.java: error: %s is not org.javatuples.%s, which the tests have" % (name, name))
        raise Forbidden("declares %s, a name that its tests use" % name)
    names = {word for word in asked if word[0].isupper()}
    while name := _hidden(prompt, names):
        names.discard(name)
    name = _hidden(code, names)
    if name:
        raise Forbidden("declares a variable %s, a name that its tests use" % name)
    known = {_squeezed(match[0]) for match in _REACHES.finditer(prompt)}
    for match in _REACHES.finditer(code):
        if _squeezed(match[0]) not in known:
            raise Forbidden("reaches for %s" % _squeezed(match[0]))
    asks = _ASKS.search(code)
    if asks and _CLASS.search(_COMPARED.sub(" ", code)):
        raise Forbidden("reaches for %s" % asks[1])
    name = _keeping(code)
    if name:
        raise Forbidden("says itself what %s holds" % name)
    name = _answering(code, task.entry_point, own)
    if name:
        raise Broken("Main.java: error: %s returns %s, a type of its own" % (task.entry_point, name))


def _squeezed(text):
    return re.sub(r"\s+", "", text)


def _hidden(code, names):
    """The name of a type that a variable of the program hides; None if there is none."""
    if not names:
        return None
    for head, at in _left_open(code)[:10]:
        # The tests stand inside of it.
        found = names & words_of(code[at + 1 :].partition(";")[0]) if re.search(r"\benum\b", head) else ()
        if found:
            return min(found)
    pattern = re.compile(r"(?<![\w$])(%s)(?![\w$]) ?(=(?!=)|[;,])" % "|".join(map(re.escape, sorted(names))))
    parts = re.split(r"([;{}])", re.sub(r"\s+", " ", code))
    for statement in map("".join, zip(parts[::2], parts[1::2])):
        outside = None
        listing = re.search(r"\b(?:throws|implements|extends|permits|import|return|case)\b", statement)
        for match in pattern.finditer(statement):
            before = re.search(r"([\w$]*)(->|[^\w$]?)$", statement[max(0, match.start() - 80) : match.start()].rstrip())
            if before[2] == ",":
                outside = outside or _outside(statement)
                listed = listing is not None and listing.start() < match.start()
                declared = not listed and outside[match.start()] != "\0"
            else:
                declared = before[2] in ("]", ">") or before[2] == "" and before[1] not in ("", *_NO_TYPE)
            if declared or match[2] == "=" and before[2] != ".":
                return match[1]
    return None


def _left_open(code):
    """(text before it, place) of each brace that is not closed."""
    opened, last = [], 0
    for match in re.finditer(r"[{};]", code):
        if match[0] == "{":
            opened.append((code[last : match.start()], match.start()))
        elif match[0] == "}" and opened:
            opened.pop()
        last = match.end()
    return opened


def _outside(statement):
    """A statement in which everything inside brackets is "\0"."""
    inner = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|<[\w\s,.?&$\0]*>")
    for _ in range(20):
        statement, found = inner.subn(lambda match: "\0" * len(match[0]), statement)
        if not found:
            break
    return statement


def _keeping(code):
    """The map or set of which a type of the program decides itself what it holds; None if there is none."""
    code = re.sub(r"\s+", " ", code)
    bases, heads, places, opened = {}, [], [], []
    last = closed = 0
    for match in _KEEPS.finditer(code):
        mark = match[0]
        if mark == "(":
            opened.append(match.start())
        elif mark == ")":
            closed = opened.pop() if opened else 0
        elif mark == "{":
            head = re.search(r"\b(?:class|record|enum|interface) ([\w$]+)(.*)", _unparametrised(code[last : match.start()]))
            if head:
                inherited = re.split(r"\b(?:extends|implements)\b", head[2])[1:]
                bases[head[1]] = {word for part in inherited for word in words_of(part)}
                heads.append({head[1]})
            else:
                heads.append(_made(code, closed) if code[max(0, match.start() - 2) : match.start()].strip()[-1:] == ")" else set())
        elif mark == "}":
            if heads:
                heads.pop()
        elif mark != ";":
            if heads and heads[-1]:
                places.append(heads[-1])
            opened.append(match.end() - 1)
        if mark in "{};":
            last = match.end()
    heirs = {}
    for name, inherited in bases.items():
        for word in inherited:
            heirs.setdefault(word, []).append(name)
    left = [word for word in heirs if word not in bases and _IS_KEPT.search(word)]
    reached = set(left)
    while left:
        for name in heirs.get(left.pop(), ()):
            if name not in reached:
                reached.add(name)
                left.append(name)
    for head in places:
        for word in head:
            if word in reached or word not in bases and _IS_KEPT.search(word):
                return word
    return None


def _made(code, at):
    """The words of the type that `new` makes with the arguments that begin here."""
    start = code.rfind("new ", max(0, at - 20000), at)
    found = start >= 0 and re.fullmatch(r"new ([\w$. ]+)(?:<[^(){};]*>)? ?", code[start:at])
    return words_of(found[1]) if found else set()


def _unparametrised(head):
    """A head without its type parameters and arguments."""
    out, level = [], 0
    for part in re.split(r"([<>])", head):
        if part in ("<", ">"):
            level = max(0, level + (1 if part == "<" else -1))
        elif level == 0:
            out.append(part)
    return " ".join(out)


def _answering(code, entry_point, own):
    """The type of the program's own that its entry point returns; None if it returns none, or is not found."""
    if not own:
        return None
    bounds = {}
    for segment in re.split(r"[;{}()]", code):
        named = re.findall(r"(?<![\w$])([\w$]+)\s+extends\b", segment)
        if named:
            words = words_of(segment)
            for name in set(named) - own:
                bounds.setdefault(name, []).append(words)
    for segment in re.split(r"[;{}]", code):
        before = segment.partition("(")[0]
        found = re.search(r"(?<![\w$])%s\s*$" % re.escape(entry_point), before)
        if found is None or not re.fullmatch(r"[\w$\s<>\[\],.?&]+", before[: found.start()]):
            continue
        words = words_of(before[: found.start()])
        if words & {"return", "else", "throw", "new", "yield", "assert", "do", "case"}:
            continue
        for name in list(words):
            for bound in bounds.get(name, ()):
                words |= bound
        if words & own:
            return min(words & own)
    return None


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
