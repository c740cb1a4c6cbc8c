# about: calls itself without end
# verdict: exception
# detail: RecursionError
def square(x):
    return square(x)
