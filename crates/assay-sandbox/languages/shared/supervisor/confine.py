"""What a process gives up before it runs anything that is not ours."""

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
import types

PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
#: Instructions of a filter, and what it returns: allowed, or an error with this number.
LOAD, JUMP_EQUAL, JUMP_GE, JUMP_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, ERROR = 0x7FFF0000, 0x00050000
DENY = ERROR | errno.EPERM
NOBODY = 65534

# Denied on top of the engine's own profile, which lets several of these through. What is here is
# either a way to look into another process, a part of the kernel with a long record of holes, or
# a way to leave something behind that outlives every process (System V IPC, message queues).
# name: (x86_64, aarch64)
DENIED = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "lookup_dcookie": (212, 18),
    "memfd_secret": (447, 447),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "msgctl": (71, 187),
    "msgget": (68, 186),
    "msgrcv": (70, 188),
    "msgsnd": (69, 189),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_madvise": (440, 440),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "semctl": (66, 191),
    "semget": (64, 190),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "shmdt": (67, 197),
    "shmget": (29, 194),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "vhangup": (153, 58),
}
#: Families a program may open sockets of: unix, IPv4, IPv6 (which lead nowhere: there is no
#: network). Not vsock, which reaches the host of a virtual machine, nor the kernel's own.
SOCKET_FAMILIES = (1, 2, 10)

ARCHITECTURES = {
    # machine: (audit architecture, column in DENIED, number of socket())
    "x86_64": (0xC000003E, 0, 41),
    "aarch64": (0xC00000B7, 1, 198),
}

libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def build_filter(machine=None):
    """The filter as bytes of struct sock_filter, for prctl."""
    arch, column, socket_call = ARCHITECTURES[machine or platform.machine()]
    program = [
        op(LOAD, 4),  # the architecture the call was made for
        op(JUMP_EQUAL, arch, 1, 0),
        op(RETURN, DENY),
        op(LOAD, 0),  # the call's number
        op(JUMP_GE, 0x40000000, 0, 1),  # x32's numbers begin here
        op(RETURN, DENY),
        op(JUMP_EQUAL, socket_call, 0, 3 + len(SOCKET_FAMILIES)),
        op(LOAD, 16),  # the first argument's low half
    ]
    count = len(SOCKET_FAMILIES)
    for index, family in enumerate(SOCKET_FAMILIES):
        program.append(op(JUMP_EQUAL, family, count - index, 0))
    program.append(op(RETURN, DENY))
    program.append(op(RETURN, ALLOW))
    numbers = sorted(pair[column] for pair in DENIED.values())
    for index, number in enumerate(numbers):
        program.append(op(JUMP_EQUAL, number, len(numbers) - index, 0))
    program.append(op(RETURN, ALLOW))
    program.append(op(RETURN, DENY))
    return b"".join(program)


def op(code, k, if_true=0, if_false=0):
    """One struct sock_filter."""
    return struct.pack("HBBI", code, if_true, if_false, k)


def install(program):
    """Makes the filter, bytes of struct sock_filter, this process' and that of all that come of it."""
    buffer = ctypes.create_string_buffer(program, len(program))
    pointer = _Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(pointer))


def prctl(option, value, pointer=None):
    zero = ctypes.c_ulong(0)
    result = libc.prctl(
        ctypes.c_int(option), ctypes.c_ulong(value), pointer or zero, zero, zero
    )
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, "prctl %d: %s" % (option, os.strerror(number)))


def hide_memory():
    """Nobody but root with CAP_SYS_PTRACE (which nobody here has) may open /proc/<this>/mem."""
    prctl(PR_SET_DUMPABLE, 0)


def forbid_calls():
    """Installs the filter, for this process and for all that come of it: once, by the supervisor,
    which needs none of the denied calls either. There is no way to take it off."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    install(build_filter())


def drop_groups():
    """No groups but nobody's, for this process and all that come of it. It stays root."""
    os.setgroups(())
    os.setresgid(NOBODY, NOBODY, NOBODY)


def become(uid, limits):
    """Turns this root process into an unprivileged, limited one. There is no way back.

    `limits` is a list of (resource, value).
    """
    bound(limits)
    os.setresuid(uid, uid, uid)


def bound(limits):
    """Sets soft and hard limits to their values; that of processor time kills a second later than it signals."""
    for kind, value in limits:
        resource.setrlimit(kind, (value, value + (kind == resource.RLIMIT_CPU)))


def out_of_time(code, used, seconds):
    """Whether a process that ended with `code` (as of `os.waitstatus_to_exitcode`) after `used` seconds of processor
    time was ended by its limit. The signal can be ignored, the kill that follows cannot."""
    return code == -signal.SIGXCPU or (code == -signal.SIGKILL and used >= seconds)


def die_first():
    """Makes this process the one the kernel ends when memory is short. By the plainest means:
    after a fork, every page of memory touched costs a copy."""
    fd = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    os.write(fd, b"1000")
    os.close(fd)


def usual_signals():
    """The signals as a fresh interpreter has them."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def forget_supervisor():
    """Programs and tests import from the standard library, not from here."""
    for name in [name for name in sys.modules if name.split(".")[0] == "supervisor"]:
        del sys.modules[name]
    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.path[:] = [path for path in sys.path if path and not path.startswith("/opt/assay")]
    os.environ.pop("PYTHONPATH", None)
