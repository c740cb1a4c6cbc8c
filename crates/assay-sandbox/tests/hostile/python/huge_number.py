# about: returns a number longer than a book
# verdict: failed
def square(x):
    return 1 << 4_000_000
