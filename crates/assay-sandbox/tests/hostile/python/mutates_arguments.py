# about: changes what it was given; the tests see that, as they should
# verdict: passed
def square(x):
    if isinstance(x, list):
        x.clear()
        return 0
    return x * x
