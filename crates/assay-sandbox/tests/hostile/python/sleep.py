# about: waits instead of working
# verdict: timeout
import time


def square(x):
    time.sleep(1000)
    return x * x
