# about: pretends that somebody interrupted
# verdict: exception
# detail: KeyboardInterrupt
def square(x):
    raise KeyboardInterrupt
