"""The process inside the container that executes programs and judges them.

Four kinds of process, see docs/adr/0003-two-process-verdicts.md:

  supervisor (pid 1, root)   takes jobs, watches limits, kills, cleans, answers
  zygote     (root)          forked before the first job, so that it never held one; makes solutions
  solution   (its own uid)   the program under judgement; has its source and nothing else
  tests      (another uid)   the data set's tests; the only process that can say "passed"

Python 3.11 or newer, standard library alone.
"""

PROTOCOL = 1
