# about: stands still
# verdict: timeout
import os
import signal


def square(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    return x * x
