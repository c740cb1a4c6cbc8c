"""PHP: program and tests are one script, included once by a guard that only its last statement can satisfy."""

import json
import re
import secrets

from supervisor.plan import Plan
from supervisor.program import describe

_REFLECTION = (
    "Reflection,ReflectionClass,ReflectionClassConstant,ReflectionEnum,ReflectionException,ReflectionExtension,ReflectionFiber,"
    "ReflectionFunction,ReflectionGenerator,ReflectionMethod,ReflectionNamedType,ReflectionObject,ReflectionParameter,"
    "ReflectionProperty,ReflectionReference,ReflectionType,ReflectionZendExtension"
)
#: What shows or changes what the guard needs, has the tests stop in between, or starts what could try answers elsewhere.
#: Those that honest programs call are there all the same, and do nothing (guard.php).
_FUNCTIONS = (
    "debug_backtrace,debug_print_backtrace,dl,stream_wrapper_unregister,stream_wrapper_restore,set_include_path,get_resources,"
    "ini_set,ini_alter,ini_restore,assert_options,register_tick_function,"
    "exec,shell_exec,system,passthru,popen,proc_open,mail,mb_send_mail,posix_kill,posix_setrlimit,"
    "pcntl_fork,pcntl_waitpid,pcntl_wait,pcntl_signal,pcntl_signal_get_handler,pcntl_signal_dispatch,pcntl_sigprocmask,"
    "pcntl_sigwaitinfo,pcntl_sigtimedwait,pcntl_exec,pcntl_alarm,pcntl_async_signals,pcntl_setpriority,pcntl_unshare"
)
_SETTINGS = (
    "display_errors=stderr", "log_errors=0", "html_errors=0", "error_reporting=-1", "zend.assertions=1", "assert.exception=1",
    "zend.exception_ignore_args=1", "max_execution_time=0", "short_open_tag=0", "opcache.enable_cli=0", "enable_dl=0", "ffi.enable=0",
    "disable_functions=" + _FUNCTIONS, "disable_classes=" + _REFLECTION,
)  # fmt: skip


def plan(task):
    source = task.source
    found = re.match(r"(\s*)<\?php\b", source, re.IGNORECASE)
    if found:
        # What comes before the tag would be text, after which a program cannot declare its types strict.
        source = "<?php" + found[1] + source[found.end() :]
    elif not re.match(r"\s*#![^\n]*\n<\?php\b", source):
        # On the line that is there, so that lines stay.
        source = "<?php " + source
    # What follows a closing tag is text, not tests.
    source = re.sub(r"\?>\s*\Z", "", source)
    settings = [part for setting in (*_SETTINGS, "memory_limit=%dM" % task.limits["memory_mb"]) for part in ("-d", setting)]
    payload = {"secret": task.secret, "source": source, "tests": task.tests, "nonce": secrets.token_hex(16)}
    return Plan(
        run=["/usr/bin/php", *settings, "/opt/assay/guard.php"],
        payload=json.dumps(payload).encode("ascii"),
    )


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
