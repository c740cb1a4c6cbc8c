"""Ended children. The container's first process is given every orphan, so all are collected in one
place, and those somebody waits for are kept until they are asked for."""

import os
import time

_awaited = set()
_ended = {}


def expect(pid):
    """`pid` is a child whose end somebody will ask for."""
    _awaited.add(pid)
    return pid


def collect():
    """Collects whatever has ended."""
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        if pid in _awaited:
            _awaited.discard(pid)
            _ended[pid] = (status, usage)


def ended(pid):
    """(status, usage) of an expected child that ended, once; None while it runs."""
    if pid not in _ended:
        collect()
    return _ended.pop(pid, None)


def await_end(pid, seconds):
    """As `ended`, waiting. None when it takes longer."""
    deadline = time.perf_counter() + seconds
    while True:
        end = ended(pid)
        if end is not None or time.perf_counter() > deadline:
            return end
        time.sleep(0.0005)
