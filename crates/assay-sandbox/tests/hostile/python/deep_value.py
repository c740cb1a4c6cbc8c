# about: returns a list in a list in a list …
# verdict: failed
def square(x):
    value = []
    for _ in range(100_000):
        value = [value]
    return value
