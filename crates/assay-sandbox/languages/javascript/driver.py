"""JavaScript: program and tests are one script, run by a guard that only its end can satisfy."""

from js import node
from js.node import LIMIT_DATA, THREADS, explain
from supervisor.plan import Plan

__all__ = ["LIMIT_DATA", "THREADS", "explain", "plan"]


def plan(task):
    node.refuse(task, "javascript")
    source, tests = node.parted(task, "javascript")
    return Plan(run=node.command(task), payload=node.payload(task, source, tests, "javascript"))
