"""What a language's driver is told and what it answers: see docs/adr/0009-one-program-verdicts.md.

A driver is the module `driver` of a language's folder. It is run by the supervisor, as root, and never
executes anything of a program itself: it puts texts together and reads what processes said. It has

  plan(task) -> Plan           how the program is made and run; may raise Forbidden or Broken
  explain(task, ending) -> (verdict, detail)
                               what an end without success means (never called for a success)
  SERVICES: list[Service]      resident processes, started before the first job (optional)
  THREADS: int                 threads the language's runtime has for itself (optional, 0)
  LIMIT_DATA: bool             whether RLIMIT_DATA bounds its memory (optional, True; runtimes that
                               reserve address space in the open want False and a flag of their own)
"""

import dataclasses


class Forbidden(Exception):
    """The program tampers with what it is judged by. The text says how."""


class Broken(Exception):
    """It is no program: what a compiler would say of it. The text is its diagnostics."""


class Unjudgeable(Exception):
    """The tests cannot be run like this; says nothing of the program."""


@dataclasses.dataclass
class Task:
    """One program to execute."""

    #: The program: for a completion, prompt and completion together.
    source: str
    #: The name it has in its own messages.
    file: str
    #: None for a script. Otherwise the tests' text, of the data set and trusted.
    tests: str | None
    prompt: str
    setup: str
    entry_point: str
    #: "check_function" or "statements"
    form: str
    #: 32 hex digits, new for every task. Whoever writes them to the channel as a line of their own
    #: says that the tests have run to their end. The program must not be able to get at them.
    secret: str
    #: As in the request: memory_mb, processes, …
    limits: dict


@dataclasses.dataclass
class Write:
    """A file that is written between two commands."""

    name: str
    text: str


@dataclasses.dataclass
class Plan:
    """How a program is made and run."""

    #: argv. `{build}` in it stands for the folder where `files` were written and compiled.
    run: list[str]
    #: Written before `commands` are run; names are plain (no folders unless given as `a/b`).
    files: dict[str, str] = dataclasses.field(default_factory=dict)
    #: Run one after the other in the build folder by a user of their own, which is neither the
    #: program's nor anybody else's; all must end with 0. Their output is the diagnostics. A `Write` among them
    #: writes a file when its turn comes: what ran before it, a compiler of the program's text, cannot have read it.
    commands: list[object] = dataclasses.field(default_factory=list)
    #: (name of a service, message): asked instead of, or before, `commands`. Its answer is a dict
    #: {ok, diagnostics, …}; `finish` is given it.
    ask: tuple[str, dict] | None = None
    #: finish(answer) -> None: puts what a service answered into the plan (`payload`, `files`).
    finish: object = None
    #: A program is executed although the service found errors (a type check is no compilation).
    run_anyway: bool = False
    #: What the program's process finds on descriptor 4, from its beginning; None: no such descriptor.
    payload: bytes | None = None
    env: dict[str, str] = dataclasses.field(default_factory=dict)
    #: What `commands` find in their environment besides.
    make_env: dict[str, str] = dataclasses.field(default_factory=dict)
    #: Who may read what was built: 0o066 leaves others the right to execute alone, 0o022 all.
    umask: int = 0o066


@dataclasses.dataclass
class Service:
    """A resident process that makes programs: it reads frames of JSON on descriptor 0 and answers
    each with one on descriptor 1. It runs as a user of its own and holds no program's secret longer
    than it takes to answer."""

    name: str
    argv: list[str]
    env: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Ending:
    """How a program ended."""

    #: Exit code, or None when a signal ended it.
    code: int | None
    signal: int | None
    stdout: str
    stderr: str
    #: What the language's guard said over the channel besides the secret: JSON objects with `kind`
    #: (`failed`, `exception`, `memory`, `process_limit`) and `detail`. Believed because it can only
    #: say that the program did not pass.
    said: list[dict]
    #: Whether the tests had run to their end (and the program did not pass all the same).
    finished: bool
