# about: comes back from its function several times
# verdict: passed
import os


def square(x):
    os.fork()
    return x * x
