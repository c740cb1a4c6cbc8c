# about: calls itself until the stack is full
# verdict: exception memory
import sys

sys.setrecursionlimit(10**9)


class Deep:
    def __repr__(self):
        return repr(self)


def square(x):
    return repr(Deep())
