# about: prints just over the limit, half on each stream
# verdict: output_limit
import sys


def square(x):
    sys.stdout.write("o" * 600_000)
    sys.stderr.write("e" * 600_000)
    sys.stdout.flush()
    sys.stderr.flush()
    while True:
        pass
