"""The container's first process: says hello, then answers one job after another."""

import gc
import json
import os
import signal
import sys

from . import PROTOCOL, calibration, confine
from .cgroup import Counters
from .frames import read_frame, write_frame
from .job import Job
from .zygote import HEAVY, Zygote

# What programs and tests import most: imported once here, they cost a fork nothing. Not `random`
# and not `threading`, nor what imports them: both do work after every fork, used or not, and that
# is a tenth of a program's whole cost.
WARM = (
    "abc array bisect cmath collections contextlib copy dataclasses datetime decimal enum fractions "
    "functools heapq io itertools json math numbers operator os re string struct textwrap time "
    "traceback types typing"
).split()

_STDIN, _STDOUT = 0, 1


class Supervisor:
    def __init__(self, first_uid, uids):
        self._first_uid = first_uid
        self._uids = uids
        self._jobs = 0
        self.counters = Counters()
        self.null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
        self._zygote = Zygote.first()
        self._grown = None

    def zygote(self, body):
        """The one to fork the processes of this job from."""
        if HEAVY.encode("ascii") not in body:
            return self._zygote
        if self._grown is None:
            self._grown = self._zygote.grown()
        return self._grown

    @property
    def own_tasks(self):
        """Processes of the container that are no program's."""
        return 2 if self._grown is None else 3

    def next_uid(self):
        """The user id of a job's solution; the one above it is its tests'. No two jobs that
        follow each other share one."""
        uid = self._first_uid + 2 * (self._jobs % (self._uids // 2))
        self._jobs += 1
        return uid


def main():
    # Interrupting the supervisor is nobody's business but the engine's.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    for name in WARM:
        __import__(name)
    gc.collect()
    gc.disable()
    confine.hide_memory()
    confine.forbid_calls()
    measured = calibration.measure()
    # Before anything is read: see zygote.py.
    supervisor = Supervisor(int(os.environ["ASSAY_UID"]), int(os.environ["ASSAY_UIDS"]))
    confine.forget_supervisor()
    gc.freeze()
    _send(
        {
            "protocol": PROTOCOL,
            "toolchain": "Python %d.%d.%d" % sys.version_info[:3],
            "calibration_ms": measured,
        }
    )
    while True:
        body = read_frame(_STDIN)
        if body is None:
            break
        _send(Job(supervisor, body).run())
        # Jobs leave cycles (tracebacks); a collection costs less than it frees.
        if supervisor._jobs % 64 == 0:
            gc.collect()
    os._exit(0)


def _send(answer):
    write_frame(_STDOUT, json.dumps(answer).encode("ascii"))


if __name__ == "__main__":
    main()
