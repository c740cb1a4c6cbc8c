"""Go: one package of the program, the tests, and a `main` of ours that calls them and then reports.

Compiler and linker are called by themselves, with archives of the standard library made beforehand: `go build` spends
most of its time on finding out what has to be done.
"""

import os
import re
import secrets

from supervisor.plan import Broken, Forbidden, Plan, Unjudgeable
from supervisor.program import describe
from supervisor.texts import code_of, depth, left_open, pattern_of, words_of

#: Threads of the runtime: collector, scheduler, signals.
THREADS = 16
_HERE = "/opt/assay/go"
_TOOLS = _HERE + "/tools"
#: What the package testing is started with: ours, or the go command's own, which the compiler lets anybody import.
_DEPS = "assay/deps" if os.path.exists(_HERE + "/deps.a") else "testing/internal/testdeps"
#: Compiler and linker live too short for collecting garbage to pay, unless a program makes them big.
_MAKE_ENV = {"GOGC": "off", "GOMEMLIMIT": "256MiB"}

_PACKAGE = re.compile(r"^[ \t]*package[ \t]+(\w+)(?:[ \t]*;)?", re.MULTILINE)
_MAIN = re.compile(r"^func[ \t]+(main)[ \t]*\(", re.MULTILINE)
_TEST = re.compile(r"^func[ \t]+(Test\w*)[ \t]*\(", re.MULTILINE)
_IMPORT = re.compile(r'\bimport\b\s*(?:\(([^()]*)\)|((?:(?:\w+|\.)\s*)?["`][^"`]*["`]))(?:[ \t]*;)?')
_SPEC = re.compile(r'(?:(\w+|\.)[ \t]*)?(?:"([^"\n]*)"|`([^`\n]*)`)')
_PATH = re.compile(r"[\w.~+-]+(?:/[\w.~+-]+)*")
_DECLARATION = re.compile(r"\b(func|var|const|type)\b\s*(?:(\w+(?:\s*,\s*\w+)*)|(\())")
_DIRECTIVE = re.compile(r"//(?:go:(?:linkname|embed|cgo)|export\b)")
#: A line that ends like this goes on in the next.
_GOES_ON = re.compile(r"(?<=[^\s\w\"'`)\]}])\s*\n")
#: What every file knows without importing it; a package may declare these names, and tests would use its own.
_PREDECLARED = set(
    "any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 "
    "uint16 uint32 uint64 uintptr true false iota nil append cap close complex copy delete imag len make new panic print "
    "println real recover".split()
)
_TYPES = set(
    "bool byte complex64 complex128 float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 "
    "uintptr chan func map struct".split()
)
#: Of package testing, what a test of the program's own needs; the rest runs tests, or tells which are run.
_TESTING = {"T", "B", "TB"}
#: Ways to memory that is not the program's.
_REACHING = re.compile(r"\.\s*(NewAt|UnsafePointer|UnsafeAddr|(?:Raw|AllThreads)?(?:Vfork)?Syscall\d*(?:NoError)?)\b")
#: Packages that HumanEval-X's own harness imports for programs that use them.
_USUAL = ("bytes", "crypto/md5", "errors", "fmt", "math", "math/rand", "regexp", "sort", "strconv", "strings", "time", "unicode")  # fmt: skip


def plan(task):
    if task.tests is None:
        return _planned(task, {"solution.go": _packaged(task.source)})
    tests_code = code_of(task.tests, "go")
    source = _Text(left_open(task.source, "go", -depth(tests_code)))
    given = [*_Text(task.setup).imports, *_Text(task.prompt).imports]
    _refuse(task, source, tests_code, given)
    nonce = secrets.token_hex(16)
    tests, call = _called(task, tests_code, nonce)
    text = "%s\n//line solution.go:1\n%s\n//line tests.go:1\n%s\n" % (_head(task, source, tests_code, given), source.rest(), tests)
    return _planned(task, {"solution.go": text, "end.go": _guard(task.secret, call, tests_code, nonce)})


def _planned(task, files):
    # Where nobody speaks of HTTP, testify need not either: see archives.sh.
    spoken = any("HTTP" in text for text in (task.setup, task.prompt, task.source, task.tests) if text)
    archives = _HERE + ("/importcfg" if spoken else "/importcfg-lean")
    return Plan(
        files=files,
        commands=[
            [_TOOLS + "/compile", "-p", "main", "-complete", "-pack", "-importcfg", archives, "-o", "main.a", *sorted(files)],
            [_TOOLS + "/link", "-importcfg", archives, "-s", "-w", "-buildmode=exe", "-o", "program", "main.a"],
        ],
        run=["{build}/program"],
        make_env=_MAKE_ENV,
    )  # fmt: skip


def _packaged(text):
    """The text as a file of the package `main`, whatever package it says it is of."""
    found = _PACKAGE.search(code_of(text, "go"))
    if found is None:
        return "package main\n" + text
    return text[: found.start(1)] + "main" + text[found.end(1) :]


def _called(task, code, nonce):
    """The tests with their `main` renamed, and the statements of ours that run them."""
    found = _MAIN.search(code)
    if found is not None:
        name = "main_" + nonce
        return task.tests[: found.start(1)] + name + task.tests[found.end(1) :], "\tmain@()\n"
    names = _TEST.findall(code)
    if not names:
        raise Unjudgeable("the tests have neither a main nor a function Test…")
    # Renamed: a program that can call them with its guesses learns which is right. Each is counted when it has come to
    # its end. Which of their parts are run is told by flags: they are parsed here, from nothing, so that what the
    # program makes of the arguments is never read.
    listed = "".join('{Name: "%s", F: func(t *testing@.T) { %s@(t); ended@++ }}, ' % (name, name) for name in names)
    places = re.finditer(r"(?<![\w.])(?:%s)\b" % "|".join(names), code)
    return _joined(task.tests, places, lambda place: "%s_%s" % (place[0], nonce)), (
        "\ttesting@.Init()\n\tflag@.CommandLine.Parse(nil)\n"
        "\tcode := testing@.MainStart(deps@.TestDeps{}, []testing@.InternalTest{%s}, nil, nil, nil).Run()\n"
        "\tif code != 0 || ended@ != %d {\n\t\tos@.Exit(1)\n\t}\n" % (listed, len(names))
    )


def _guard(secret, call, tests_code, nonce):
    """The file with `main`. What it calls has the nonce in its name, so that no name of the program's is in its way."""
    paths = ["os", "sync/atomic", "syscall"]
    if _MAIN.search(tests_code) is None:
        paths += ["flag", "testing", _DEPS]
    names = {_DEPS: "deps"}
    imports = "; ".join('%s@ "%s"' % (names.get(path, path.rsplit("/", 1)[-1]), path) for path in paths)
    text = (
        "package main\n\nimport (%s)\n\nvar ended@, entered@ int32\n\n"
        # Called once: a program that calls this, guessing, has no second guess.
        "func main() {\n\tif atomic@.AddInt32(&entered@, 1) != 1 {\n\t\tos@.Exit(1)\n\t}\n%s"
        "\ttext := [34]byte{0: '\\n', 33: '\\n'}\n"
        "\tfor half, number := range [2]uint64{0x%s, 0x%s} {\n"
        "\t\tfor digit := 0; digit < 16; digit++ {\n"
        '\t\t\ttext[1+16*half+digit] = "0123456789abcdef"[number>>(60-4*digit)&15]\n'
        "\t\t}\n\t}\n\tsyscall@.Write(3, text[:])\n}\n" % (imports, call, secret[:16], secret[16:])
    )
    return text.replace("@", "_" + nonce)


class _Text:
    """A program as a text, and what can be read off it."""

    def __init__(self, text):
        self.text = text
        pieces = list(pattern_of("go").finditer(text))
        self.comments = [piece[0] for piece in pieces if piece[0][0] == "/"]
        #: Without comments.
        self.plain = _joined(text, pieces, lambda piece: _blank(piece[0]) if piece[0][0] == "/" else piece[0])
        #: Of strings only the quotes are left, so that one still ends a line.
        self.code = _joined(text, pieces, lambda piece: _blank(piece[0]) if piece[0][0] == "/" else _emptied(piece[0]))
        #: The same without what braces enclose.
        self.top = _without_inner(self.code, "{", "}")
        last = pieces[-1] if pieces else None
        #: Whether it ends in a comment or a string that would go on in what follows.
        self.unended = last is not None and last.end() == len(text) and (
            (last[0].startswith("/*") and not (len(last[0]) > 3 and last[0].endswith("*/")))
            or (last[0].startswith("`") and not (len(last[0]) > 1 and last[0].endswith("`")))
        )
        self._blocks = list(_IMPORT.finditer(self.top))
        #: (name, path) of each import.
        self.imports = [spec for block in self._blocks for spec in self._specs(block)]

    def _specs(self, block):
        inner = self.plain[slice(*block.span(1 if block[1] is not None else 2))]
        for spec in _SPEC.finditer(inner):
            path = spec[2] or spec[3] or ""
            yield spec[1] or path.rsplit("/", 1)[-1], path
        # Whatever else stands there, the compiler is not to read it otherwise than we do.
        if _SPEC.sub("", inner).strip("; \t\r\n"):
            yield "", ""

    def rest(self):
        """What is left when the package clause and the imports are taken away."""
        found = _PACKAGE.search(self.top)
        taken = sorted([*([found] if found is not None else []), *self._blocks], key=lambda match: match.start())
        return _joined(self.text, taken, lambda match: _blank(match[0]))

    def stray_import(self):
        """Whether there is an import that `imports` does not tell of."""
        return ("", "") in self.imports or len(re.findall(r"\bimport\b", self.code)) != len(self._blocks)

    def declared(self):
        """{name: keyword} of what is declared outside of functions."""
        names = {}
        ends = _closings(self.top)
        at = 0
        while (found := _DECLARATION.search(self.top, at)) is not None:
            at = found.end()
            if found[2] is not None:
                specs = [found[2]]
            elif found[1] == "func" or found.start(3) not in ends:
                continue
            else:
                at = ends[found.start(3)]
                inner = self.top[found.end() : at]
                for opening, closing in ("()", "[]"):
                    inner = _without_inner(inner, opening, closing)
                specs = re.split(r"[\n;]", _GOES_ON.sub(" ", inner))
            for spec in specs:
                listed = re.match(r"\s*(\w+(?:\s*,\s*\w+)*)", spec)
                for name in re.findall(r"\w+", listed[1]) if listed else ():
                    names[name] = found[1]
        return names

    def answers(self, name):
        """(its type parameters, its results) of the function `name`, or None."""
        found = re.search(r"\bfunc\s+%s\b" % re.escape(name), self.top)
        if found is None:
            return None
        code, at = self.code, found.end()
        spans = []
        for opening in "[(":
            start = at + len(re.match(r"\s*", code[at:])[0])
            if code[start : start + 1] == opening:
                at = _closing(code, start)
            spans.append(code[start + 1 : at - 1] if at > start else "")
        end = at
        while (brace := re.compile(r"(\b(?:struct|interface)\s*)?\{").search(code, end)) is not None and brace[1]:
            end = _closing(code, brace.end() - 1)
        results = code[at : brace.start()] if brace is not None else code[at:].split("\n", 1)[0]
        return spans[0], results.strip()


def _joined(text, pieces, made):
    parts, at = [], 0
    for piece in pieces:
        parts += [text[at : piece.start()], made(piece)]
        at = piece.end()
    return "".join([*parts, text[at:]])


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def _emptied(string):
    return string[0] + " " * (len(string) - 2) + string[-1] if len(string) > 1 else string


def _without_inner(code, opening, closing):
    """`code` with what lies between the outermost of these brackets blanked, line ends too."""
    parts, level, at = [], 0, 0
    for bracket in re.finditer("[%s]" % re.escape(opening + closing), code):
        if bracket[0] == opening:
            if level == 0:
                parts.append(code[at : bracket.end()])
                at = bracket.end()
            level += 1
        elif level:
            level -= 1
            if level == 0:
                parts.append(" " * (bracket.start() - at))
                at = bracket.start()
    return "".join([*parts, " " * (len(code) - at) if level else code[at:]])


def _closings(code):
    """{place of a parenthesis: place of the one that closes it}"""
    ends, left = {}, []
    for bracket in re.finditer(r"[()]", code):
        if bracket[0] == "(":
            left.append(bracket.start())
        elif left:
            ends[left.pop()] = bracket.start()
    return ends


def _closing(code, start):
    """Where the bracket at `start` has been closed; the end if it is not."""
    level = 0
    for bracket in re.compile(r"[()\[\]{}]").finditer(code, start):
        level += 1 if bracket[0] in "([{" else -1
        if level == 0:
            return bracket.end()
    return len(code)


def _selected(code):
    """Every name that something is selected from: packages, and what else has fields."""
    return set(re.findall(r"\b(\w+)\s*\.", code))


def _head(task, source, tests_code, given):
    """Package clause and imports of the one file that program and tests become.

    What the data set imports is there by the data set's names, and by the program's beside them. Left out is what the
    data set brought and nobody uses: Go refuses it, and the program did not ask for it. Where the data set's own
    harness does so, packages that are used and that nobody brought are added.
    """
    in_tests = _selected(tests_code)
    used = in_tests | _selected(source.code)
    declared = source.declared()
    paths = {path for _, path in given}
    theirs = {name for name, _ in source.imports}
    setup = _Text(task.setup).imports
    wanted = {}
    for name, path in given:
        if name in in_tests or ((name, path) in setup and (name in ("_", ".") or name in used - theirs - declared.keys())):
            wanted[name, path] = None
    for name, path in source.imports:
        if path not in paths or name in used or name in ("_", "."):
            wanted[name, path] = None
    if task.setup:
        bound = {name for name, _ in wanted} | declared.keys()
        for path in _USUAL:
            name = path.rsplit("/", 1)[-1]
            if name in used and name not in bound:
                wanted[name, path] = None
    lines = ['"%s"' % path if name == path.rsplit("/", 1)[-1] else '%s "%s"' % (name, path) for name, path in wanted]
    return "package main; import (%s)" % "; ".join(lines)


def _refuse(task, source, tests_code, given):
    if source.unended:
        raise Broken("solution.go: a comment or a string is not terminated")
    if source.stray_import():
        raise Broken("solution.go: syntax error: imports must be whole and come before other declarations")
    prompt = _Text(task.prompt)
    known = prompt.declared()
    own = {name: kind for name, kind in source.declared().items() if name not in known}
    asked = words_of(tests_code)
    packages = {name for name, _ in given} | {path.rsplit("/", 1)[-1] for path in _USUAL if task.setup}
    # The types that the prompt speaks of are the predeclared ones too.
    taken = (_PREDECLARED & (asked | words_of(prompt.code))) | (packages & _selected(tests_code))
    for name in own:
        if name in taken:
            raise Forbidden("declares %s, which its tests use" % name)
    if any(_DIRECTIVE.match(comment) for comment in source.comments):
        raise Forbidden("uses a directive that reaches out of its package")
    tested = _MAIN.search(tests_code) is None
    for name, path in source.imports:
        if not _PATH.fullmatch(path):
            raise Broken("solution.go: invalid import path: %s" % path)
        parts = path.split("/")
        if path in ("C", "unsafe", "plugin", "runtime/debug", "runtime/cgo", _DEPS) or "internal" in parts or parts[0] == "vendor":
            raise Forbidden("imports %s" % path)
        if tested and path == "flag":
            raise Forbidden("imports flag, which tells what tests are run")
        if name == "." and path in ("reflect", "syscall"):
            raise Forbidden("imports %s so that its names are not told apart" % path)
        if path == "testing":
            if name == "." or set(re.findall(r"\b%s\s*\.\s*(\w+)" % name, source.code)) - _TESTING:
                raise Forbidden("runs tests")
    reached = _REACHING.search(source.code)
    if reached:
        raise Forbidden("uses %s" % reached[1])
    _refuse_answer(task.entry_point, source, prompt, known)


def _refuse_answer(name, source, prompt, known):
    """The tests may look at answers through what these say of themselves, so their type is the prompt's."""
    asked = prompt.answers(name) if name else None
    if asked is None:
        return
    if source.declared().get(name, "func") != "func":
        raise Forbidden("makes something else than a function of %s" % name)
    given = source.answers(name)
    if given is None:
        return
    parameters, results = given
    allowed = _TYPES | words_of(asked[0]) | words_of(asked[1]) | {one for one, kind in known.items() if kind == "type"}
    if allowed & {"any", "interface"}:
        allowed |= {"any", "interface"}
    limits = words_of(parameters) - {"any", "interface", "comparable"}
    for piece in _pieces(parameters):
        parameter = re.match(r"\w*", piece)[0]
        limits.discard(parameter)
        allowed.add(parameter)
    pieces = [results]
    if results.startswith("(") and results.endswith(")"):
        pieces = _pieces(results[1:-1])
        # `(a []T)` has a name, `(a [T])` is of a type with a parameter.
        named = re.compile(r"(?!(?:chan|func|map|struct|interface)\b)\w+\s+(?:\[\s*[\]\d]|[^\s\[])")
        if any(named.match(piece) for piece in pieces):
            pieces = [re.sub(r"^\w+", "", piece) for piece in pieces]
    if len(pieces) > 1:
        # Of no use where one is expected, and honest.
        allowed.add("error")
    if (limits | words_of(" ".join(pieces))) - allowed:
        raise Forbidden("answers with a type of its own")


def _pieces(listed):
    """What is separated by commas that no bracket encloses. The brackets' content stays."""
    outer = listed
    for opening, closing in ("()", "[]", "{}"):
        outer = _without_inner(outer, opening, closing)
    cuts = [-1, *(found.start() for found in re.finditer(",", outer)), len(listed)]
    return [piece for start, end in zip(cuts, cuts[1:]) if (piece := listed[start + 1 : end].strip())]


def explain(task, ending):
    stderr = ending.stderr
    if "out of memory" in stderr or "cannot allocate memory" in stderr:
        return "memory", "out of memory"
    if "newosproc" in stderr or "failed to create new OS thread" in stderr or "resource temporarily unavailable" in stderr:
        return "process_limit", "threads could not be started"
    failed = re.search(r"^--- FAIL: ", ending.stdout, re.MULTILINE)
    if failed and task.tests is not None and ending.code == 1:
        return "failed", _brief(ending.stdout[failed.end() :])
    panic = re.search(r"^(?:panic|fatal error): (.*)", stderr, re.MULTILINE)
    if panic:
        frames = re.findall(r"^\t(\S+?):\d+", stderr[panic.end() :], re.MULTILINE)
        own = [name for name in frames if name.endswith((".go",)) and "/go-1." not in name and "/usr/lib/go" not in name]
        if task.tests is not None and own and own[0].endswith("tests.go"):
            said = stderr[: panic.start()].strip().rsplit("\n", 1)[-1]
            return "failed", said[:600] or panic[1][:600]
        return "exception", panic[1][:600]
    if ending.signal is not None:
        return "exception", "ended with %s" % describe(ending)
    return "failed", "ended with %s" % describe(ending)


def _brief(text):
    """The beginning of what a test said: of testify's report, the error and the values."""
    found = re.search(r"Error:\s*(.*?)\n\s*(?:Test|Messages|Diff):", text, re.DOTALL)
    body = found[1] if found else "\n".join(text.splitlines()[1:6])
    return "\n".join(line.strip() for line in body.splitlines() if line.strip())[:600] or "a test failed"
