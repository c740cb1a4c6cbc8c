# about: many processes, each within its own limit, together not
# verdict: memory
import os
import time


def square(x):
    for _ in range(6):
        if os.fork() == 0:
            hog = bytearray(os.urandom(1)) * (200 << 20)
            time.sleep(60)
            os._exit(len(hog) & 1)
    while True:
        if os.wait()[1] == 9:
            raise RuntimeError("a child was ended")
