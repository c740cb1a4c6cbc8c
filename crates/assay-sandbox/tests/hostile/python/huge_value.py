# about: returns more than anybody can hold
# verdict: failed exception memory
def square(x):
    return ["x" * 1000] * 200_000
