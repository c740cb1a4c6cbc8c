"""One job of a language with a driver: make the program, run it, stop it, clean, answer.

Program and tests are one process here. That its tests ran to their end is proved by a secret, which
the driver puts where the program cannot use it early (ADR 0009), and which arrives on a channel.
"""

import contextlib
import json
import os
import resource
import secrets
import select
import signal
import socket
import sys
import time

from . import children, cleanup, confine, lone
from .build import Builder
from .output import Output
from .plan import Broken, Ending, Forbidden, Task, Unjudgeable
from .service import ServiceTrouble

#: Bytes of the channel that are read before the program is ended: an honest guard says a few thousand.
_SAID = 1 << 16
#: How long a driver may read a program.
_READING_S = 5
#: How long the last words of ended processes are waited for.
_DRAIN_S = 0.25
#: What a process holds before it does anything.
_BASE_DATA = 64 << 20
#: What a guard may say of a program: that it did not pass, and why.
_TOLD = ("failed", "exception", "compile_error", "memory", "process_limit", "forbidden")

ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/tmp",
    "TMPDIR": "/tmp",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
}


class ProgramJob:
    def __init__(self, supervisor, request):
        self.supervisor = supervisor
        self.driver = supervisor.driver
        self.counters = supervisor.counters
        self.request = request
        self.limits = request["limits"]
        self.cpu_s = int(self.limits["wall_ms"] / 1000.0) + 2
        self.uid = supervisor.next_uid()
        self.builder = Builder(supervisor, self.uid + 1, request)
        self.out = self.err = None
        #: The limit that ended the program, if one did.
        self.stopped = None
        #: Whether it was us who ended it.
        self.killed = False
        self.status = None
        self.usage = None
        self.said = bytearray()
        #: Whether more than an honest guard's words came over the channel.
        self.flooded = False

    # -- the whole of it ------------------------------------------------------------------------

    def run(self):
        """The answer to the request, as a dict."""
        request = self.request
        tests = request["tests"]
        task = Task(
            source=request["source"],
            file=request["file"],
            tests=tests and tests["source"],
            prompt=tests["prompt"] if tests else "",
            setup=tests["setup"] if tests else "",
            entry_point=tests["entry_point"] if tests else "",
            form=tests["form"] if tests else "statements",
            secret=secrets.token_hex(16),
            limits=self.limits,
        )
        try:
            with _within(_READING_S):
                plan = self.driver.plan(task)
            self.builder.make(plan)
        except _TooLong:
            self.builder.doubtful = True
            return self._unrun("compile_error", "its text could not be read within %d s" % _READING_S)
        except Forbidden as error:
            return self._unrun("forbidden", str(error))
        except Broken as error:
            self.builder.told(False, str(error))
            return self._unrun("compile_error", _first_lines(str(error)))
        except Unjudgeable as error:
            return self._unrun("infrastructure", str(error))
        except ServiceTrouble as error:
            self.builder.doubtful = True
            return self._unrun("compile_error", "the compiler %s" % error)
        return self._execute(task, plan)

    def _unrun(self, verdict, detail):
        spent = self.builder.spent or self.counters.had_oom()
        return self._answer(verdict, detail, 0.0, self._clean(), spent)

    def _execute(self, task, plan):
        started = time.perf_counter()
        self._start(plan)
        self._watch(started + self.limits["wall_ms"] / 1000.0)
        # Before its end changes it; only where it may say something of the verdict.
        most = self.limits["processes"] + self._threads
        crowded = self.status != 0 and cleanup.count_of(self.uid) >= most
        self._stop()
        duration = time.perf_counter() - started
        self._drain()
        if self.out.total + self.err.total > self.limits["output_bytes"]:
            self.stopped = self.stopped or "output_limit"
        leftovers = self._clean()
        oomed = self.counters.had_oom()
        verdict, detail = self._verdict(task, oomed, crowded)
        spent = self.stopped is not None or oomed or self.builder.spent
        return self._answer(verdict, detail, duration, leftovers, spent)

    def _answer(self, verdict, detail, duration, leftovers, spent):
        natural = self.status is not None and not self.killed
        code = os.waitstatus_to_exitcode(self.status) if natural else None
        usage, report = self.usage, self.builder.report
        return {
            "id": self.request["id"],
            "verdict": verdict,
            "detail": _whole(detail),
            "exit_code": code if natural and code >= 0 else None,
            "signal": -code if natural and code < 0 else self.builder.signal,
            "stdout": self.out.text() if self.out else "",
            "stderr": self.err.text() if self.err else "",
            "truncated": bool(self.out and (self.out.truncated or self.err.truncated)),
            "duration_ms": duration * 1000.0,
            "cpu_ms": (usage.ru_utime + usage.ru_stime) * 1000.0 if usage else None,
            "peak_memory_kb": usage.ru_maxrss if usage else None,
            "compilation": report and {**report, "diagnostics": _whole(report["diagnostics"])},
            "reusable": not spent and leftovers is None,
            "leftovers": leftovers,
            "doubtful": self.builder.doubtful,
        }

    # -- start ----------------------------------------------------------------------------------

    @property
    def _threads(self):
        """What the language's runtime takes for itself."""
        return getattr(self.driver, "THREADS", 0)

    def _start(self, plan):
        limits = self.limits
        self.out = Output(limits["kept_output_bytes"])
        self.err = Output(limits["kept_output_bytes"])
        stdin = _file("stdin", (self.request.get("stdin") or "").encode("utf-8"))
        self.channel, theirs = socket.socketpair()
        fds = [stdin, self.out.theirs, self.err.theirs, theirs.fileno()]
        if plan.payload is not None:
            fds.append(_file("payload", plan.payload))
        argv = [part.replace("{build}", self.builder.folder) for part in plan.run]
        env = {**ENVIRONMENT, **plan.env}
        bounds = [
            (resource.RLIMIT_CPU, self.cpu_s),
            (resource.RLIMIT_FSIZE, limits["disk_mb"] << 20),
            (resource.RLIMIT_NOFILE, limits["open_files"]),
            (resource.RLIMIT_NPROC, limits["processes"] + self._threads),
        ]
        if getattr(self.driver, "LIMIT_DATA", True):
            bounds.append((resource.RLIMIT_DATA, (limits["memory_mb"] << 20) + _BASE_DATA))
        self.pid = os.fork()
        if self.pid == 0:
            _become(self.uid, bounds, fds, argv, env, alone=self.request["tests"] is not None)
        children.expect(self.pid)
        theirs.close()
        for fd in (stdin, self.out.theirs, self.err.theirs, *fds[4:]):
            os.close(fd)
        self.channel.setblocking(False)

    # -- watch ----------------------------------------------------------------------------------

    def _watch(self, deadline):
        """Until the program ended or a limit was reached."""
        wake = self.supervisor.wake
        poll = select.poll()
        streams = {self.out.fd: self.out, self.err.fd: self.err}
        for fd in streams:
            poll.register(fd, select.POLLIN)
        poll.register(self.channel.fileno(), select.POLLIN)
        poll.register(wake, select.POLLIN)
        limit = self.limits["output_bytes"]
        while not self._ended():
            left = deadline - time.perf_counter()
            if left <= 0:
                self.stopped = "timeout"
                return
            for fd, _ in poll.poll(left * 1000.0 + 1):
                if fd == wake:
                    _empty(wake)
                elif fd == self.channel.fileno():
                    if not self._listen():
                        poll.unregister(fd)
                    if self.flooded:
                        return
                elif not streams[fd].read():
                    poll.unregister(fd)
            if self.out.total + self.err.total > limit:
                self.stopped = "output_limit"
                return

    def _listen(self):
        """Takes what is on the channel. Returns whether there may be more."""
        while not self.flooded:
            try:
                part = self.channel.recv(8192)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not part:
                return False
            self.said += part
            self.flooded = len(self.said) > _SAID
        return False

    def _ended(self):
        """Collects whatever ended. Returns whether the program is among it, now or before."""
        if self.status is None:
            end = children.ended(self.pid)
            if end is None:
                return False
            self.status, self.usage = end
        return True

    # -- stop -----------------------------------------------------------------------------------

    def _stop(self):
        if self.status is None:
            self.killed = True
        cleanup.end_all_of(self.uid)
        if self.status is None:
            end = children.await_end(self.pid, 5.0)
            if end is None:
                raise RuntimeError("a program cannot be ended")
            self.status, self.usage = end
        self._listen()
        self.channel.close()

    def _drain(self):
        deadline = time.perf_counter() + _DRAIN_S
        for stream in (self.out, self.err):
            # Nobody holds the other end any more: all of its user's processes are gone.
            while stream.read() and stream.total <= self.limits["output_bytes"]:
                if time.perf_counter() > deadline:
                    break
            stream.close()

    def _clean(self):
        """Removes every trace. None when nothing stayed, else a word on what did."""
        for uid in (self.uid, self.builder.uid):
            if not cleanup.end_all_of(uid):
                return "unremovable processes"
        if cleanup.is_clean():
            return None
        cleanup.empty_as((self.uid, self.builder.uid))
        return None if cleanup.is_clean() else "unremovable files"

    # -- verdict --------------------------------------------------------------------------------

    def _verdict(self, task, oomed, crowded):
        limits = self.limits
        finished, said, foreign = self._hear(task.secret)
        code = os.waitstatus_to_exitcode(self.status)
        if self.stopped == "output_limit":
            return "output_limit", "more than %d bytes of output" % limits["output_bytes"]
        if oomed:
            return "memory", "used more than %d MiB of memory" % limits["memory_mb"]
        if self.stopped == "timeout":
            if crowded:
                return "process_limit", _process_text(limits)
            return "timeout", "did not end within %.1f s" % (limits["wall_ms"] / 1000.0)
        if code == 0 and task.tests is None:
            return "passed", None
        if foreign:
            return "forbidden", "wrote to the channel its tests answer on"
        if code == 0 and finished and not said:
            return "passed", None
        if confine.out_of_time(code, self.usage.ru_utime + self.usage.ru_stime, self.cpu_s):
            return "timeout", "used up its processor time"
        ending = Ending(
            code=code if code >= 0 else None,
            signal=-code if code < 0 else None,
            stdout=self.out.text(),
            stderr=self.err.text(),
            said=said,
            finished=finished,
        )
        verdict, detail = self._explained(task, ending)
        if verdict in ("failed", "exception") and crowded:
            return "process_limit", _process_text(limits)
        return verdict, detail

    def _explained(self, task, ending):
        for message in ending.said:
            kind, detail = message.get("kind"), message.get("detail")
            if kind in _TOLD:
                return kind, str(detail)[:2000] if detail else None
        if task.tests is not None and ending.code == 0:
            return "exception", "ended with exit code 0 before its tests had"
        try:
            with _within(_READING_S):
                told = self.driver.explain(task, ending)
        except Exception as error:
            # What a program wrote may be made to be read wrongly: that is no reason to judge it no more.
            print("an ending cannot be explained: %r" % error, file=sys.stderr)
            told = None
        if told is not None:
            return told
        return ("exception" if ending.signal else "failed"), "ended with %s" % describe(ending)

    def _hear(self, secret):
        """(whether the secret was told, the guard's other messages, whether anything else was said)"""
        finished, said, foreign = False, [], self.flooded
        for line in bytes(self.said).split(b"\n"):
            if not line:
                continue
            if line == secret.encode("ascii"):
                finished = True
                continue
            try:
                message = json.loads(line)
                if isinstance(message, dict) and isinstance(message.get("kind"), str):
                    said.append(message)
                    continue
            except (ValueError, RecursionError):
                pass
            foreign = True
        return finished, said, foreign


def _whole(text):
    """The text without halves of characters, which no receiver takes."""
    return text and text.encode("utf-8", "replace").decode("utf-8")


class _TooLong(Exception):
    """A program's text, or what it wrote, was made to take long to read."""


@contextlib.contextmanager
def _within(seconds):
    """Gives up what is inside, pattern matching included, when it takes longer."""

    def give_up(number, frame):
        raise _TooLong

    signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def describe(ending):
    if ending.signal is None:
        return "exit code %d" % ending.code
    try:
        return "signal %d, %s" % (ending.signal, signal.Signals(ending.signal).name)
    except ValueError:
        return "signal %d" % ending.signal


def _become(uid, bounds, fds, argv, env, alone):
    """The child's part of a start. Does not return."""
    try:
        # Out of the way first: no target may be overwritten before it is copied.
        high = [os.dup(fd) if fd > len(fds) else _above(fd, len(fds)) for fd in fds]
        for target, fd in enumerate(high):
            os.dup2(fd, target)
        os.closerange(len(fds), 256)
        confine.die_first()
        os.setsid()
        os.chdir("/tmp")
        confine.usual_signals()
        confine.become(uid, bounds)
        if alone:
            lone.execute_alone(argv, env)
        os.execve(argv[0], argv, env)
    except BaseException as error:
        os.write(2, ("cannot be started: %s\n" % error).encode("utf-8", "replace"))
    finally:
        os._exit(127)


def _above(fd, least):
    import fcntl

    return fcntl.fcntl(fd, fcntl.F_DUPFD, least)


def _file(name, data):
    """A file in memory that holds `data`, at its beginning."""
    fd = os.memfd_create(name)
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def _empty(fd):
    try:
        while os.read(fd, 4096):
            pass
    except BlockingIOError:
        pass


def _process_text(limits):
    return "started %d processes and threads, the limit" % limits["processes"]


def _first_lines(text):
    """The beginning of a compiler's diagnostics, for a line or two."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(lines[:6])[:1000] or None
