# about: defines something else
# verdict: exception
# detail: name 'square' is not defined
def cube(x):
    return x**3
