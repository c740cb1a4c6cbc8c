"""The process that solutions are forked from.

It is forked from the supervisor before the first job arrives and is never told anything of one,
so whatever a solution digs out of its own memory was never a test or an expected value.
"""

import array
import gc
import os
import resource
import socket
import struct

from . import confine, solution

#: uid, script?, CPU seconds, data bytes, file bytes, open files, processes
REQUEST = struct.Struct("<IBQQQQQ")
#: pid
STARTED = struct.Struct("<i")
#: wait status, user + system seconds, peak resident KiB
ENDED = struct.Struct("<idQ")
#: standard input, output, error and the link to the tests
FDS = 4


class Zygote:
    """The supervisor's end."""

    def __init__(self):
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self.socket.close()
                _serve(theirs)
            finally:
                os._exit(1)
        theirs.close()

    def start(self, uid, script, limits, fds):
        """Forks a solution with these descriptors as its 0 to 3; returns its process id."""
        message = REQUEST.pack(uid, script, *limits)
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
        self.socket.sendmsg([message], rights)
        answer = self.socket.recv(64)
        if len(answer) != STARTED.size:
            raise RuntimeError("the zygote is gone")
        return STARTED.unpack(answer)[0]

    def ended(self):
        """How the solution ended: (status, CPU seconds, peak KiB). Blocks until it has."""
        answer = self.socket.recv(64)
        if len(answer) != ENDED.size:
            raise RuntimeError("the zygote is gone")
        return ENDED.unpack(answer)


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
    gc.freeze()
    size = socket.CMSG_SPACE(FDS * array.array("i").itemsize)
    while True:
        message, ancillary, _, _ = control.recvmsg(REQUEST.size, size)
        if not message:
            os._exit(0)
        fds = array.array("i")
        for _, _, data in ancillary:
            fds.frombytes(data)
        pid = os.fork()
        if pid == 0:
            _become_solution(control, REQUEST.unpack(message), fds)
        for fd in fds:
            os.close(fd)
        control.send(STARTED.pack(pid))
        _, status, usage = os.wait4(pid, 0)
        control.send(ENDED.pack(status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss))


def _become_solution(control, request, fds):
    try:
        uid, script, cpu, data, files, descriptors, processes = request
        # The link must not be overwritten by the first three; no fd received is below 4.
        for target, fd in enumerate(fds):
            os.dup2(fd, target)
        control.detach()
        confine.keep_only(FDS)
        confine.own_session()
        limits = [
            (resource.RLIMIT_CPU, cpu),
            (resource.RLIMIT_DATA, data),
            (resource.RLIMIT_FSIZE, files),
            (resource.RLIMIT_NOFILE, descriptors),
            (resource.RLIMIT_NPROC, processes),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_MEMLOCK, 0),
            (resource.RLIMIT_MSGQUEUE, 0),
        ]
        confine.become(uid, limits, oom_score=1000)
        # Among its own kind a program may do what it could anywhere, such as read /proc/self.
        confine.prctl(confine.PR_SET_DUMPABLE, 1)
        os.chdir("/tmp")
        os.umask(0o022)
        solution.main(3, bool(script))
    finally:
        os._exit(70)
