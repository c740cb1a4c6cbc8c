# about: never ends
# verdict: timeout
def square(x):
    while True:
        pass
