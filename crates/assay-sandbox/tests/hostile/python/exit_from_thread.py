# about: another thread ends the process between two calls
# verdict: exception
# detail: ended with exit code 0 before its tests had
import os
import threading
import time


def square(x):
    if x == 2:
        threading.Thread(target=lambda: (time.sleep(0.05), os._exit(0))).start()
    else:
        time.sleep(1)
    return x * x
