"""PHP: program and tests are one script, included once by a guard that only its last statement can satisfy."""

import json
import re
import secrets

from supervisor.plan import Forbidden, Plan
from supervisor.program import describe
from supervisor.texts import code_of

_REFLECTION = (
    "Reflection,ReflectionClass,ReflectionClassConstant,ReflectionEnum,ReflectionException,ReflectionExtension,ReflectionFiber,"
    "ReflectionFunction,ReflectionGenerator,ReflectionMethod,ReflectionNamedType,ReflectionObject,ReflectionParameter,"
    "ReflectionProperty,ReflectionReference,ReflectionType,ReflectionZendExtension"
)
_FUNCTIONS = "debug_backtrace,debug_print_backtrace,dl,stream_wrapper_unregister,stream_wrapper_restore,ini_set,ini_alter,set_include_path"
_SETTINGS = (
    "display_errors=stderr", "log_errors=0", "html_errors=0", "error_reporting=-1", "zend.assertions=1", "assert.exception=1",
    "zend.exception_ignore_args=1", "max_execution_time=0", "short_open_tag=0", "opcache.enable_cli=0", "enable_dl=0", "ffi.enable=0",
    "disable_functions=" + _FUNCTIONS, "disable_classes=" + _REFLECTION,
)  # fmt: skip


def plan(task):
    source = task.source
    if not re.match(r"\s*(?:#![^\n]*\n)?<\?php\b", source):
        # On the line that is there, so that lines stay.
        source = "<?php " + source
    # What follows a closing tag is text, not tests.
    source = re.sub(r"\?>\s*\Z", "", source)
    _refuse(task, code_of(source, "php"))
    settings = [part for setting in (*_SETTINGS, "memory_limit=%dM" % task.limits["memory_mb"]) for part in ("-d", setting)]
    payload = {"secret": task.secret, "source": source, "tests": task.tests, "nonce": secrets.token_hex(16)}
    return Plan(
        run=["/usr/bin/php", *settings, "/opt/assay/guard.php"],
        payload=json.dumps(payload).encode("ascii"),
    )


def _refuse(task, code):
    if task.tests is None:
        return
    if re.search(r"\bAssayText\b|\$assay\b", code, re.IGNORECASE):
        raise Forbidden("calls what its tests report with")
    if re.search(r"\b__halt_compiler\b", code, re.IGNORECASE) or code.rstrip().endswith("?>"):
        raise Forbidden("ends the script before its tests")


def explain(task, ending):
    stderr = ending.stderr
    if "Allowed memory size" in stderr or "Out of memory" in stderr:
        return "memory", "allowed memory size exhausted"
    fatal = re.search(r"^(?:PHP )?Fatal error:\s+(.*)", stderr, re.MULTILINE)
    if fatal and re.match(r"(?:Cannot (?:redeclare|use|declare)|.*must be compatible|.*contains \d+ abstract)", fatal[1]):
        return "compile_error", fatal[1][:600]
    if fatal:
        return "exception", fatal[1][:600]
    if ending.signal is not None:
        return "exception", "ended with %s" % describe(ending)
    return ("exception" if ending.code == 255 else "failed"), "ended with %s" % describe(ending)
