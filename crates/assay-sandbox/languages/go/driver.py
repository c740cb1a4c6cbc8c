"""Go: one package of the program, the tests, and a `main` of ours that calls them and then reports.

Compiler and linker are called by themselves, with archives of the standard library made beforehand: `go build` spends
most of its time on finding out what has to be done.
"""

import re
import secrets

from supervisor.plan import Forbidden, Plan, Unjudgeable
from supervisor.program import describe
from supervisor.texts import code_of, depth, left_open, words_of

#: Threads of the runtime: collector, scheduler, signals.
THREADS = 16
_HERE = "/opt/assay/go"
_TOOLS = _HERE + "/tools"

_PACKAGE = re.compile(r"^[ \t]*package[ \t]+(\w+)", re.MULTILINE)
_MAIN = re.compile(r"^func[ \t]+(main)[ \t]*\(", re.MULTILINE)
_TEST = re.compile(r"^func[ \t]+(Test\w*)[ \t]*\(", re.MULTILINE)
_IMPORT = re.compile(r'^[ \t]*import[ \t]*(?:\((.*?)\)|((?:[\w.]+[ \t]+)?(?:"[^"\n]*"|`[^`\n]*`)))', re.MULTILINE | re.DOTALL)
_SPEC = re.compile(r'^[ \t]*(?:([\w.]+)[ \t]+)?["`]([^"`\n]+)["`][^\n]*$', re.MULTILINE)
_DECLARED = re.compile(r"^(?:func[ \t]+(\w+)|(?:var|const|type)[ \t]+(\w+))", re.MULTILINE)
_DIRECTIVE = re.compile(r"^//(?:go:(?:linkname|embed|cgo\w*)|export)\b", re.MULTILINE)
#: What every file knows without importing it; a package may declare these names, and tests would use its own.
_PREDECLARED = set(
    "any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 "
    "uint16 uint32 uint64 uintptr true false iota nil append cap close complex copy delete imag len make new panic print "
    "println real recover".split()
)
#: Packages that HumanEval-X's own harness imports for programs that use them.
_USUAL = ("bytes", "crypto/md5", "errors", "fmt", "math", "math/rand", "regexp", "sort", "strconv", "strings", "time", "unicode")  # fmt: skip


def plan(task):
    if task.tests is None:
        return _planned({"solution.go": _packaged(task.source)})
    tests_code = code_of(task.tests, "go")
    source = left_open(task.source, "go", -depth(tests_code))
    _refuse(task, source, tests_code)
    nonce = secrets.token_hex(16)
    tests, call = _called(task, tests_code, nonce)
    head, source = _headed(task, source, tests_code)
    text = "%s\n//line solution.go:1\n%s\n//line tests.go:1\n%s\n" % (head, source, tests)
    return _planned({"solution.go": text, "end.go": _guard(task.secret, call, tests_code, nonce)})


def _planned(files):
    return Plan(
        files=files,
        commands=[
            [_TOOLS + "/compile", "-p", "main", "-complete", "-pack", "-importcfg", _HERE + "/importcfg", "-o", "main.a", *sorted(files)],
            [_TOOLS + "/link", "-importcfg", _HERE + "/importcfg", "-s", "-w", "-buildmode=exe", "-o", "program", "main.a"],
        ],
        run=["{build}/program"],
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
        return task.tests[: found.start(1)] + name + task.tests[found.end(1) :], "\t%s()\n" % name
    names = _TEST.findall(code)
    if not names:
        raise Unjudgeable("the tests have neither a main nor a function Test…")
    # Each is counted when it has come to its end: what the program does to flags and arguments may keep
    # package testing from running it, but not this from noticing.
    count = "assay_" + nonce
    listed = "".join('{Name: "%s", F: func(t *testing.T) { %s(t); %s++ }}, ' % (name, name, count) for name in names)
    return task.tests, (
        '\tos.Args = []string{"program"}\n'
        "\tcode := testing.MainStart(testdeps.TestDeps{}, []testing.InternalTest{%s}, nil, nil, nil).Run()\n"
        "\tif code != 0 || %s != %d {\n\t\tos.Exit(1)\n\t}\n" % (listed, count, len(names))
    )


def _guard(secret, call, tests_code, nonce):
    testing = _MAIN.search(tests_code) is None
    # The go command would not let anybody but itself import the last; the compiler does.
    imports = '"os"; "syscall"; "testing"; "testing/internal/testdeps"' if testing else '"syscall"'
    count = "var assay_%s int\n\n" % nonce if testing else ""
    high, low = secret[:16], secret[16:]
    return (
        "package main\n\nimport (%s)\n\n%s"
        "func main() {\n%s\ttext := [34]byte{0: '\\n', 33: '\\n'}\n"
        "\tfor half, number := range [2]uint64{0x%s, 0x%s} {\n"
        "\t\tfor digit := 0; digit < 16; digit++ {\n"
        '\t\t\ttext[1+16*half+digit] = "0123456789abcdef"[number>>(60-4*digit)&15]\n'
        "\t\t}\n\t}\n\tsyscall.Write(3, text[:])\n}\n" % (imports, count, call, high, low)
    )


def _specs(text):
    """(name, path) of each import."""
    for block in _IMPORT.finditer(text):
        for spec in _SPEC.finditer(block[1] if block[1] is not None else block[2]):
            yield spec[1] or spec[2].rsplit("/", 1)[-1], spec[2]


def _headed(task, source, tests_code):
    """(package clause and imports of the one file that program and tests become, the program without them).

    Imports which the data set brought and nobody uses are left out: Go refuses them, and the program did not ask for
    them. Where the data set's own harness does so, packages that are used and that nobody brought are added.
    """
    code = code_of(source, "go")
    used = set(re.findall(r"\b(\w+)[ \t]*\.", code + "\n" + tests_code))
    given = {path for _, path in (*_specs(task.prompt), *_specs(task.setup))}
    wanted = {}
    for name, path in (*_specs(task.setup), *_specs(source)):
        if path not in given or name in used or name in ("_", "."):
            wanted[name if name in ("_", ".") else "", path] = name
    if task.setup:
        declared = {name for pair in _DECLARED.findall(code) for name in pair}
        for path in _USUAL:
            name = path.rsplit("/", 1)[-1]
            if name in used and name not in wanted.values() and name not in declared:
                wanted["", path] = name
    lines = []
    for (_, path), name in wanted.items():
        plain = name == path.rsplit("/", 1)[-1]
        lines.append('"%s"' % path if plain else '%s "%s"' % (name, path))
    found = _PACKAGE.search(code)
    if found is not None:
        source = _blanked(source, *found.span())
    for block in list(_IMPORT.finditer(source)):
        source = _blanked(source, *block.span())
    return "package main; import (%s)" % "; ".join(lines), source


def _blanked(text, start, end):
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


def _refuse(task, source, tests_code):
    code = code_of(source, "go")
    given = {name for pair in _DECLARED.findall(code_of(task.prompt, "go")) for name in pair}
    asked = words_of(tests_code)
    for pair in _DECLARED.findall(code):
        for name in pair:
            if name and name not in given and name in _PREDECLARED and name in asked:
                raise Forbidden("declares %s, which its tests use" % name)
    if _DIRECTIVE.search(source):
        raise Forbidden("uses a directive that reaches out of its package")
    for _, path in _specs(source):
        if path in ("C", "unsafe", "plugin", "runtime/debug", "reflect/internal"):
            raise Forbidden("imports %s" % path)


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
