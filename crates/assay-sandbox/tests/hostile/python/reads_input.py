# about: asks a person
# verdict: exception
# detail: EOFError
def square(x):
    return int(input("a number: "))
