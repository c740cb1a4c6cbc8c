"""TypeScript: a resident compiler makes one script of program and tests, and JavaScript's guard runs it.

Type errors are reported beside the verdict: what `tsc` complains of, node executes all the same.
"""

from js import node
from js.node import LIMIT_DATA, NODE, THREADS, explain
from supervisor.plan import Broken, Plan, Service

__all__ = ["LIMIT_DATA", "SERVICES", "THREADS", "explain", "plan"]

SERVICES = [
    Service(
        "compiler",
        [NODE, "--max-old-space-size=384", "/opt/assay/checker.js"],
        env={"NODE_PATH": "/usr/share/nodejs"},
    )
]


def plan(task):
    node.refuse(task, "typescript")
    source, tests = node.parted(task, "typescript")
    made = Plan(
        run=node.command(task),
        ask=("compiler", {"source": source, "tests": tests}),
        run_anyway=True,
    )

    def finish(answer):
        if answer.get("broken"):
            raise Broken(str(answer["diagnostics"]))
        made.payload = node.payload(task, answer["code"], answer["tests"], "typescript")

    made.finish = finish
    return made
