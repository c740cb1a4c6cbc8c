# about: leaves files in every place it can
# verdict: passed
import os


def square(x):
    for folder in ("/tmp", "/dev/shm"):
        if not os.path.exists(folder + "/left"):
            os.makedirs(folder + "/left/behind")
            with open(folder + "/left/behind/file", "w") as file:
                file.write("x")
            os.chmod(folder + "/left/behind", 0)
            os.chmod(folder + "/left", 0)
            os.symlink("/etc/passwd", folder + "/link")
            os.mkfifo(folder + "/fifo")
    return x * x
