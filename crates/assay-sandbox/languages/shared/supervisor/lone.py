"""Programs that start no others."""

import ctypes
import mmap
import os
import platform
import secrets
import struct

from . import confine

#: machine: numbers of fork and vfork (where there are any), clone, execve, execveat
_STARTING = {"x86_64": ((57, 58), 56, 59, 322), "aarch64": ((), 220, 221, 281)}
_CLONE3 = 435
_CLONE_THREAD = 0x00010000
_ENOSYS = 38



def build_filter(address, machine=None):
    """A filter that lets a process start threads and nothing else, and execute what the path at `address` names."""
    machine = machine or platform.machine()
    arch = confine.ARCHITECTURES[machine][0]
    forks, clone, execve, execveat = _STARTING[machine]
    load, jump_equal, jump_set, ret = 0x20, 0x15, 0x45, 0x06
    allow, deny = confine.SECCOMP_RET_ALLOW, confine.SECCOMP_RET_ERRNO | confine.EPERM

    def op(code, k, if_true=0, if_false=0):
        return struct.pack("HBBI", code, if_true, if_false, k)

    program = [
        op(load, 4),
        op(jump_equal, arch, 1, 0),
        op(ret, deny),
        op(load, 0),
        # Its flags lie in memory, where no filter sees them; a library that is told so takes the older call.
        op(jump_equal, _CLONE3, 0, 1),
        op(ret, confine.SECCOMP_RET_ERRNO | _ENOSYS),
    ]
    for number in (*forks, execveat):
        program += [op(jump_equal, number, 0, 1), op(ret, deny)]
    program += [
        op(jump_equal, clone, 0, 4),
        op(load, 16),
        op(jump_set, _CLONE_THREAD, 0, 1),
        op(ret, allow),
        op(ret, deny),
        op(jump_equal, execve, 1, 0),
        op(ret, allow),
        op(load, 16),
        op(jump_equal, address & 0xFFFFFFFF, 0, 3),
        op(load, 20),
        op(jump_equal, address >> 32, 0, 1),
        op(ret, allow),
        op(ret, deny),
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
    code = build_filter(address)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = confine.Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    confine.prctl(confine.PR_SET_SECCOMP, confine.SECCOMP_MODE_FILTER, ctypes.byref(program))
    confine.libc.execve(ctypes.c_void_p(address), arguments, environment)
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number), argv[0])
