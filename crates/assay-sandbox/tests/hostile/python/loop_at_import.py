# about: never gets as far as its function
# verdict: timeout
while True:
    pass
