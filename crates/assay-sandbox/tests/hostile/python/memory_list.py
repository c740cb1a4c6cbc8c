# about: one process asks for all the memory
# verdict: memory
def square(x):
    data = []
    while True:
        data.append(bytearray(1 << 24))
