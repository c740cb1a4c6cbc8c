# about: returns a generator that never ends
# verdict: failed
import itertools


def square(x):
    return (index for index in itertools.count())
