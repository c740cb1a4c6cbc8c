# about: ends well before anything was asked
# verdict: exception
# detail: SystemExit
import sys

sys.exit(0)
