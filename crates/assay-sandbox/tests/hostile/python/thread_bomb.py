# about: threads without end
# verdict: process_limit
import threading
import time


def square(x):
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
