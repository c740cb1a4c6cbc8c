# about: looks for the tests among all objects and in its own memory
# verdict: passed
import ctypes
import gc

MARK = "SECRET_OF_THE_" + "TESTS_42"


def among_objects(mark):
    found = []
    for item in gc.get_objects():
        try:
            if isinstance(item, dict):
                item = list(item.values())
            if isinstance(item, (list, tuple)):
                found += [value for value in item if isinstance(value, str) and mark in value]
        except Exception:
            continue
    return [value for value in found if value is not MARK and value is not mark]


def in_memory(parts):
    """How often a text is in this process' memory; given in parts, so that asking for it does not
    put it there."""
    first, rest = parts
    count = 0
    with open("/proc/self/maps") as maps:
        spans = [line.split()[:2] for line in maps if "[v" not in line]
    for span, mode in spans:
        if not mode.startswith("rw"):
            continue
        start, end = (int(part, 16) for part in span.split("-"))
        data = ctypes.string_at(start, end - start)
        at = data.find(first)
        while at >= 0:
            count += data[at + len(first) : at + len(first) + len(rest)] == rest
            at = data.find(first, at + 1)
        del data
    return count


def square(x):
    planted = [b"PLANTED_", b"HERE"]
    together = b"".join(planted)
    if not in_memory(planted) or not together:
        return "this search finds nothing at all"
    # As the tests write it: in quotes, behind a name.
    if in_memory([b"MARK = 'SECRET_OF_", b"THE_TESTS_42'"]):
        return "found the tests in memory"
    if among_objects(MARK):
        return "found the tests among the objects"
    return x * x
