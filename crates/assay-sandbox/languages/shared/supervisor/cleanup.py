"""Between two programs: nothing of the first may be there for the second."""

import os
import signal
import time

from . import children

#: Everywhere a program can write.
WRITABLE = tuple(place for place in ("/tmp", "/dev/shm", "/build") if os.path.isdir(place))
_STEPS = 50_000
#: The real user of sweepers. No program ever has this id.
SWEEPER = 65_533


def is_clean():
    """Whether nothing is left in any place a program can write to."""
    for folder in WRITABLE:
        with os.scandir(folder) as entries:
            for _ in entries:
                return False
    return True


def sweep(uid):
    """Ends every process of `uid` and removes every file of it. Forks, because only the user
    itself may look into its folders (the supervisor has no capability to) and because only
    kill(-1) reaches processes that are made faster than a list of them is read."""
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            # Only its effective id is the user's: that reaches the user's processes and files,
            # while a signal needs the real or saved one of whom it is sent to.
            os.setresuid(SWEEPER, uid, SWEEPER)
            for _ in range(50):
                try:
                    os.kill(-1, signal.SIGKILL)
                except ProcessLookupError:
                    break
                time.sleep(0.001)
            for folder in WRITABLE:
                _empty(folder)
        finally:
            os._exit(0)
    return pid


def end_all_but(kept):
    """Ends every process of the container but those in `kept`, one by one: from here, where no
    program can stop or slow the one who does it."""
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) not in kept:
            try:
                os.kill(int(name), signal.SIGKILL)
            except ProcessLookupError:
                pass


def _empty(folder):
    """Removes all that is in `folder`. One level at a time and by relative names, because a
    program can nest folders deeper than any path may be long, or recursion may go."""
    try:
        os.chdir(folder)
        home = os.open(".", os.O_RDONLY)
    except OSError:
        return
    try:
        _empty_here(home)
    finally:
        os.close(home)


def _empty_here(home):
    depth = 0
    # Far more steps than files are allowed: what cannot be removed does not keep this here.
    for _ in range(_STEPS):
        inner = _remove_here()
        if inner is None and depth == 0:
            return
        if inner is None:
            os.chdir("..")
            depth -= 1
            continue
        try:
            os.chmod(inner, 0o700)
            os.chdir(inner)
            depth += 1
        except OSError:
            # Not this user's, or moved: whoever called looks whether all is gone.
            os.fchdir(home)
            return


def _remove_here():
    """Removes the files and empty folders of the current folder. Returns the name of a folder that
    is not empty, or None."""
    for name in os.listdir("."):
        try:
            os.unlink(name)
        except OSError:
            try:
                os.rmdir(name)
            except OSError:
                if os.path.isdir(name):
                    return name
    return None


# -- from where we stand ------------------------------------------------------------------------
#
# Where no root process but the first lives (languages with a driver), it is the supervisor itself
# that ends and removes, with the user's id as its effective one for that moment: no fork, and nobody
# who could be held up. A process of that user cannot signal it: its real and saved ids are others.


class _As:
    """For the time of a `with`, the effective user id is `uid`."""

    def __init__(self, uid):
        self._uid = uid

    def __enter__(self):
        os.setresuid(SWEEPER, self._uid, 0)

    def __exit__(self, *_):
        os.setresuid(0, 0, 0)


def end_all_of(uid):
    """Ends every process of `uid` and collects what ended. Returns whether none is left."""
    for step in range(400):
        try:
            with _As(uid):
                os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            # There is nobody but this process.
            return True
        children.collect()
        # Where there are others (services), the call does not tell whether it reached anybody.
        if count_of(uid) == 0:
            return True
        if step > 1:
            time.sleep(0.0005)
    return False


def count_of(uid):
    """Processes and threads of `uid`, ended ones included."""
    wanted = b"%d" % uid
    count = 0
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open("/proc/%s/status" % name, "rb") as file:
                fields = dict(line.split(b":", 1) for line in file if b":" in line)
            if fields[b"Uid"].split()[0] == wanted:
                count += int(fields[b"Threads"])
        except (OSError, KeyError, ValueError):
            continue
    return count


def empty_as(uids):
    """Removes every file of these users in every writable place."""
    for uid in uids:
        with _As(uid):
            for folder in WRITABLE:
                _empty(folder)
            os.chdir("/")
