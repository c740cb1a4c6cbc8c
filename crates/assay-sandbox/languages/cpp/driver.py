"""C++: program and tests are one translation unit, because tests begin inside the program's function.

The tests' `main` gets a name that no program can know; the real one comes after the tests, calls it, and
tells the secret, which stands in its code alone. What was built cannot be read by the user it runs as.
"""

import re

from supervisor.plan import Forbidden, Plan
from supervisor.program import describe
from supervisor.texts import body_end, closers_at_start, code_of, left_open, words_of

_FLAGS = ["-std=c++17", "-w"]
_HERE = "/opt/assay/cpp"
#: Precompiled headers, by what a program must include itself for one to be taken: with a header that
#: it forgot, it would otherwise compile here and nowhere else.
_PRELUDES = (
    ("all", {"bits/stdc++.h"}),
    ("usual", {"stdlib.h", "algorithm", "math.h", "stdio.h", "vector", "string", "climits", "cstring", "iostream"}),
    ("plain", {"string", "vector"}),
)  # fmt: skip
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)
_MAIN = re.compile(r"\bint\s+(main)\s*\(")
_OPERATOR = re.compile(r"\boperator\s*(?:==|!=)\s*\(([^)]*)\)")
#: A type that is declared; not the parameter of a template.
_TYPE = re.compile(r"(?<![<,])(?<![<,]\s)\b(?:struct|class|union|enum)\s+(?:class\s+)?([A-Za-z_]\w*)")
#: What tests use that is a macro rightly, or an operator, which no macro can be.
_KEPT = set(
    "assert errno stdin stdout stderr main defined and and_eq bitand bitor compl not not_eq or or_eq xor xor_eq".split()
)


def plan(task):
    if task.tests is None:
        return _planned(task.source)
    tests_code = code_of(task.tests, "cpp")
    source = left_open(task.source, "cpp", closers_at_start(tests_code))
    _refuse(task, code_of(source, "cpp"))
    found = _MAIN.search(tests_code)
    if found is None:
        return _planned("\n".join((task.setup, source, task.tests)))
    name = "assay_main_" + task.secret[::-1]
    end = body_end(tests_code, found.end())
    tests = task.tests
    if end >= 0:
        # What flows off the end of `main` returns 0; of any other function it is undefined.
        tests = tests[:end] + " return 0; " + tests[end:]
    tests = tests[: found.start(1)] + name + tests[found.end(1) :]
    arguments = "" if re.match(r"\s*(?:void\s*)?\)", tests_code[found.end() :]) else "0, nullptr"
    high, low = task.secret[:16], task.secret[16:]
    text = "\n".join(
        (
            task.setup,
            '#line 1 "solution.cpp"',
            source,
            *_undone(task, tests_code),
            '#line 1 "tests.cpp"',
            tests,
            '#line 1 "end.cpp"',
            'extern "C" void assay_report(unsigned long long, unsigned long long);',
            "int main() { int code = ::%s(%s); if (code == 0) ::assay_report(0x%sull, 0x%sull); return code; }"
            % (name, arguments, high, low),
            "",
        )
    )
    return _planned(text)


def _planned(text):
    includes = set(_INCLUDE.findall(text))
    prelude = next((name for name, needed in _PRELUDES if needed <= includes), None)
    front = ["-include", "%s/%s.hpp" % (_HERE, prelude)] if prelude else []
    compiler = ["/usr/bin/g++", *_FLAGS, "-fdiagnostics-color=never", "-fmax-errors=8", "-pipe", *front]
    libraries = ["-lcrypto"] if "openssl/" in text else []
    return Plan(
        files={"program.cpp": text},
        commands=[[*compiler, "program.cpp", _HERE + "/report.o", "-fuse-ld=mold", "-o", "program", *libraries]],
        run=["{build}/program"],
    )  # fmt: skip


def _refuse(task, code):
    words = words_of(code)
    if "assay_report" in words:
        raise Forbidden("calls the function its tests report with")
    own = set(_TYPE.findall(code))
    # A few prompts bring their own.
    given = _OPERATOR.findall(code_of(task.prompt, "cpp"))
    for parameters in _OPERATOR.findall(code):
        if parameters not in given and not any(re.search(r"\b%s\b" % re.escape(name), parameters) for name in own):
            raise Forbidden("defines equality of types that are not its own: operator==(%s)" % parameters.strip())


def _undone(task, tests_code):
    """Lines that undo every macro of the program's that the tests could stumble over."""
    given = set(re.findall(r"#[ \t]*define[ \t]+(\w+)", task.setup + "\n" + task.prompt))
    names = words_of(tests_code) - given - _KEPT
    lines = ["#undef %s" % name for name in sorted(names) if not name.isupper()]
    return [*lines, "#undef NDEBUG", "#undef assert", "#include <assert.h>"]


def explain(task, ending):
    stderr = ending.stderr
    assertion = re.search(r"Assertion `(.*)' failed\.", stderr, re.DOTALL)
    if assertion and "tests.cpp" in stderr:
        return "failed", assertion[1][:2000]
    if "std::bad_alloc" in stderr or "std::length_error" in stderr and "memory" in stderr:
        return "memory", "std::bad_alloc"
    thrown = re.search(r"terminate called (.*)", stderr, re.DOTALL)
    if thrown:
        return "exception", " ".join(thrown[1].split())[:500]
    if assertion:
        return "exception", "its own assertion: " + assertion[1][:500]
    if ending.signal is not None:
        return "exception", "ended with %s" % describe(ending)
    last = stderr.strip().rsplit("\n", 1)[-1]
    if task.tests is not None and last:
        return "failed", last[:2000]
    return "failed", "ended with %s" % describe(ending)
