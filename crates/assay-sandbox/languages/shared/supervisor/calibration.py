"""How fast this machine runs Python just now."""

import time


def measure():
    """Milliseconds for a fixed piece of work: the best of several, so that a moment's disturbance
    does not count but a slow or crowded machine does."""
    return min(_work() for _ in range(5))


def _work():
    start = time.perf_counter()
    table = {}
    total = 0
    for index in range(40_000):
        total = (total * 31 + index) % 1_000_003
        table[total & 255] = index
    return (time.perf_counter() - start) * 1000.0
