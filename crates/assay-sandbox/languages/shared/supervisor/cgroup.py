"""What the kernel counts for this container, under either version of control groups."""

import os

#: What is still free when no page can be had any more.
_LITTLE = 4 << 20


def _open(*paths):
    for path in paths:
        try:
            return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            continue
    return None


def _read(fd):
    return os.pread(fd, 4096, 0)


class Counters:
    """Descriptors stay open: a reading is one system call."""

    def __init__(self):
        self._pids = _open("/sys/fs/cgroup/pids.current", "/sys/fs/cgroup/pids/pids.current")
        self._memory = _open(
            "/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"
        )
        # Version 1 tells the most that was used, and what may be (its counts of failures stay 0 on newer kernels).
        self._most = _open("/sys/fs/cgroup/memory/memory.max_usage_in_bytes")
        self._limit = _open("/sys/fs/cgroup/memory/memory.limit_in_bytes")
        self._seen = self._oom_kills()
        self._seen_met = self._times_met()

    def tasks(self):
        """Processes and threads in this container, zombies included."""
        if self._pids is not None:
            return int(_read(self._pids))
        return sum(1 for name in os.listdir("/proc") if name.isdigit())

    def had_oom(self):
        """Whether a process was ended because this container had used up its memory, since this was asked last.
        One that was ended because the machine had is not counted: that says nothing of the program."""
        kills, met = self._oom_kills(), self._times_met()
        had = kills > self._seen and (met is None or met > self._seen_met) and self._was_full()
        self._seen, self._seen_met = kills, met
        return had

    def _times_met(self):
        """How often the container's limit was met; None under version 1."""
        return None if self._memory is None else _field(_read(self._memory), b"max ")

    def _was_full(self):
        """Whether all but a little of the container's memory was ever used; True under version 2."""
        if self._most is None or self._limit is None:
            return True
        return int(_read(self._most)) + _LITTLE >= int(_read(self._limit))

    def _oom_kills(self):
        if self._memory is None:
            return 0
        return _field(_read(self._memory), b"oom_kill ") or 0


def _field(text, name):
    for line in text.splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    return None
