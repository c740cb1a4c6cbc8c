# about: one file larger than any may be
# verdict: exception
# detail: OSError
def square(x):
    with open("/tmp/big", "wb", 0) as file:
        for _ in range(1000):
            file.write(bytes(1 << 20))
