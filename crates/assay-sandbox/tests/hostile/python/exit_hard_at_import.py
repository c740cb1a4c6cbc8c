# about: ends well, past every handler, at once
# verdict: exception
# detail: ended with exit code 0 before its tests had
import os

os._exit(0)
