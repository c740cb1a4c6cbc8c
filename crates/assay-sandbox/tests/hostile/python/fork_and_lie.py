# about: a child answers in its parent's place
# verdict: failed exception
import os


def square(x):
    if os.fork() == 0:
        for fd in range(3, 256):
            for value in (b'["v",4,[]]', b'["v",9,[]]'):
                try:
                    os.write(fd, len(value).to_bytes(4, "big") + value)
                except OSError:
                    pass
        os._exit(0)
    os.wait()
    return None
