# about: forks for ever, whatever the system says
# verdict: process_limit
import os


def square(x):
    while True:
        try:
            os.fork()
        except OSError:
            pass
