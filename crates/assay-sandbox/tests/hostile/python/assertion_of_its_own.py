# about: an assertion of the program's own is its error, not a test that failed
# verdict: exception
# detail: AssertionError: mine
def square(x):
    assert False, "mine"
