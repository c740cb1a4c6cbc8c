"""C++: program and tests are one translation unit, because tests begin inside the program's function.

The tests' `main` gets a name that no program can know; the real one comes after the tests, calls it, and
tells the secret. That is written only when the program has been compiled, into a file of its own, under a name that no
program can know either. What was built cannot be read by the user it runs as.
"""

import re
import secrets

from supervisor.plan import Forbidden, Plan, Unjudgeable, Write
from supervisor.program import describe
from supervisor.texts import body_end, closers_at_start, code_of, left_open, meant, pattern_of, splits, unbracketed, words_of

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
_OPERATOR = re.compile(r"\boperator\s*(?:==|!=|not_eq\b)\s*\(([^)]*)\)")
#: An operator that is part of what a macro is given, or that a macro makes.
_HIDDEN = re.compile(r"\boperator\s*(?:[),]|(?:==|!=|not_eq\b)\s*[^(\s])|\boperator\s+([A-Za-z_]\w*)")
_DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^)\n]*\))?([^\n]*)", re.MULTILINE)
#: A function that is defined, by its name and what comes before its body.
_FUNCTION = re.compile(r"\b([A-Za-z_]\w*)\s*\([^(){};]*(?:\([^()]*\)[^(){};]*)*\)\s*(?:const\s*)?(?:noexcept\s*)?(?:->[^(){};]*)?\{")
_ALIAS = re.compile(r"\busing\s+(\w+)\s*=([^;]*);|\btypedef\b([^;{}]*?)\b(\w+)\s*;")
_NAMED_TYPE = re.compile(r"\}\s*([A-Za-z_]\w*)\s*;")
_PRAGMA = re.compile(r"^[ \t]*#[ \t]*pragma[ \t]+(?!once\b|omp\b|warning\b|comment\b|region\b|endregion\b|GCC[ \t]+(?:optimize|target|diagnostic|ivdep|unroll)\b)", re.MULTILINE)
#: Names of a compiler's or a library's with which text becomes other text, or machine code.
_MAGIC = re.compile(r"\b(?:_*asm_*|_+[Pp]ragma|_\w*(?:CONCAT|REDIR|ASM)\w*|BOOST_\w+)\b")
_ATTRIBUTE = re.compile(r"(?:__attribute(?:__)?\s*\(|\[\s*\[)[^;{]*\b_*(?:section|alias|weakref|weak|ifunc|symver)_*\b")
_SPECIALISED = re.compile(r"\btemplate\s*<\s*>([^;{(]*)[;{(]")
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
#: What the compiled program must not define: a function that has no name of C++'s, and so one of the C library's.
_CHECK = [
    "/bin/sh",
    "-c",
    "found=$(/usr/bin/nm --defined-only --extern-only program.o | grep -E ' [TWiu] ' | grep -vE ' (_Z|main$)' | head -n 1);"
    ' [ -z "$found" ] || { echo "defines ${found##* }, a function of the C library\'s kind"; exit 1; }',
]
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
        raise Unjudgeable("the tests have no main")
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
            _asserting(tests, nonce),
            '#line 1 "end.cpp"',
            'extern "C" const unsigned long long assay_secret_%s[2];' % nonce,
            'extern "C" void assay_report_%s(const unsigned long long *);' % nonce,
            "int main() { int code = ::%s(%s); if (code == 0) ::assay_report_%s(::assay_secret_%s); return code; }"
            % (name, arguments, nonce, nonce),
            "",
        )
    )
    return _planned(text, nonce, task.secret)


def _secret(nonce, secret):
    """The secret's own file, in any machine's assembler."""
    name = "assay_secret_" + nonce
    numbers = "0x%s, 0x%s" % (secret[:16], secret[16:])
    return (
        ".section .rodata\n.balign 8\n.globl %s\n%s:\n.8byte %s\n"
        '.section .note.GNU-stack,"",%%progbits\n' % (name, name, numbers)
    )


def _planned(text, nonce=None, secret=None):
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
            _CHECK,
            Write("secret.s", _secret(nonce, secret)),
            # What judges has names of this program's alone, given when nothing can be said to an assembler any more.
            [
                *_COMPILER, "program.o", "secret.s", _HERE + "/report.o", *_LINK, *libraries,
                *("-Wl,--defsym=%s_%s=%s" % (one, nonce, one) for one in ("assay_failed", "assay_report")),
            ],
        ]
    return Plan(files={"program.cpp": text}, commands=commands, run=["{build}/program"])  # fmt: skip


def _unspliced(source):
    """The program as the compiler reads it: joined lines joined, other spellings of `#` undone."""
    return re.sub(r"\\[ \t]*\n", "", source).replace("%:", "#")


def _refuse(task, text, tests_code):
    code = code_of(text, "cpp")
    words = words_of(code)
    prompt = code_of(task.prompt, "cpp")
    given = words_of(prompt) | words_of(task.setup)
    asked = words_of(tests_code)
    found = next((found[0] for found in _MAGIC.finditer(code) if found[0] not in given), None)
    if found is not None:
        raise Forbidden("uses %s" % found)
    if _PRAGMA.search(code) or _ATTRIBUTE.search(code):
        raise Forbidden("changes how it is linked")
    if re.search(r'\bextern\s*(?:u8|[uUL])?R?"|"C(?:\+\+)?"\s*[{A-Za-z_]', _without_comments(text)):
        raise Forbidden("defines functions that are not C++'s")
    macros = _DEFINE.findall(code)
    for name, _, body in macros:
        if name in given:
            continue
        if name in asked and name.isupper():
            raise Forbidden("defines %s, which its tests use" % name)
        if re.search(r"\boperator\b|^\s*[=!]=\s*$", body):
            raise Forbidden("hides an operator in a macro")
    names = {name for name, _, _ in macros}
    for found in _HIDDEN.finditer(code):
        if found[1] is None or found[1] in names:
            raise Forbidden("hides an operator in a macro")
    if "##" in code and "##" not in prompt:
        for name in ("operator", "asm", "__asm__", "_Pragma", "__attribute__", "extern"):
            if _made_of(name, words - {name}):
                raise Forbidden("puts together the word %s" % name)
    for name in _FUNCTION.findall(code):
        if name in asked and name not in given | _CONTROL and name not in (task.entry_point, "main", "candidate"):
            raise Forbidden("defines %s, which its tests use" % name)
    for head in _SPECIALISED.findall(code):
        found = re.search(r"\bstd\s*::\s*(\w+)\s*$", unbracketed(head))
        if found and found[1] != "hash":
            raise Forbidden("defines std::%s anew" % found[1])
    for found in re.finditer(r"\bnamespace\s+std\s*\{(?!\s*template\s*<[^>]*>\s*struct\s+hash\b)", code):
        raise Forbidden("adds to the standard library")
    types = (set(_TYPE.findall(code)) | set(_NAMED_TYPE.findall(code))) - given
    lenient = _answers_with_others(task.entry_point, code, types, macros)
    own = types - asked - _LIBRARY
    # A few prompts bring their own.
    before = _OPERATOR.findall(prompt)
    for parameters in _OPERATOR.findall(code):
        of_own = [_is_of(own, one) for one in splits(parameters, ",")]
        if parameters not in before and not (any(of_own) if lenient else all(of_own)):
            raise Forbidden("defines equality of types that are not its own: operator==(%s)" % parameters.strip())


def _answers_with_others(entry_point, code, types, macros):
    """Whether the function that is tested is seen to answer with a type that is none of `types`. Forbidden when it is
    seen to answer with one of them."""
    if not entry_point:
        return False
    meanings = {name: words_of(body) for name, _, body in macros}
    for name, meaning, old, alias in _ALIAS.findall(code):
        meanings.setdefault(name or alias, set()).update(words_of(meaning or old))
    seen = False
    for found in re.finditer(r"\b%s\s*\(" % re.escape(entry_point), code):
        start = max(code.rfind(mark, 0, found.start()) for mark in ";{}")
        head = re.sub(r"^[ \t]*#[^\n]*$", "", code[start + 1 : found.start()], flags=re.MULTILINE)
        if not re.search(r"[\w>*&]\s*$", head) or re.search(r"\breturn\b|[=?]|\belse\b", head):
            continue
        reached = words_of(head)
        after = re.match(r"[^(){};]*(?:\([^()]*\)[^(){};]*)*\)\s*(?:noexcept\s*)?->([^{;]*)", code[found.end() :])
        if after:
            reached |= words_of(after[1])
        reached = meant(reached, meanings)
        if reached & types or "##" in code and "(" in head:
            raise Forbidden("answers with a type of its own")
        seen = seen or bool(after) or not reached & {"auto", "typename", "decltype"}
    return seen


def _without_comments(text):
    """The text with comments blanked; strings stay."""
    return pattern_of("cpp").sub(lambda m: m[0] if m[0][0] != "/" else " " * len(m[0]), text)


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
    names = (words_of(tests_code) | _KEYWORDS | {"code"}) - given - _KEPT
    return ["#undef %s" % name for name in sorted(names) if not name.isupper()]


def _asserting(tests, nonce):
    """The tests with an `assert` of ours: of the library's, programs can replace what it calls."""
    # Behind the braces that close the program's function, and every inclusion of the library's, which defines it anew.
    at = re.match(r"[\s}]*", tests).end()
    for match in _INCLUDE.finditer(tests):
        end = tests.find("\n", match.end())
        at = max(at, len(tests) if end < 0 else end + 1)
    return "\n".join(
        (
            tests[:at],
            "#undef assert",
            'extern "C" [[noreturn]] void assay_failed_%s(const char *, int);' % nonce,
            "#define assert(...) ((__VA_ARGS__) ? (void)0 : ::assay_failed_%s(#__VA_ARGS__, __LINE__))" % nonce,
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
    if "std::system_error" in stderr and "Resource temporarily unavailable" in stderr:
        return "process_limit", "threads could not be started"
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
