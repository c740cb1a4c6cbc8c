"""One job from its first process to its last: start, watch, stop, clean, answer."""

import errno
import json
import os
import select
import signal
import socket
import time

from . import cleanup, tests
from .frames import HEADER

#: How long the last words of ended processes are waited for.
_DRAIN_S = 0.25
#: The tests' own memory beside the interpreter's.
_TESTS_DATA = 192 << 20
#: What a process forked from the zygote holds before it does anything.
_BASE_DATA = 48 << 20
_SIGXCPU = int(signal.SIGXCPU)


class Output:
    """A stream of the program: its beginning is kept, all of it is counted."""

    def __init__(self, keep):
        self.fd, self.theirs = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self.fd, False)
        self._keep = keep
        self._kept = bytearray()
        self.total = 0

    def read(self):
        """Reads what is there. Returns whether there may be more later."""
        while True:
            try:
                part = os.read(self.fd, 65536)
            except BlockingIOError:
                return True
            if not part:
                return False
            self.total += len(part)
            missing = self._keep - len(self._kept)
            if missing > 0:
                self._kept += part[:missing]
            if len(part) < 65536:
                # Drained, or nearly: the loop comes back when there is more.
                return True

    def text(self):
        return self._kept.decode("utf-8", "replace")

    @property
    def truncated(self):
        return self.total > len(self._kept)

    def close(self):
        os.close(self.fd)


class Job:
    def __init__(self, supervisor, request):
        self.zygote = supervisor.zygote
        self.counters = supervisor.counters
        self.request = request
        self.uid = supervisor.next_uid()
        self.limits = request["limits"]
        self.with_tests = request["tests"] is not None
        self.stopped = None
        self.outcome = None
        self.fate = None
        self.solution = self.tests = None

    def run(self):
        """The answer to the request, as a dict."""
        ooms = self.counters.oom_kills()
        started = time.perf_counter()
        self._start()
        self._watch(started + self.limits["wall_ms"] / 1000.0)
        duration = time.perf_counter() - started
        crowd = self._crowd()
        status, cpu, peak, tests_status = self._stop()
        self._drain()
        leftovers = self._clean()
        oomed = self.counters.oom_kills() > ooms
        verdict, detail = self._verdict(status, tests_status, oomed, crowd)
        code = os.waitstatus_to_exitcode(status)
        # Stopped by us once its tests had ended: how it ended says nothing of the program.
        natural = not self.killed
        spent = self.stopped is not None or oomed or leftovers is not None
        return {
            "id": self.request["id"],
            "verdict": verdict,
            "detail": detail,
            "exit_code": code if natural and code >= 0 else None,
            "signal": -code if natural and code < 0 else None,
            "stdout": self.out.text(),
            "stderr": self.err.text(),
            "truncated": self.out.truncated or self.err.truncated,
            "duration_ms": duration * 1000.0,
            "cpu_ms": cpu * 1000.0,
            "peak_memory_kb": peak,
            "reusable": not spent,
            "leftovers": leftovers,
        }

    # -- start ----------------------------------------------------------------------------------

    def _start(self):
        limits = self.limits
        self.out = Output(limits["kept_output_bytes"])
        self.err = Output(limits["kept_output_bytes"])
        ours, theirs = socket.socketpair()
        self.link = ours
        stdin = self._stdin()
        cpu = int(limits["wall_ms"] / 1000.0) + 2
        data = (limits["memory_mb"] << 20) + _BASE_DATA
        bounds = (cpu, data, limits["disk_mb"] << 20, limits["open_files"], limits["processes"])
        fds = [stdin, self.out.theirs, self.err.theirs, theirs.fileno()]
        self.solution = self.zygote.start(self.uid, not self.with_tests, bounds, fds)
        self.killed = False
        os.close(stdin)
        os.close(self.out.theirs)
        os.close(self.err.theirs)
        theirs.close()
        if self.with_tests:
            self.report, report = os.pipe2(os.O_CLOEXEC)
            self.tests = os.fork()
            if self.tests == 0:
                self._become_tests(report)
            os.close(report)
            ours.close()
        else:
            # The supervisor itself hands the program over, and hears how it ended.
            self.report = None
            source = json.dumps(["p", self.request["source"], self.request["file"]]).encode("ascii")
            try:
                ours.sendall(HEADER.pack(len(source)) + source)
            except OSError:
                pass

    def _stdin(self):
        text = self.request.get("stdin")
        if not text:
            return os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
        fd = os.memfd_create("stdin")
        view = memoryview(text.encode("utf-8"))
        while view:
            view = view[os.write(fd, view) :]
        os.lseek(fd, 0, os.SEEK_SET)
        return fd

    def _become_tests(self, report):
        try:
            tests.confined(self.uid + 1, _TESTS_DATA, (self.link.fileno(), report))
            self.link.detach()
            tests.run(self.request, socket.socket(fileno=3), 4)
        finally:
            os._exit(71)

    # -- watch ----------------------------------------------------------------------------------

    def _watch(self, deadline):
        """Until the tests told their outcome, the program ended, or a limit was reached."""
        poll = select.poll()
        streams = {self.out.fd: self.out, self.err.fd: self.err}
        for fd in streams:
            poll.register(fd, select.POLLIN)
        ended = self.zygote.socket.fileno()
        # With tests, the solution's end alone decides nothing: they may still be running.
        watched = self.report if self.with_tests else ended
        poll.register(watched, select.POLLIN)
        limit = self.limits["output_bytes"]
        while True:
            left = deadline - time.perf_counter()
            if left <= 0:
                self.stopped = "timeout"
                return
            for fd, _ in poll.poll(left * 1000.0 + 1):
                stream = streams.get(fd)
                if stream is None:
                    continue
                if not stream.read():
                    poll.unregister(fd)
                if self.out.total + self.err.total > limit:
                    self.stopped = "output_limit"
                    return
            if _readable(watched):
                return

    def _crowd(self):
        """Processes and threads of the program, itself included."""
        try:
            return self.counters.tasks() - 2 - (1 if self.tests else 0)
        except OSError:
            return 0

    # -- stop -----------------------------------------------------------------------------------

    def _stop(self):
        tests_status = None
        if self.with_tests:
            if self.stopped is None:
                self.outcome = self._read_outcome()
            else:
                _kill(self.tests)
            _, tests_status = os.waitpid(self.tests, 0)
            os.close(self.report)
            # Where the solution ended by itself, how it did is part of the verdict.
            grace = 0.2 if self.outcome and self.outcome["outcome"] == "gone" else 0.0
        else:
            grace = 0.0
        ended = self.zygote.socket.fileno()
        if not _readable(ended, grace):
            self.killed = True
            _kill(self.solution)
        status, cpu, peak = self.zygote.ended()
        if not self.with_tests:
            self.fate = self._read_fate()
            self.link.close()
        return status, cpu, peak, tests_status

    def _read_outcome(self):
        body = b""
        while True:
            part = os.read(self.report, 65536)
            if not part:
                break
            body += part
        if len(body) < 4 or HEADER.unpack_from(body)[0] != len(body) - 4:
            return None
        return json.loads(body[4:])

    def _read_fate(self):
        """What a script said of its own end; believed because it can only say that it failed."""
        self.link.setblocking(False)
        try:
            body = self.link.recv(65536)
            kind, text, limit = json.loads(body[4:].decode("ascii"))
            if kind in ("compile_error", "exception") and isinstance(text, str):
                return kind, text, limit
        except (OSError, ValueError, TypeError, RecursionError):
            pass
        return None

    def _drain(self):
        deadline = time.perf_counter() + _DRAIN_S
        for stream in (self.out, self.err):
            while stream.read() and stream.total <= self.limits["output_bytes"]:
                # Only a process that outlived the program can still hold the pipe.
                if not _readable(stream.fd):
                    if self.counters.tasks() <= 2 or time.perf_counter() > deadline:
                        break
                    self._sweep()
            stream.close()

    # -- clean ----------------------------------------------------------------------------------

    def _clean(self):
        """Removes every trace. None when there was none, else a word on what there was."""
        _reap(self.zygote.pid)
        tasks, clean = self.counters.tasks(), cleanup.is_clean()
        if tasks <= 2 and clean:
            return None
        found = "processes" if tasks > 2 else "files"
        for _ in range(5):
            self._sweep()
            if self.counters.tasks() <= 2 and cleanup.is_clean():
                # Files are gone for good once removed. Of processes we would rather not say so.
                return None if found == "files" else found
        return "unremovable " + found

    def _sweep(self):
        try:
            pid = cleanup.sweep(self.uid)
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise
            time.sleep(0.01)
            _reap(self.zygote.pid)
            return
        os.waitpid(pid, 0)
        deadline = time.perf_counter() + 0.2
        while self.counters.tasks() > 2 and time.perf_counter() < deadline:
            _reap(self.zygote.pid)
            time.sleep(0.001)

    # -- verdict --------------------------------------------------------------------------------

    def _verdict(self, status, tests_status, oomed, crowd):
        limits = self.limits
        crowded = crowd >= limits["processes"]
        if self.stopped == "output_limit":
            return "output_limit", "more than %d bytes of output" % limits["output_bytes"]
        if oomed and not self._passed():
            return "memory", _memory_text(limits)
        if self.stopped == "timeout":
            if crowded:
                return "process_limit", _process_text(limits)
            return "timeout", "did not end within %.1f s" % (limits["wall_ms"] / 1000.0)
        if not self.with_tests:
            return self._script_verdict(status, crowded)
        outcome = self.outcome
        if outcome is None:
            code = os.waitstatus_to_exitcode(tests_status)
            return "exception", "the process of its tests ended early (%s)" % _ending(code)
        kind, detail = outcome["outcome"], outcome["detail"]
        if kind == "passed":
            return "passed", None
        if kind == "gone":
            return self._gone_verdict(status, crowded)
        if outcome["limit"] == "memory":
            return "memory", detail
        if outcome["limit"] == "processes":
            return "process_limit", detail
        if kind == "unjudgeable":
            return "infrastructure", detail
        return kind, detail

    def _passed(self):
        if self.with_tests:
            return self.outcome is not None and self.outcome["outcome"] == "passed"
        return False

    def _gone_verdict(self, status, crowded):
        code = os.waitstatus_to_exitcode(status)
        if code == -_SIGXCPU:
            return "timeout", "used up its processor time"
        if crowded:
            return "process_limit", _process_text(self.limits)
        return "exception", "ended with %s before its tests had" % _ending(code)

    def _script_verdict(self, status, crowded):
        code = os.waitstatus_to_exitcode(status)
        if code == -_SIGXCPU:
            return "timeout", "used up its processor time"
        if self.fate is not None and code != 0:
            kind, text, limit = self.fate
            if limit == "memory":
                return "memory", text
            if limit == "processes":
                return "process_limit", text
            return kind, text
        if code == 0:
            return "passed", None
        if crowded:
            return "process_limit", _process_text(self.limits)
        return ("exception" if code < 0 else "failed"), "ended with %s" % _ending(code)


def _ending(code):
    if code >= 0:
        return "exit code %d" % code
    try:
        return "signal %d, %s" % (-code, signal.Signals(-code).name)
    except ValueError:
        return "signal %d" % -code


def _memory_text(limits):
    return "used more than %d MiB of memory" % limits["memory_mb"]


def _process_text(limits):
    return "started %d processes and threads, the limit" % limits["processes"]


def _readable(fd, timeout=0.0):
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(timeout * 1000.0))


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _reap(zygote):
    """Collects orphans, which come to this process because it is the container's first."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == zygote:
            raise RuntimeError("the zygote ended")
        if pid == 0:
            return
