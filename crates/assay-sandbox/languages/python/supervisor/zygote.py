"""The process that solutions and their tests are forked from.

It is forked from the supervisor before the first job arrives and is never told anything of one:
both children are told over descriptors of their own, after the fork. So whatever a solution digs
out of its own memory was never a test or an expected value, of this job or of any before it.

A fork shares memory until one side writes. That is why everything here is plain: each page that a
child touches before its program begins costs more than the call that touched it.
"""

import array
import gc
import os
import resource
import socket
import struct

from . import confine, solution, tests

#: uid, with tests?, CPU seconds, data bytes, file bytes, open files, processes
REQUEST = struct.Struct("<IBQQQQQ")
#: the solution's process id, the tests' process id or 0
STARTED = struct.Struct("<ii")
#: process id, wait status, user + system seconds, peak resident KiB
ENDED = struct.Struct("<iidQ")
#: The solution's standard input, output, error and link; the tests' link and their supervisor.
FDS = 6
SOLUTION_FDS = 4
#: What a process holds before it does anything.
BASE_DATA = 48 << 20
#: The tests' memory beside that.
TESTS_DATA = 192 << 20


#: In the place of a user id: no program, but another zygote.
GROW = 0
#: What takes a tenth of a second to import, and a program seldom uses.
HEAVY = "numpy"


def _pair():
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


class Zygote:
    """The supervisor's end."""

    def __init__(self, ours, pid):
        self.pid = pid
        self._socket = ours
        self.fd = ours.fileno()

    @classmethod
    def first(cls):
        """Forked from the caller, which must not have read a job yet."""
        ours, theirs = _pair()
        pid = os.fork()
        if pid == 0:
            try:
                ours.close()
                _serve(theirs)
            finally:
                os._exit(1)
        theirs.close()
        return cls(ours, pid)

    def grown(self):
        """Another, forked from this one, which never held a job either; it has imported HEAVY."""
        ours, theirs = _pair()
        message = REQUEST.pack(GROW, 0, 0, 0, 0, 0, 0)
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs.fileno()]))]
        self._socket.sendmsg([message], rights)
        pid, _ = STARTED.unpack(self._receive(STARTED.size))
        theirs.close()
        return Zygote(ours, pid)

    def start(self, uid, with_tests, limits, fds):
        """Forks a solution, and tests if there are any. Returns their process ids."""
        message = REQUEST.pack(uid, with_tests, *limits)
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
        self._socket.sendmsg([message], rights)
        return STARTED.unpack(self._receive(STARTED.size))

    def ended(self):
        """The next child that ended: (process id, status, CPU seconds, peak KiB). Blocks."""
        return ENDED.unpack(self._receive(ENDED.size))

    def _receive(self, size):
        answer = os.read(self.fd, size)
        if len(answer) != size:
            raise RuntimeError("the zygote is gone")
        return answer


def _serve(control):
    # Standard input and output lead to the engine: not even inherited copies of them may exist
    # in a process that runs programs.
    null = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.dup2(control.detach(), 3)
    os.closerange(4, 65536)
    control = socket.socket(fileno=3)
    confine.hide_memory()
    confine.drop_groups()
    confine.usual_signals()
    confine.forget_supervisor()
    os.chdir("/tmp")
    os.umask(0o022)
    gc.collect()
    gc.freeze()
    _work(control)


def _work(control):
    size = socket.CMSG_SPACE(FDS * array.array("i").itemsize)
    while True:
        message, ancillary, _, _ = control.recvmsg(REQUEST.size, size)
        if not message:
            os._exit(0)
        fds = array.array("i")
        for _, _, data in ancillary:
            fds.frombytes(data)
        request = REQUEST.unpack(message)
        with_tests = request[1]
        if request[0] == GROW:
            child = os.fork()
            if child == 0:
                _grow(control, fds[0])
            os.close(fds[0])
            os.write(3, STARTED.pack(child, 0))
            continue
        first = os.fork()
        if first == 0:
            _become_solution(request, fds)
        second = 0
        if with_tests:
            second = os.fork()
            if second == 0:
                _become_tests(request[0] + 1, fds)
        for fd in fds:
            os.close(fd)
        os.write(3, STARTED.pack(first, second))
        for _ in range(2 if with_tests else 1):
            pid, status, usage = os.wait4(-1, 0)
            cpu = usage.ru_utime + usage.ru_stime
            os.write(3, ENDED.pack(pid, status, cpu, usage.ru_maxrss))


def _grow(control, fd):
    try:
        control.detach()
        os.dup2(fd, 3)
        os.close(fd)
        __import__(HEAVY)
        gc.collect()
        gc.freeze()
        _work(socket.socket(fileno=3))
    finally:
        os._exit(1)


def _become_solution(request, fds):
    try:
        uid, with_tests, cpu, data, files, descriptors, processes = request
        # Nothing received is below 4, so no target is overwritten before it is copied.
        for target in range(SOLUTION_FDS):
            os.dup2(fds[target], target)
        os.closerange(SOLUTION_FDS, 32)
        limits = (
            (resource.RLIMIT_CPU, cpu),
            (resource.RLIMIT_DATA, data),
            (resource.RLIMIT_FSIZE, files),
            (resource.RLIMIT_NOFILE, descriptors),
            (resource.RLIMIT_NPROC, processes),
        )
        confine.die_first()
        os.setsid()
        confine.become(uid, limits)
        if not with_tests:
            # A script may do what it could anywhere, such as open /dev/stdin.
            confine.prctl(confine.PR_SET_DUMPABLE, 1)
        solution.main(3, not with_tests)
    finally:
        os._exit(70)


def _become_tests(uid, fds):
    try:
        # Standard streams lead nowhere, as the zygote's own do.
        os.dup2(fds[4], 3)
        os.dup2(fds[5], 4)
        os.closerange(5, 32)
        confine.become(uid, ((resource.RLIMIT_DATA, BASE_DATA + TESTS_DATA),))
        tests.main(3, 4)
    finally:
        os._exit(71)
