# about: returns a list that contains itself
# verdict: failed
def square(x):
    value = [x]
    value.append(value)
    return value
