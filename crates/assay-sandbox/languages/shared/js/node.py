"""What JavaScript and TypeScript have in common: how node is run, and what its endings mean."""

import json
import re

from supervisor.plan import Forbidden
from supervisor.program import describe
from supervisor.texts import closers_at_start, code_of, left_open

NODE = "/usr/bin/node"
#: Threads of the runtime: its platform's workers, libuv's, and the main one.
THREADS = 16
#: It reserves address space by the gigabyte; its own flag bounds the heap.
LIMIT_DATA = False
_JUDGES = "assert|console|require|JSON|process|exports|module|globalThis|Object|Array"
_DECLARES = re.compile(r"^(?:const|let|var|class|function\s*\*?|async function)\s+(%s)\b" % _JUDGES, re.MULTILINE)
_NAMED = re.compile(r"\b(?:const|let|var|class|function\s*\*?|enum)\s+([A-Za-z_$][\w$]*)")

#: The flags a snapshot was made with are the only ones it starts with: the usual limit's.
SNAPSHOT_HEAP_MB = 512


def command(task):
    heap = task.limits["memory_mb"]
    flags = ["--max-old-space-size=%d" % heap, "--no-warnings", "--unhandled-rejections=strict"]
    if heap == SNAPSHOT_HEAP_MB:
        return [NODE, *flags, "--snapshot-blob", "/opt/assay/js/guard.blob", "solution"]
    return [NODE, *flags, "/opt/assay/js/guard.js"]


def parted(task, language):
    """(program, tests), each complete: braces that tests begin with close what their data set has
    programs leave open."""
    if task.tests is None:
        return task.source, None
    closers = closers_at_start(code_of(task.tests, language))
    if not closers:
        return task.source, task.tests
    end = [match.end() for match in re.finditer("}", code_of(task.tests, language))][closers - 1]
    source = left_open(task.source, language, closers)
    return source + "\n" + task.tests[:end], "\n" * task.tests.count("\n", 0, end) + task.tests[end:]


def payload(task, source, tests, language):
    code = "" if tests is None else code_of(tests, language)
    # Names that a data set's prompt defines itself mean for its tests what they mean there.
    kept = sorted({*_NAMED.findall(code_of(task.prompt, language)), task.entry_point})
    text = {
        "secret": task.secret,
        "source": source,
        "tests": tests,
        "file": "solution.js",
        "throws": tests is not None and not re.search(r"\bassert\b", code),
        "kept": kept,
        "entry": task.entry_point,
    }
    return json.dumps(text).encode("ascii")


def refuse(task, language):
    """A program that declares the name of what its tests judge with, as its prompt does not."""
    if task.tests is None:
        return
    given = set(_DECLARES.findall(code_of(task.prompt, language)))
    tests = code_of(task.tests, language)
    for name in _DECLARES.findall(code_of(task.source, language)):
        # Requiring it is no harm, and neither is what the tests do not use.
        pattern = r"(?:const|let|var)\s+%s\s*=\s*require\s*\(|import\b[^\n;]*\b%s\b" % (name, name)
        used = re.search(r"(?<![.\w$])%s\b" % name, tests)
        if used and name not in given and not re.search(pattern, task.source):
            raise Forbidden("declares %s, which its tests judge with" % name)


def explain(task, ending):
    stderr = ending.stderr
    if "heap out of memory" in stderr or "Allocation failed" in stderr:
        return "memory", "JavaScript heap out of memory"
    if "ERR_WORKER" in stderr or "EAGAIN" in stderr or "uv_thread_create" in stderr:
        return "process_limit", "threads or processes could not be started"
    if ending.signal is not None:
        return "exception", "ended with %s" % describe(ending)
    found = re.search(r"^((?:Uncaught )?\w*(?:Error|Exception)\b[^\n]*)", stderr, re.MULTILINE)
    if found:
        return "exception", found[1][:600]
    if task.tests is None:
        return "failed", "ended with %s" % describe(ending)
    return "exception", "ended with %s before its tests had" % describe(ending)
