#!/usr/bin/env python3
"""Check the starter set against the toolchains of this machine.

Per problem and language two programs are built and run: one with the reference solution, which must exit 0, and one
whose body returns the type's empty value, which must compile and then fail its tests. Every language of a problem must
hold the same number of cases, six to ten.

usage: validate.py [--language NAME]... [SLUG]...
The TypeScript compiler is `tsc` on the PATH or the program named by the environment variable TSC.
Exit code: 0 all well, 1 something is wrong. A missing toolchain is named, and is an error unless --allow-missing.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
TSC = os.environ.get("TSC", "tsc")
TSC_FLAGS = ["--strict", "--target", "ES2022", "--lib", "ES2022", "--module", "commonjs"]
GO_ENV = {"GO111MODULE": "off", "GOFLAGS": ""}
CASE = r"^\s*(?:assert |assert\(|assert\.deepStrictEqual\(|assert_eq!\(|check\().*?\b{}\("

# language -> extension, source file, build command (or none), run command
LANGUAGES = {
    "python": ("py", "main.py", None, ["python3", "main.py"]),
    "javascript": ("js", "main.js", None, ["node", "main.js"]),
    "typescript": ("ts", "main.ts", [TSC, *TSC_FLAGS, "main.ts"], ["node", "main.js"]),
    "java": ("java", "Main.java", ["javac", "-encoding", "UTF-8", "Main.java"], ["java", "-Xshare:auto", "Main"]),
    "cpp": ("cpp", "main.cpp", ["g++", "-std=c++17", "-Wall", "-o", "main", "main.cpp"], ["./main"]),
    "go": ("go", "main.go", ["go", "build", "-o", "main", "main.go"], ["./main"]),
    "rust": ("rs", "main.rs", ["rustc", "--edition", "2021", "-o", "main", "main.rs"], ["./main"]),
    "php": ("php", "main.php", None, ["php", "-d", "zend.assertions=1", "-d", "assert.exception=1", "main.php"]),
}


def empty_body(language: str, prompt: str) -> str:
    """A body which compiles after `prompt` and returns the empty value of the function's type."""
    signature = prompt.rstrip().splitlines()[-1]
    if language == "java":
        returned = re.search(r"static (\S+(?:<.*>)?) \w+\(", signature)[1]
        value = {"int": "0", "boolean": "false", "String": '""'}.get(returned, "null")
        return f"        return {value};\n    }}\n}}\n"
    if language == "go":
        return "\treturn *new(%s)\n}\n" % re.search(r"\) (.+) \{$", signature)[1]
    return {
        "python": "    return None\n",
        "javascript": "  return undefined;\n}\n",
        "typescript": "  return undefined as any;\n}\n",
        "cpp": "    return {};\n}\n",
        "rust": "    Default::default()\n}\n",
        "php": "    return %s;\n}\n" % {"int": "0", "bool": "false", "string": "''", "array": "[]"}.get(signature.split("): ")[-1].rstrip(" {"), "null"),
    }[language]


def call(command: list[str], folder: str) -> tuple[int, str]:
    done = subprocess.run(command, cwd=folder, env={**os.environ, **GO_ENV}, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.strip()


def run(language: str, program: str) -> tuple[str, str]:
    """Build and run a program; gives what became of it ("did not build", "passed" or "failed") and its output."""
    _, source, build, start = LANGUAGES[language]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, source).write_text(program, encoding="utf-8")
        if build:
            code, output = call(build, folder)
            if code != 0:
                return "did not build", output
        code, output = call(start, folder)
        return ("passed" if code == 0 else "failed"), output


def check(slug: str, language: str, entry_point: str) -> tuple[int, list[str]]:
    """The number of cases of one problem in one language, and what is wrong with it."""
    extension = LANGUAGES[language][0]
    prompt, solution, tests = (
        Path(ROOT, slug, language, f"{part}.{extension}").read_text(encoding="utf-8")
        for part in ("prompt", "solution", "tests")
    )
    wrong = [] if prompt.endswith("\n") else ["prompt does not end with a newline"]
    cases = len(re.findall(CASE.format(entry_point), tests, re.MULTILINE))
    if not 6 <= cases <= 10:
        wrong.append(f"{cases} cases, should be 6 to 10")
    for name, body, expected in (("reference", solution, "passed"), ("empty body", empty_body(language, prompt), "failed")):
        try:
            outcome, output = run(language, prompt + body + "\n" + tests)
        except subprocess.TimeoutExpired:
            outcome, output = "timed out", ""
        if outcome != expected:
            wrong.append(f"{name} {outcome}, should have {expected}\n{output}")
    return cases, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--language", action="append", choices=LANGUAGES, help="this language only; may be repeated")
    parser.add_argument("--allow-missing", action="store_true", help="a missing toolchain is no error")
    parser.add_argument("slug", nargs="*", help="these problems only")
    options = parser.parse_args()

    languages = options.language or list(LANGUAGES)
    tools = {name: (LANGUAGES[name][2] or LANGUAGES[name][3])[0] for name in languages}
    missing = {name: tool for name, tool in tools.items() if not shutil.which(tool)}
    for name, tool in missing.items():
        print(f"could not run {name}: {tool} was not found")

    slugs = options.slug or sorted(path.parent.name for path in ROOT.glob("*/problem.toml"))
    failed, ran = bool(missing) and not options.allow_missing, 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {}
        for slug in slugs:
            problem = tomllib.loads(Path(ROOT, slug, "problem.toml").read_text(encoding="utf-8"))
            if problem["id"] != f"starter/{slug}" or set(problem["languages"]) != set(LANGUAGES):
                print(f"{slug}: problem.toml has another id, or not every language")
                failed = True
            jobs[slug] = {
                name: pool.submit(check, slug, name, problem["languages"][name]["entry_point"])
                for name in languages
                if name not in missing and name in problem["languages"]
            }
        for slug, checks in jobs.items():
            results = {name: job.result() for name, job in checks.items()}
            ran += len(results)
            wrong = [f"{name}: {text}" for name, (_, texts) in results.items() for text in texts]
            if len({cases for cases, _ in results.values()}) > 1:
                wrong.append(f"cases differ: { {name: cases for name, (cases, _) in results.items()} }")
            print(f"{slug}: {'wrong' if wrong else 'ok'} ({', '.join(results)})", *wrong, sep="\n  ", flush=True)
            failed |= bool(wrong)
    print(f"{len(slugs)} problems, {ran} programs checked: {'FAILED' if failed else 'all well'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
