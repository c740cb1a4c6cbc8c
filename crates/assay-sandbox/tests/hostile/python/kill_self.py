# about: ends itself the hard way
# verdict: exception
# detail: SIGKILL
import os
import signal


def square(x):
    os.kill(os.getpid(), signal.SIGKILL)
