# about: fills the disk it has
# verdict: exception
# detail: OSError
def square(x):
    for index in range(1000):
        with open(f"/tmp/{index}", "wb") as file:
            file.write(bytes(8 << 20))
