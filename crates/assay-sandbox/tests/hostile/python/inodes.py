# about: files without end, all of them empty
# verdict: exception
# detail: No space left on device
def square(x):
    index = 0
    while True:
        open(f"/tmp/{index}", "w").close()
        index += 1
