# about: reads where nothing is
# verdict: exception
# detail: SIGSEGV
import ctypes


def square(x):
    ctypes.string_at(0)
