"""C++: program and tests are one translation unit, because tests begin inside the program's function.

The tests' `main` gets a name that no program can know; the real one comes after the tests, calls it, and
tells the secret. That is written only when the program has been compiled, into a file of its own, under a name that no
program can know either. What was built cannot be read by the user it runs as.
"""

import re
import secrets

from supervisor.plan import Forbidden, Plan, Write
from supervisor.program import describe
from supervisor.texts import body_end, closers_at_start, code_of, left_open, splits, words_of

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
_DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^)\n]*\))?([^\n]*)", re.MULTILINE)
#: A function that is defined, by its name and what comes before its body.
_FUNCTION = re.compile(r"\b([A-Za-z_]\w*)\s*\([^(){};]*(?:\([^()]*\)[^(){};]*)*\)\s*(?:const\s*)?(?:noexcept\s*)?\{")
#: A type that is declared; not the parameter of a template.
_TYPE = re.compile(r"(?<![<,])(?<![<,]\s)\b(?:struct|class|union|enum)\s+(?:class\s+)?([A-Za-z_]\w*)")
#: What tests use that is a macro rightly, or an operator, which no macro can be.
_OPERATORS = set("and and_eq bitand bitor compl not not_eq or or_eq xor xor_eq".split())
_KEPT = _OPERATORS | set("assert errno stdin stdout stderr main defined".split())
_KEYWORDS = set(
    "alignas alignof asm auto bool break case catch char char16_t char32_t class const constexpr const_cast continue "
    "decltype default delete do double dynamic_cast else enum explicit extern false float for friend goto if inline int long "
    "mutable namespace new noexcept nullptr operator private protected public register reinterpret_cast return short "
    "signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid "
    "typename union unsigned using virtual void volatile wchar_t while".split()
)
_CONTROL = set("if for while switch catch return sizeof decltype alignof noexcept".split())
#: Names of the library that a type of the program's may have as well, without being what a parameter means by it.
_LIBRARY = set("array deque list map multimap multiset optional pair queue set stack string tuple unordered_map unordered_set variant vector".split())
_COMPILER = ["/usr/bin/g++", "-fdiagnostics-color=never"]
_LINK = ["-fuse-ld=mold", "-o", "program"]


def plan(task):
    if task.tests is None:
        return _planned(task.source)
    tests_code = code_of(task.tests, "cpp")
    source = left_open(task.source, "cpp", closers_at_start(tests_code))
    _refuse(task, _unspliced(source), tests_code)
    found = _MAIN.search(tests_code)
    if found is None:
        return _planned("\n".join((task.setup, source, task.tests)))
    nonce = secrets.token_hex(16)
    name = "assay_main_" + nonce
    end = body_end(tests_code, found.end())
    tests = task.tests
    if end >= 0:
        # What flows off the end of `main` returns 0; of any other function it is undefined.
        tests = tests[:end] + " return 0; " + tests[end:]
    tests = tests[: found.start(1)] + name + tests[found.end(1) :]
    arguments = "" if re.match(r"\s*(?:void\s*)?\)", tests_code[found.end() :]) else "0, nullptr"
    text = "\n".join(
        (
            task.setup,
            '#line 1 "solution.cpp"',
            source,
            # A backslash at its end takes this line, and none of ours.
            "",
            *_undone(task, tests_code),
            '#line 1 "tests.cpp"',
            _asserting(tests),
            '#line 1 "end.cpp"',
            'extern "C" const unsigned long long assay_secret_%s[2];' % nonce,
            'extern "C" void assay_report(const unsigned long long *);',
            "int main() { int code = ::%s(%s); if (code == 0) ::assay_report(::assay_secret_%s); return code; }"
            % (name, arguments, nonce),
            "",
        )
    )
    return _planned(text, _secret(nonce, task.secret))


def _secret(nonce, secret):
    """The secret's own file, in any machine's assembler."""
    name = "assay_secret_" + nonce
    numbers = "0x%s, 0x%s" % (secret[:16], secret[16:])
    return (
        ".section .rodata\n.balign 8\n.globl %s\n%s:\n.8byte %s\n"
        '.section .note.GNU-stack,"",%%progbits\n' % (name, name, numbers)
    )


def _planned(text, secret=None):
    includes = set(_INCLUDE.findall(text))
    prelude = next((name for name, needed in _PRELUDES if needed <= includes), None)
    front = ["-include", "%s/%s.hpp" % (_HERE, prelude)] if prelude else []
    compiler = [*_COMPILER, *_FLAGS, "-fmax-errors=8", "-pipe", *front]
    libraries = ["-lcrypto"] if "openssl/" in text else []
    if secret is None:
        commands = [[*compiler, "program.cpp", _HERE + "/report.o", *_LINK, *libraries]]
    else:
        commands = [
            [*compiler, "-c", "program.cpp", "-o", "program.o"],
            Write("secret.s", secret),
            [*_COMPILER, "program.o", "secret.s", _HERE + "/report.o", *_LINK, *libraries],
        ]
    return Plan(files={"program.cpp": text}, commands=commands, run=["{build}/program"])


def _unspliced(source):
    """The program as the compiler reads it: joined lines joined, other spellings of `#` undone, and only its code."""
    joined = re.sub(r"\\[ \t]*\n", "", source)
    return code_of(joined, "cpp").replace("%:", "#")


def _refuse(task, code, tests_code):
    words = words_of(code)
    prompt = code_of(task.prompt, "cpp")
    given = words_of(prompt) | words_of(task.setup)
    asked = words_of(tests_code)
    for name in ("assay_report", "assay_failed"):
        if name in words:
            raise Forbidden("calls what its tests report with")
    for name in ("asm", "__asm", "__asm__"):
        if name in words - given:
            raise Forbidden("brings machine code")
    for name, _, body in _DEFINE.findall(code):
        if name in given:
            continue
        if name in asked and name.isupper():
            raise Forbidden("defines %s, which its tests use" % name)
        if re.search(r"\boperator\b|^\s*[=!]=\s*$", body):
            raise Forbidden("hides an operator in a macro")
    if "##" in code and "##" not in prompt:
        for name in ("operator", "asm", "assay_report", "assay_failed"):
            if name not in words and _made_of(name, words):
                raise Forbidden("puts together the word %s" % name)
    for name in _FUNCTION.findall(code):
        if name in asked and name not in given | _CONTROL and name not in (task.entry_point, "main", "candidate"):
            raise Forbidden("defines %s, which its tests use" % name)
    own = set(_TYPE.findall(code)) - asked - given - _LIBRARY
    # A few prompts bring their own.
    before = _OPERATOR.findall(prompt)
    for parameters in _OPERATOR.findall(code):
        if parameters not in before and not all(_is_of(own, one) for one in splits(parameters, ",")):
            raise Forbidden("defines equality of types that are not its own: operator==(%s)" % parameters.strip())


def _made_of(name, words):
    """Whether `name` is some of `words`, one after the other."""
    reached = {0}
    for end in range(1, len(name) + 1):
        if any(name[start:end] in words for start in reached):
            reached.add(end)
    return len(name) in reached


def _is_of(own, parameter):
    """Whether a parameter's type is one of these; its name says nothing."""
    kind = re.sub(r"(?<=[\s&*>])[A-Za-z_]\w*\s*$", "", parameter) if re.search(r"\w\W+\w+\s*$", parameter) else parameter
    names = words_of(kind) - {"const", "volatile", "struct", "class", "typename"} or words_of(parameter)
    return bool(names & own)


def _undone(task, tests_code):
    """Lines that undo every macro of the program's that the tests could stumble over."""
    given = set(re.findall(r"#[ \t]*define[ \t]+(\w+)", task.setup + "\n" + task.prompt))
    names = (words_of(tests_code) | _KEYWORDS | {"assay_failed", "assay_report", "code"}) - given - _KEPT
    return ["#undef %s" % name for name in sorted(names) if not name.isupper()]


def _asserting(tests):
    """The tests with an `assert` of ours: of the library's, programs can replace what it calls."""
    last = None
    for last in _INCLUDE.finditer(tests):
        pass
    # Every inclusion of the library's defines it anew.
    at = len(tests) if last is None else tests.find("\n", last.end())
    at = 0 if last is None else len(tests) if at < 0 else at + 1
    return "\n".join(
        (
            tests[:at],
            "#undef assert",
            'extern "C" [[noreturn]] void assay_failed(const char *, int);',
            "#define assert(...) ((__VA_ARGS__) ? (void)0 : ::assay_failed(#__VA_ARGS__, __LINE__))",
            '#line %d "tests.cpp"' % (tests.count("\n", 0, at) + 1),
            tests[at:],
        )
    )


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
