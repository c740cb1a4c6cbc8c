"""One job from its first process to its last: start, watch, stop, clean, answer."""

import errno
import json
import os
import select
import signal
import socket
import time

from . import cleanup, confine
from .frames import HEADER, FrameError, read_frame, write_frame
from .output import Output
from .zygote import BASE_DATA

#: How long the last words of ended processes are waited for.
_DRAIN_S = 0.25
#: How long a sweep may take; one that takes longer is being held up.
_SWEEP_S = 1.0
#: How long a program whose tests found it gone may take to end.
_ENDING_S = 0.2


class Job:
    def __init__(self, supervisor, body):
        request = json.loads(body)
        self.body = body
        self.zygote = supervisor.zygote(body)
        self.own_tasks = supervisor.own_tasks
        self.counters = supervisor.counters
        self.null = supervisor.null
        self.uid = supervisor.next_uid()
        self.request = request
        self.limits = request["limits"]
        self.cpu_s = int(self.limits["wall_ms"] / 1000.0) + 2
        self.with_tests = request["tests"] is not None
        #: The limit that ended the program, if one did.
        self.stopped = None
        #: What the tests told.
        self.outcome = None
        #: What a script told of its own end.
        self.fate = None
        #: Whether it was us who ended the program.
        self.killed = False
        #: Whether its processes had to be ended one by one: the container is not used again.
        self.unruly = False
        #: Of each child that ended: (status, CPU seconds, peak KiB).
        self.ends = {}

    def run(self):
        """The answer to the request, as a dict."""
        started = time.perf_counter()
        self._start()
        self._watch(started + self.limits["wall_ms"] / 1000.0)
        duration = time.perf_counter() - started
        if self.with_tests and self.stopped is None:
            self.outcome = self._read_outcome()
        passed = self.outcome is not None and self.outcome["outcome"] == "passed"
        crowd = 0 if passed else self._crowd()
        self._stop()
        self._drain()
        if self.out.total + self.err.total > self.limits["output_bytes"]:
            # Perhaps told only now, after its tests had passed: it is the same limit.
            self.stopped = self.stopped or "output_limit"
            passed = False
        leftovers = self._clean()
        oomed = self.counters.had_oom()
        verdict, detail = ("passed", None) if passed else self._verdict(oomed, crowd)
        status, cpu, peak = self.ends[self.solution]
        code = os.waitstatus_to_exitcode(status)
        # Once its tests have ended, how the program ends (by us, mostly) says nothing of it.
        gone = self.outcome is not None and self.outcome["outcome"] == "gone"
        natural = not self.killed and (gone or not self.with_tests)
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
        stdin = self._stdin()
        link, theirs = socket.socketpair()
        bounds = (
            self.cpu_s,
            (limits["memory_mb"] << 20) + BASE_DATA,
            limits["disk_mb"] << 20,
            limits["open_files"],
            limits["processes"],
        )
        fds = [stdin, self.out.theirs, self.err.theirs, theirs.fileno()]
        if self.with_tests:
            # Whom the supervisor speaks to: the tests, which then speak to the solution …
            self.voice, far = socket.socketpair()
            fds += [link.fileno(), far.fileno()]
        self.solution, self.tests = self.zygote.start(self.uid, self.with_tests, bounds, fds)
        for fd in fds[:3]:
            if fd != self.null:
                os.close(fd)
        theirs.close()
        if self.with_tests:
            link.close()
            far.close()
            message = self.body
        else:
            # … or, where there are none, the solution itself.
            self.voice = link
            program = ["p", self.request["source"], self.request["file"], ""]
            message = json.dumps(program).encode("ascii")
        try:
            write_frame(self.voice.fileno(), message)
        except OSError:
            # It is gone already; waiting for its answer will tell.
            pass

    def _stdin(self):
        text = self.request.get("stdin")
        if not text:
            return self.null
        fd = os.memfd_create("stdin")
        view = memoryview(text.encode("utf-8"))
        while view:
            view = view[os.write(fd, view) :]
        os.lseek(fd, 0, os.SEEK_SET)
        return fd

    # -- watch ----------------------------------------------------------------------------------

    def _watch(self, deadline):
        """Until the tests told their outcome, the program ended, or a limit was reached."""
        poll = select.poll()
        streams = {self.out.fd: self.out, self.err.fd: self.err}
        for fd in streams:
            poll.register(fd, select.POLLIN)
        # With tests, the solution's end alone decides nothing: they may still be running.
        watched = self.voice.fileno() if self.with_tests else self.zygote.fd
        poll.register(watched, select.POLLIN)
        limit = self.limits["output_bytes"]
        ended = False
        while not ended:
            left = deadline - time.perf_counter()
            if left <= 0:
                self.stopped = "timeout"
                return
            for fd, _ in poll.poll(left * 1000.0 + 1):
                if fd == watched:
                    ended = True
                elif not streams[fd].read():
                    poll.unregister(fd)
                if self.out.total + self.err.total > limit:
                    self.stopped = "output_limit"
                    return

    def _crowd(self):
        """Processes and threads of the program, itself included."""
        return self.counters.tasks() - self.own_tasks - (1 if self.with_tests else 0)

    # -- stop -----------------------------------------------------------------------------------

    def _stop(self):
        patience = 0.0
        if self.with_tests:
            if self.outcome is not None and self.outcome["outcome"] == "gone":
                # How it ended is part of the verdict.
                patience = _ENDING_S
            # What they had to say is said.
            _kill(self.tests)
        deadline = time.perf_counter() + patience
        expected = 2 if self.with_tests else 1
        while len(self.ends) < expected:
            if self.solution not in self.ends and not self.killed:
                if not _readable(self.zygote.fd, deadline - time.perf_counter()):
                    self.killed = True
                    _kill(self.solution)
            pid, status, cpu, peak = self.zygote.ended()
            self.ends[pid] = (status, cpu, peak)
        if not self.with_tests:
            self.fate = self._read_fate()
        self.voice.close()

    def _read_outcome(self):
        try:
            body = read_frame(self.voice.fileno())
            return json.loads(body) if body else None
        except (OSError, FrameError, ValueError):
            # Its process ended before its word did.
            return None

    def _read_fate(self):
        """What a script said of its own end; believed because it can only say that it failed."""
        self.voice.setblocking(False)
        try:
            body = self.voice.recv(65536)
            kind, text, limit = json.loads(body[HEADER.size :].decode("ascii"))
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
                    late = time.perf_counter() > deadline
                    if self.unruly or late or self.counters.tasks() <= self.own_tasks:
                        break
                    self._sweep()
            stream.close()

    # -- clean ----------------------------------------------------------------------------------

    def _clean(self):
        """Removes every trace. None when there was none, else a word on what there was."""
        if self.unruly:
            return "processes"
        tasks = self.counters.tasks()
        if tasks > self.own_tasks:
            _reap(self.zygote.pid)
            tasks = self.counters.tasks()
        clean = cleanup.is_clean()
        if tasks <= self.own_tasks and clean:
            return None
        found = "processes" if tasks > self.own_tasks else "files"
        for _ in range(5):
            self._sweep()
            if self.unruly:
                break
            if self.counters.tasks() <= self.own_tasks and cleanup.is_clean():
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
        if not _ended_within(pid, _SWEEP_S):
            # Whatever holds it up, the verdict does not wait for it, nor this container for
            # another program.
            self.unruly = True
            cleanup.end_all_but((os.getpid(), self.zygote.pid))
        deadline = time.perf_counter() + 0.2
        while self.counters.tasks() > self.own_tasks and time.perf_counter() < deadline:
            _reap(self.zygote.pid)
            if self.unruly:
                cleanup.end_all_but((os.getpid(), self.zygote.pid))
            time.sleep(0.001)

    # -- verdict --------------------------------------------------------------------------------

    def _verdict(self, oomed, crowd):
        limits = self.limits
        status = self.ends[self.solution][0]
        crowded = crowd >= limits["processes"]
        if self.stopped == "output_limit":
            return "output_limit", "more than %d bytes of output" % limits["output_bytes"]
        if oomed:
            return "memory", "used more than %d MiB of memory" % limits["memory_mb"]
        if self.stopped == "timeout":
            if crowded:
                return "process_limit", _process_text(limits)
            return "timeout", "did not end within %.1f s" % (limits["wall_ms"] / 1000.0)
        if not self.with_tests:
            return self._script_verdict(status, crowded)
        if self.outcome is None:
            code = os.waitstatus_to_exitcode(self.ends[self.tests][0])
            return "exception", "the process of its tests ended early (%s)" % _ending(code)
        kind, detail = self.outcome["outcome"], self.outcome["detail"]
        if kind == "gone":
            return self._gone_verdict(status, crowded)
        if self.outcome["limit"] == "memory":
            return "memory", detail
        if self.outcome["limit"] == "processes":
            return "process_limit", detail
        if kind == "unjudgeable":
            return "infrastructure", detail
        return kind, detail

    def _gone_verdict(self, status, crowded):
        code = os.waitstatus_to_exitcode(status)
        if not self.killed and confine.out_of_time(code, self.ends[self.solution][1], self.cpu_s):
            return "timeout", "used up its processor time"
        if crowded:
            return "process_limit", _process_text(self.limits)
        if self.killed:
            return "exception", "stopped answering its tests"
        return "exception", "ended with %s before its tests had" % _ending(code)

    def _script_verdict(self, status, crowded):
        code = os.waitstatus_to_exitcode(status)
        if not self.killed and confine.out_of_time(code, self.ends[self.solution][1], self.cpu_s):
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


def _process_text(limits):
    return "started %d processes and threads, the limit" % limits["processes"]


def _readable(fd, timeout=0.0):
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(max(timeout, 0.0) * 1000.0))


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _ended_within(child, seconds):
    """Whether this child ended in time; then it is collected, too."""
    deadline = time.perf_counter() + seconds
    pause = 0.0002
    while os.waitpid(child, os.WNOHANG)[0] == 0:
        if time.perf_counter() > deadline:
            return False
        time.sleep(pause)
        pause = min(pause * 2, 0.01)
    return True


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
