# about: leaves a process behind that left its session
# verdict: passed
import os
import time


def square(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                try:
                    with open("/tmp/haunted", "w") as file:
                        file.write("x")
                except OSError:
                    pass
                time.sleep(0.001)
        os._exit(0)
    return x * x
