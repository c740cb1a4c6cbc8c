"""The process inside the container that executes programs and judges them.

What all languages share: frames, limits, the system call filter, sweeping, and (`serve.py`,
`program.py`) the judging of languages whose tests are compiled or loaded together with the program.
docs/adr/0003-two-process-verdicts.md says how Python is judged, docs/adr/0009-one-program-verdicts.md
how the others are.

Python 3.11 or newer, standard library alone.
"""

PROTOCOL = 2
