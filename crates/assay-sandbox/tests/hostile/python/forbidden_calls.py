# about: system calls that nobody needs for solving problems
# verdict: passed
import ctypes
import platform

NUMBERS = {
    "x86_64": {"io_uring_setup": 425, "userfaultfd": 323, "bpf": 321, "unshare": 272,
               "perf_event_open": 298, "keyctl": 250, "process_vm_readv": 310, "shmget": 29,
               "mq_open": 240, "mount": 165, "setns": 308},
    "aarch64": {"io_uring_setup": 425, "userfaultfd": 282, "bpf": 280, "unshare": 97,
                "perf_event_open": 241, "keyctl": 219, "process_vm_readv": 270, "shmget": 194,
                "mq_open": 180, "mount": 40, "setns": 268},
}  # fmt: skip


def square(x):
    libc = ctypes.CDLL(None, use_errno=True)
    for name, number in NUMBERS[platform.machine()].items():
        ctypes.set_errno(0)
        libc.syscall(number, 0, 0, 0, 0, 0)
        if ctypes.get_errno() != 1:
            return "%s: errno %d" % (name, ctypes.get_errno())
    return x * x
