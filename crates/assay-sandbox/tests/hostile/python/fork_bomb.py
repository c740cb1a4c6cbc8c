# about: forks until it may not any more
# verdict: process_limit
import os


def square(x):
    while True:
        os.fork()
