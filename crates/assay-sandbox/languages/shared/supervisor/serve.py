"""The container's first process, for languages with a driver: says hello, then answers one job after
another."""

import gc
import json
import os
import signal

import driver

from . import PROTOCOL, calibration, confine
from .cgroup import Counters
from .frames import read_frame, write_frame
from .program import ProgramJob
from .service import Services

_STDIN, _STDOUT = 0, 1
_TOOLCHAIN = "/opt/assay/toolchain"


class Supervisor:
    def __init__(self, first_uid, uids):
        self._first_uid = first_uid
        self._uids = uids
        self._jobs = 0
        self.counters = Counters()
        self.null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
        self.driver = driver
        #: Wakes a poll when a child ends.
        self.wake, wake = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self.services = Services(getattr(driver, "SERVICES", []))

    def next_uid(self):
        """The user id of a job's program; the one above it is its compiler's. No two jobs that
        follow each other share one."""
        uid = self._first_uid + 2 * (self._jobs % (self._uids // 2))
        self._jobs += 1
        return uid


def main():
    # Interrupting the supervisor is nobody's business but the engine's.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    confine.hide_memory()
    confine.forbid_calls()
    supervisor = Supervisor(int(os.environ.pop("ASSAY_UID")), int(os.environ.pop("ASSAY_UIDS")))
    measured = calibration.measure()
    confine.drop_groups()
    gc.collect()
    gc.freeze()
    with open(_TOOLCHAIN, encoding="utf-8") as file:
        toolchain = file.read().strip()
    _send({"protocol": PROTOCOL, "toolchain": toolchain, "calibration_ms": measured})
    while True:
        body = read_frame(_STDIN)
        if body is None:
            break
        _send(ProgramJob(supervisor, json.loads(body)).run())
    os._exit(0)


def _send(answer):
    write_frame(_STDOUT, json.dumps(answer).encode("ascii"))


if __name__ == "__main__":
    main()
