# about: memory that belongs to no process
# verdict: memory exception
def square(x):
    for folder in ("/tmp", "/dev/shm"):
        with open(folder + "/hog", "wb") as file:
            while True:
                file.write(bytes(1 << 20))
