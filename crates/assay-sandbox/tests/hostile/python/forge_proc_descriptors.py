# about: looks for the supervisor's own descriptors
# verdict: passed
import os


def square(x):
    for pid in os.listdir("/proc"):
        if not pid.isdigit() or int(pid) == os.getpid():
            continue
        for name in ("fd/0", "fd/1", "fd/2", "fd/3", "fd/4", "mem", "environ", "maps", "cwd/x"):
            try:
                fd = os.open(f"/proc/{pid}/{name}", os.O_RDWR)
            except OSError:
                try:
                    fd = os.open(f"/proc/{pid}/{name}", os.O_RDONLY)
                except OSError:
                    continue
            if os.read(fd, 16):
                return f"opened /proc/{pid}/{name}"
    return x * x
