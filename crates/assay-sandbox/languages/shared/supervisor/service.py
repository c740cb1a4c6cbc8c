"""Resident processes that make programs: compilers that are slow to start and quick to ask."""

import json
import os
import select
import signal
import socket
import time

from . import children, confine
from .frames import FrameError, read_frame, write_frame

#: The user id of services: above every program's (see pool.rs) and not the sweepers'.
SERVICE_UID = 65_532


class ServiceTrouble(Exception):
    """A service did not answer in time, or ended. The text is its last words."""


class _Ended(ServiceTrouble):
    """It ended in the middle of things."""


class Services:
    def __init__(self, definitions):
        self._definitions = {definition.name: definition for definition in definitions}
        self._running = {}
        for name in self._definitions:
            self._start(name)

    def _start(self, name):
        definition = self._definitions[name]
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            try:
                os.dup2(theirs.fileno(), 0)
                os.dup2(theirs.fileno(), 1)
                # Standard error is the supervisor's own: what a service complains of is for people.
                os.closerange(3, 256)
                os.setsid()
                os.chdir("/")
                confine.usual_signals()
                confine.become(SERVICE_UID, ())
                os.execve(definition.argv[0], definition.argv, {**_ENVIRONMENT, **definition.env})
            finally:
                os._exit(127)
        theirs.close()
        children.expect(pid)
        self._running[name] = (pid, ours)

    def ask(self, name, message, seconds):
        """The service's answer, a dict. It is started anew when it fails.

        One that ended is asked once more: it may have been killed. A question that ends it again is to blame.
        """
        deadline = time.perf_counter() + seconds
        for last in (False, True):
            try:
                return self._asked(name, message, deadline, seconds)
            except _Ended as error:
                if last:
                    raise ServiceTrouble(str(error)) from None

    def _asked(self, name, message, deadline, seconds):
        pid, link = self._running[name]
        try:
            write_frame(link.fileno(), json.dumps(message).encode("ascii"))
            poll = select.poll()
            poll.register(link.fileno(), select.POLLIN)
            # A signal (a child's end) may wake the poll early.
            while not poll.poll(max(0.0, deadline - time.perf_counter()) * 1000.0):
                if time.perf_counter() >= deadline:
                    raise ServiceTrouble("did not end within %.1f s" % seconds)
            body = read_frame(link.fileno())
            if body is None:
                raise _Ended("ended")
            return json.loads(body)
        except (ServiceTrouble, OSError, FrameError, ValueError) as error:
            self._end(pid)
            link.close()
            self._start(name)
            if isinstance(error, ServiceTrouble):
                raise
            raise _Ended("ended") from error

    @staticmethod
    def _end(pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        children.await_end(pid, 5.0)


_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}
