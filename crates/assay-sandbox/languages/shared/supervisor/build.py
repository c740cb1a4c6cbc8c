"""Making a program: its files written and its compiler run by a user of their own."""

import os
import re
import resource
import select
import signal
import time

from . import children, cleanup, confine
from .output import Output
from .plan import Broken, Unjudgeable, Write
from .service import ServiceTrouble

#: Where programs are made; a file system of its own.
WHERE = "/build"
_KEPT = 16_384
#: A compiler may print far more than is kept before it is taken as running wild.
_PRINTED = 8 << 20
_FILE_BYTES = 256 << 20
#: How drivers of compilers (gcc, go, rustc) tell that a part of theirs was killed.
_KILLED = re.compile(r"Killed signal terminated|terminated with signal 9|signal: (?:9|killed)")
_PROCESSES = 128


class Builder:
    def __init__(self, supervisor, uid, request):
        self.supervisor = supervisor
        self.uid = uid
        self.folder = "%s/%d" % (WHERE, uid)
        self.seconds = request["compile_ms"] / 1000.0
        #: As the answer has it: {ok, duration_ms, diagnostics}, or None when nothing was made.
        self.report = None
        #: Whether the container should not be used again.
        self.spent = False
        #: Whether it was not the program's doing alone that nothing was made.
        self.doubtful = False
        #: The signal that ended a compiler.
        self.signal = None
        self._started = time.perf_counter()

    def told(self, ok, diagnostics):
        self.report = {
            "ok": ok,
            "duration_ms": (time.perf_counter() - self._started) * 1000.0,
            "diagnostics": diagnostics[:_KEPT],
        }

    def make(self, plan):
        """Carries out what the plan says of making. Raises Broken with the diagnostics."""
        self._started = time.perf_counter()
        diagnostics, ok = "", True
        if plan.ask is not None:
            name, message = plan.ask
            answer = self.supervisor.services.ask(name, message, self.seconds)
            if answer.get("unjudgeable"):
                raise Unjudgeable(str(answer["unjudgeable"]))
            ok, diagnostics = bool(answer["ok"]), str(answer.get("diagnostics", ""))
            if not ok and not plan.run_anyway:
                raise Broken(diagnostics)
            plan.finish(answer)
        if plan.files or plan.commands:
            code, text = self._commands(plan)
            diagnostics = "\n".join(part for part in (diagnostics, text) if part)
            if code != 0:
                self.signal = _signal(code, text)
                raise Broken(diagnostics or "the compiler ended with code %d" % code)
        if plan.ask is not None or plan.commands:
            self.told(ok, diagnostics)

    def _commands(self, plan):
        """(exit code, output) of the first command that fails, or of the last."""
        output = Output(_KEPT)
        pid = os.fork()
        if pid == 0:
            self._become(plan, output.theirs)
        children.expect(pid)
        os.close(output.theirs)
        try:
            status = self._wait(pid, output)
        finally:
            if not cleanup.end_all_of(self.uid):
                self.spent = True
            output.read()
            output.close()
        return os.waitstatus_to_exitcode(status), output.text()

    def _wait(self, pid, output):
        deadline = time.perf_counter() + self.seconds
        wake = self.supervisor.wake
        poll = select.poll()
        poll.register(wake, select.POLLIN)
        poll.register(output.fd, select.POLLIN)
        while True:
            for fd, _ in poll.poll(max(0.0, deadline - time.perf_counter()) * 1000.0 + 1):
                if fd == wake:
                    _drain(wake)
                elif not output.read():
                    poll.unregister(fd)
            end = children.ended(pid)
            if end is not None:
                return end[0]
            late = time.perf_counter() >= deadline
            if late or output.total > _PRINTED:
                self.spent = True
                cleanup.end_all_of(self.uid)
                children.await_end(pid, 5.0)
                what = "did not end within %.1f s" % self.seconds if late else "printed without end"
                self.told(False, output.text())
                raise ServiceTrouble(what)

    def _become(self, plan, fd):
        """The child's part: writes the files, runs the commands. Does not return."""
        try:
            os.dup2(self.supervisor.null, 0)
            os.dup2(fd, 1)
            os.dup2(fd, 2)
            os.closerange(3, 256)
            confine.die_first()
            os.setsid()
            confine.usual_signals()
            bounds = (
                (resource.RLIMIT_CPU, int(self.seconds) + 2),
                (resource.RLIMIT_FSIZE, _FILE_BYTES),
                (resource.RLIMIT_NPROC, _PROCESSES),
            )
            confine.become(self.uid, bounds)
            os.umask(0o022)
            os.mkdir(self.folder, 0o711)
            os.chdir(self.folder)
            for name, text in plan.files.items():
                _write(name, text, plan.umask)
            os.umask(plan.umask)
            env = {
                "PATH": "/usr/local/bin:/usr/bin:/bin",
                "HOME": self.folder,
                "TMPDIR": self.folder,
                "LANG": "C.UTF-8",
                **plan.env,
                **plan.make_env,
            }
            for command in plan.commands[:-1]:
                if isinstance(command, Write):
                    _write(command.name, command.text, plan.umask)
                    continue
                code = _run(command, env)
                if code != 0:
                    os._exit(code)
            if plan.commands:
                last = plan.commands[-1]
                os.execve(last[0], last, env)
            os._exit(0)
        except BaseException as error:
            os.write(2, ("cannot be made: %s\n" % error).encode("utf-8", "replace"))
        finally:
            os._exit(126)


def _signal(code, text):
    """What ended the compiler, or a part of it that it started."""
    if code < 0:
        return -code
    if code > 128:
        return code - 128
    return signal.SIGKILL if _KILLED.search(text) else None


def _drain(fd):
    try:
        os.read(fd, 4096)
    except BlockingIOError:
        pass


def _run(command, env):
    pid = os.fork()
    if pid == 0:
        try:
            os.execve(command[0], command, env)
        finally:
            os._exit(126)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code if code >= 0 else 128 - code


def _write(name, text, umask):
    if "/" in name:
        os.makedirs(os.path.dirname(name), 0o711, exist_ok=True)
    fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 & ~umask)
    with os.fdopen(fd, "wb") as file:
        file.write(text.encode("utf-8", "surrogatepass"))
