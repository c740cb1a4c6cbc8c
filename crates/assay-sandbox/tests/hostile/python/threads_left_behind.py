# about: leaves threads and an exit handler behind
# verdict: passed
import atexit
import os
import threading
import time

atexit.register(lambda: open("/tmp/late", "w").write("x"))


def linger():
    while True:
        time.sleep(0.001)


def square(x):
    threading.Thread(target=linger).start()
    return x * x
