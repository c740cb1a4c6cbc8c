"""Programs that start no others."""

import ctypes
import errno
import mmap
import os
import platform
import secrets

from . import confine
from .confine import ALLOW, DENY, ERROR, JUMP_EQUAL, JUMP_SET, LOAD, RETURN, op

#: machine: numbers of fork and vfork (where there are any), clone, execve, execveat
_STARTING = {"x86_64": ((57, 58), 56, 59, 322), "aarch64": ((), 220, 221, 281)}
_CLONE3 = 435
_CLONE_THREAD = 0x00010000


def build_filter(address, machine=None):
    """A filter that lets a process start threads and nothing else, and execute what the path at `address` names."""
    machine = machine or platform.machine()
    arch = confine.ARCHITECTURES[machine][0]
    forks, clone, execve, execveat = _STARTING[machine]
    program = [
        op(LOAD, 4),
        op(JUMP_EQUAL, arch, 1, 0),
        op(RETURN, DENY),
        op(LOAD, 0),
        # Its flags lie in memory, where no filter sees them; a library that is told so takes the older call.
        op(JUMP_EQUAL, _CLONE3, 0, 1),
        op(RETURN, ERROR | errno.ENOSYS),
    ]
    for number in (*forks, execveat):
        program += [op(JUMP_EQUAL, number, 0, 1), op(RETURN, DENY)]
    program += [
        op(JUMP_EQUAL, clone, 0, 4),
        op(LOAD, 16),
        op(JUMP_SET, _CLONE_THREAD, 0, 1),
        op(RETURN, ALLOW),
        op(RETURN, DENY),
        op(JUMP_EQUAL, execve, 1, 0),
        op(RETURN, ALLOW),
        op(LOAD, 16),
        op(JUMP_EQUAL, address & 0xFFFFFFFF, 0, 3),
        op(LOAD, 20),
        op(JUMP_EQUAL, address >> 32, 0, 1),
        op(RETURN, ALLOW),
        op(RETURN, DENY),
    ]
    return b"".join(program)


def execute_alone(argv, env):
    """Becomes the program `argv`, which can start no process and execute no other program: with those, it could try
    answers in copies of itself until its tests liked one. Returns only by an error.

    The one execution is known by where its path lies, which is a secret: a filter sees addresses, not texts.
    """
    page = mmap.mmap(-1, 2 * mmap.PAGESIZE)
    place = 16 * secrets.randbelow(mmap.PAGESIZE // 16)
    path = os.fsencode(argv[0]) + b"\0"
    page[place : place + len(path)] = path
    address = ctypes.addressof(ctypes.c_char.from_buffer(page, place))
    arguments = (ctypes.c_char_p * (len(argv) + 1))(*map(os.fsencode, argv), None)
    pairs = [os.fsencode("%s=%s" % pair) for pair in env.items()]
    environment = (ctypes.c_char_p * (len(pairs) + 1))(*pairs, None)
    confine.install(build_filter(address))
    confine.libc.execve(ctypes.c_void_p(address), arguments, environment)
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number), argv[0])
